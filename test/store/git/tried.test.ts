/** What git complains of is told without the token, however the server repeats it. */
import { expect, test } from "vitest";

import { basic } from "../../../src/store/git/environment.ts";
import { failed } from "../../../src/store/git/tried.ts";

test("neither the token nor what is made of it is told", () => {
  const token = "s3cret-token";
  const stderr = `remote: bad login ${basic("", token)}, that is ${token}\nfatal: Authentication failed\n`;
  const words = { repository: "forge.example/tap", looked: "env:TOKEN", secrets: [token, basic("", token)] };
  const { code, lines } = failed("pushing to forge.example/tap", stderr, words);
  expect({ code, lines }).toEqual({
    code: "store.denied",
    lines: ["remote: bad login ***, that is ***", "fatal: Authentication failed"],
  });
});
