/** The key `keyless` is there without being written, for who has an identity token; a key of that name is the config's own. */
import { expect, test } from "vitest";

import { keyring } from "../../src/cli/keys.ts";
import { kinds } from "../../src/cli/tables.ts";
import { readSource, sourceOfText } from "../../src/input/index.ts";
import type { Facts } from "../../src/model/facts.ts";
import { tokenFor } from "../worlds/sigstore-services.ts";

const signing = "trust:\n  sign: [{ sigstore: keyless, of: [release], optional: true }]\n";

function factsOf(trust: string, env: Record<string, string>): Promise<Facts["keys"]> {
  const text = `slipway: 1\nproject: tool\n${trust}`;
  const config = readSource(sourceOfText("slipway.yaml", text), "/nonexistent", kinds);
  return keyring(() => Promise.resolve(config), env).facts(0);
}

test("it is missing without a token, and a fact with one", async () => {
  expect(await factsOf(signing, {})).toEqual({
    keyless: { name: "keyless", missing: expect.stringContaining("there is no identity token") as string },
  });
  const token = tokenFor();
  const facts = await factsOf(signing, { SIGSTORE_ID_TOKEN: token });
  expect(facts).toMatchObject({ keyless: { name: "keyless", method: "sigstore" } });
  expect(JSON.stringify(facts)).not.toContain(token);
});

test("nobody asks for a token where nothing is signed with it", async () => {
  expect(await factsOf("", { SIGSTORE_ID_TOKEN: "no token" })).toEqual({});
});

test("a service that is no address is refused before anything is signed", async () => {
  const keys = (options: string) => `${signing}  keys:\n    keyless: { ${options} }\n`;
  const env = { SIGSTORE_ID_TOKEN: tokenFor() };
  await expect(factsOf(keys("keyless: ftp://fulcio.example.com"), env)).rejects.toThrow("no address of a service");
  const second = keys("keyless: https://fulcio.example.com, version: 2");
  await expect(factsOf(second, env)).rejects.toThrow("has no `tsa`");
  const own = await factsOf(keys("keyless: https://fulcio.example.com"), env);
  const usual = await factsOf(signing, env);
  expect(own["keyless"]).not.toEqual(usual["keyless"]);
});

test("a key that nobody wrote is none, whatever it is called, and the one that was meant is named", async () => {
  const text = "slipway: 1\nproject: tool\ntrust:\n  keys: { release: { minisign: env:A } }\n";
  const config = readSource(sourceOfText("slipway.yaml", text), "/nonexistent", kinds);
  const { open } = keyring(() => Promise.resolve(config), {});
  for (const name of ["toString", "__proto__", "relase"])
    await expect(open(name, 0)).rejects.toMatchObject({
      code: "key.missing",
      message: `there is no key called "${name}"`,
    });
  await expect(open("relase", 0)).rejects.toMatchObject({ hint: 'did you mean "release"?' });
});
