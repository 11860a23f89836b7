/** What a git store is told, and what git says: taken apart, refused beforehand, understood. */
import { describe, expect, test } from "vitest";

import { readAddress } from "../../../src/store/git/address.ts";
import { gitEnvironment } from "../../../src/store/git/environment.ts";
import { problemOf } from "../../../src/store/git/failure.ts";
import { decidedFrom } from "./tap.ts";

test("proxies and certificates are the operator's", () => {
  const login = {
    remote: "https://a.example/b",
    token: undefined,
    user: "",
    sshKey: undefined,
    knownHosts: undefined,
    ca: undefined,
  };
  const operators = {
    HTTPS_PROXY: "http://p:1",
    no_proxy: "x",
    SSL_CERT_FILE: "/ca.pem",
    GITHUB_TOKEN: "t0ken",
    PATH: "/bin",
  };
  const env = gitEnvironment(operators, "/home", login);
  expect(env).toMatchObject({ https_proxy: "http://p:1", no_proxy: "x", GIT_SSL_CAINFO: "/ca.pem", HOME: "/home" });
  expect(JSON.stringify(env)).not.toContain("t0ken");
});

describe("an address", () => {
  test.each([
    ["https://github.com/acme/homebrew-tap.git", "github.com", "https://github.com/", "acme/homebrew-tap"],
    ["http://localhost:3000/ada/tap", "localhost", "http://localhost:3000/", "ada/tap"],
    ["ssh://git@forge.example:2222/acme/tap.git", "forge.example", "https://forge.example/", "acme/tap"],
    ["git@gitlab.com:group/sub/tap.git", "gitlab.com", "https://gitlab.com/", "group/sub/tap"],
    ["../tap.git", "", "", "../tap.git"],
  ])("%s is taken apart", (written, host, web, repository) => {
    expect(readAddress(written)).toMatchObject({ host, web, repository });
  });

  test.each([
    ["https://ada:secret@github.com/acme/tap", "config.secret"],
    ["https://ghp_secret@github.com/acme/tap", "config.secret"],
    ["--upload-pack=touch gone", "plan.invalid"],
    ["ext::sh -c touch", "plan.invalid"],
    ["https://github.com/", "plan.invalid"],
    ["https://github.com/acme/tap?x=1", "plan.invalid"],
    ["", "plan.invalid"],
  ])("%s is refused", (written, code) => {
    expect(() => readAddress(written)).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe("options that can never work are refused when it is planned", () => {
  test.each([
    [{ path: "{{ artifact.os }}/x" }, "cannot be part of a file's path"],
    [{ branch: "a..b" }, "cannot be the name of a branch"],
    [{ pullRequest: true }, "nobody knows how pull requests are opened"],
    [{ git: "https://github.com/a/b", pullRequest: true }, "there is no token"],
    [{ author: { name: "Ada <x>", email: "a@b" } }, "cannot be the author"],
  ])("%j", (options, message) => {
    expect(() => decidedFrom({ git: "tap.git", ...options })).toThrow(message);
  });
});

test.each([
  [
    "remote: Permission to acme/tap.git denied to bot.\nfatal: unable to access: The requested URL returned error: 403",
    "store.denied",
  ],
  ["fatal: Authentication failed for 'https://github.com/acme/tap/'", "store.denied"],
  ["remote: error: GH006: Protected branch update failed for refs/heads/main.", "store.denied"],
  ["fatal: unable to access 'https://x/': Could not resolve host: x", "store.unreachable"],
  ["error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502", "store.unreachable"],
  ["Host key verification failed.\nfatal: Could not read from remote repository.", "store.denied"],
  ["remote: Repository not found.\nfatal: repository 'https://github.com/acme/tap/' not found", "store.failed"],
])("what git says is understood: %s", (stderr, code) => {
  const problem = problemOf({ what: "pushing", stderr: `${stderr}\u001b[2J`, looked: "env:T" });
  expect(problem.code).toBe(code);
  expect(problem.hint).not.toBeUndefined();
  expect(problem.lines.join("\n")).not.toContain("\u001b");
});
