/** Logins of git stores: the token and the key go to git and to the one host, and nothing of the operator's own settings comes along. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { makeTap, releaseTo, type Tap } from "./tap.ts";

let tap: Tap;
beforeEach(() => {
  tap = makeTap();
});
afterEach(() => tap.remove());

const files = { "tool.rb": "class Tool\n" };

/** A program in front of all others that notes how it was called. */
function program(name: string, script: string): string {
  const folder = join(tap.home, "bin");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return `${folder}:${process.env["PATH"]}`;
}

describe("a token", () => {
  test("is a header for the repository alone, in a variable: on no command line, in no file, in no other request", async () => {
    const asked: { readonly url: string; readonly headers: IncomingHttpHeaders }[] = [];
    const server = createServer((request, response) => {
      asked.push({ url: request.url ?? "", headers: request.headers });
      if (request.url?.startsWith("/acme/moved") === true)
        return response.writeHead(302, { location: "/elsewhere/tap.git/info/refs?service=git-upload-pack" }).end();
      return response.writeHead(403).end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const real = execFileSync("which", ["git"], { encoding: "utf8" }).trim();
    const PATH = program(
      "git",
      `echo "$@" >> ${tap.home}/calls; find "$GIT_DIR/.." -type f -exec cat {} + >> ${tap.home}/found; exec ${real} "$@"`,
    );
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const context = { ...tap.context(), env: { PATH }, secret: async () => Buffer.from("t0ken\n") };
      const open = (git: string) => tap.open({ git: `${origin}${git}`, token: "env:TAP_TOKEN" }, context);
      await expect(open("/acme/tap")).rejects.toMatchObject({
        code: "store.denied",
        hint: expect.stringContaining("env:TAP_TOKEN") as string,
      });
      await expect(open("/acme/moved")).rejects.toMatchObject({ code: "store.failed" });
    } finally {
      server.closeAllConnections();
      server.close();
    }
    const authorization = `Basic ${Buffer.from("x-access-token:t0ken").toString("base64")}`;
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.filter(({ headers }) => headers.authorization !== authorization)).toEqual([]);
    expect(asked.filter(({ url }) => url.startsWith("/elsewhere"))).toEqual([]);
    for (const name of ["calls", "found"]) {
      const text = readFileSync(join(tap.home, name), "utf8");
      expect(text).not.toContain("t0ken");
      expect(text).not.toContain(authorization.slice(6));
    }
  });

  test("goes in the clear to no other machine", async () => {
    const context = { ...tap.context(), secret: async () => Buffer.from("t0ken") };
    await expect(tap.open({ git: "http://tap.example/acme/tap", token: "env:T" }, context)).rejects.toMatchObject({
      code: "store.failed",
    });
  });
});

test("a private key is a file of its owner, known hosts are those that are named, and both are gone afterwards", async () => {
  const PATH = program(
    "ssh",
    `echo "$@" >> ${tap.home}/ssh
key=$(echo "$*" | sed -n 's/.*-i \\([^ ]*\\).*/\\1/p')
stat -c '%a' "$key" >> ${tap.home}/ssh; cat "$key" >> ${tap.home}/ssh
for last; do :; done; exec sh -c "$last"`,
  );
  const context = { ...tap.context(), env: { PATH, HOME: tap.home }, secret: async () => Buffer.from("PRIVATE KEY") };
  const options = { git: `ssh://git@tap.example${tap.bare}`, sshKey: "env:KEY", knownHosts: "known hosts" };
  await releaseTo(await tap.open(options, context), files);
  expect(tap.git("show", "main:tool.rb")).toBe("class Tool");
  const [called = "", mode, key] = readFileSync(join(tap.home, "ssh"), "utf8").split("\n");
  expect([mode, key]).toEqual(["600", "PRIVATE KEY"]);
  expect(called).toContain("-F /dev/null");
  expect(called).toContain("-o StrictHostKeyChecking=yes");
  expect(called).toContain(`-o UserKnownHostsFile="${join(tap.home, "known hosts")}"`);
  const folder = / -i (\S+)\/key /.exec(called)?.[1] ?? "";
  expect(() => readdirSync(folder)).toThrow("ENOENT");
});

test("what the operator configured changes nothing", async () => {
  writeFileSync(
    join(tap.home, ".gitconfig"),
    `[url "/nowhere/"]\n\tinsteadOf = ${tap.home}/\n[user]\n\tname = Operator\n[commit]\n\tgpgSign = true\n[core]\n\thooksPath = ${tap.home}/hooks\n`,
  );
  const env = {
    PATH: process.env["PATH"],
    HOME: tap.home,
    GIT_DIR: "/nowhere",
    GIT_AUTHOR_NAME: "Operator",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "remote.origin.pushurl",
    GIT_CONFIG_VALUE_0: "/nowhere",
  };
  await releaseTo(await tap.open({}, { ...tap.context(), env }), files);
  expect(tap.git("log", "-1", "--format=%an %cn", "main")).toBe("Ada Ada");
});
