/** Commits to a tap that are signed by a key of the config: git itself, with ssh-keygen and gpg, says by whom. */
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

import type { Signer } from "../../../src/model/signer.ts";
import { openGitStore } from "../../../src/store/git/store.ts";
import { judge, needs } from "../../judges.ts";
import { type Gpg, gpgWorld, type KeyProject, keyProject, makeKey } from "../../worlds/keys.ts";
import { shell } from "../../worlds/shell.ts";
import { clean, decidedFrom, makeTap, releaseTo, type Tap } from "./tap.ts";

const { project, run, env } = shell();
const files = { "tool.rb": "class Tool\n" };
let gpg: Gpg | undefined;
let keys: KeyProject;
let tap: Tap;
beforeAll(() => {
  const program = judge("gpg");
  gpg = program === undefined ? undefined : gpgWorld(program);
  keys = keyProject();
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", join(keys.root, "ssh")]);
  keys.write("signers", `ada@example.com ${readFileSync(join(keys.root, "ssh.pub"), "utf8")}`);
});
afterAll(() => {
  gpg?.close();
  keys.close();
});
beforeEach(() => {
  tap = makeTap();
});
afterEach(() => tap.remove());

/** What `git verify-commit` says of a commit; it fails where the signature is not good. */
function verified({ bare }: Pick<Tap, "bare">, commit: string, settings: readonly string[]): string {
  const words = ["-C", bare, ...settings.flatMap((setting) => ["-c", setting]), "verify-commit", "--raw", commit];
  return execFileSync("sh", ["-c", 'exec git "$@" 2>&1', "sh", ...words], {
    encoding: "utf8",
    env: { ...clean, ...(gpg === undefined ? {} : { GNUPGHOME: gpg.home }) },
  });
}
const bySsh = () => ["gpg.format=ssh", `gpg.ssh.allowedSignersFile=${join(keys.root, "signers")}`];

async function release(one: Tap, signer: Signer, fingerprint = signer.fingerprint): Promise<string> {
  const decided = { ...decidedFrom({ git: one.bare, sign: "release" }), signer: { key: "release", fingerprint } };
  const context = { ...one.context(), signer: async () => signer };
  await releaseTo(await openGitStore(decided, context), files);
  return one.git("rev-parse", "main");
}

test.each(["sha1", "sha256"])("by an SSH key, in a repository of %s", async (format) => {
  const one = makeTap({ format });
  try {
    const signer = await keys.signer("{ ssh: file:ssh }");
    const commit = await release(one, signer);
    expect(verified(one, commit, bySsh())).toContain('Good "git" signature for ada@example.com');
    expect(one.git("fsck", "--strict")).toBe("");
    one.git("update-ref", "refs/heads/main", "main^");
    expect(await release(one, signer)).toBe(commit);
  } finally {
    one.remove();
  }
});

for (const algorithm of ["ed25519", "rsa3072"])
  needs("gpg")(`by an OpenPGP key (${algorithm})`, async ({ gpg: program }) => {
    const world = gpg as Gpg;
    const made = makeKey(world, algorithm, algorithm);
    keys.write("key.asc", world.run(["--armor", "--export-secret-keys", made]));
    const commit = await release(tap, await keys.signer("{ openpgp: file:key.asc }"));
    expect(verified(tap, commit, [`gpg.program=${program}`])).toMatch(new RegExp(`VALIDSIG ${made.toUpperCase()}`));
    expect(tap.git("fsck", "--strict")).toBe("");
  });

test("by another key than was planned, or one of another kind, nothing is pushed", async () => {
  const before = tap.git("rev-parse", "main");
  const signer = await keys.signer("{ ssh: file:ssh }");
  await expect(release(tap, signer, "0".repeat(64))).rejects.toMatchObject({ code: "key.invalid" });
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  keys.write("rsa.pem", privateKey.export({ type: "pkcs8", format: "pem" }));
  await expect(release(tap, await keys.signer("{ rsa: file:rsa.pem }"))).rejects.toMatchObject({ code: "key.invalid" });
  expect(tap.git("for-each-ref", "--format=%(objectname) %(refname)")).toBe(`${before} refs/heads/main`);
});

const config = (bare: string, stores: string, more = "") => `slipway: 1
project: { name: tool }
release: { files: [tool.rb] }
trust: { keys: { release: { ssh: env:TAP_KEY }${more} } }
stores:
  tap: { git: "${bare}", sign: release }
${stores}`;

test("a release and what takes it back are signed by the config's key, and by none with --skip sign", async () => {
  const publish = 'publish: [{ store: tap, only: "*.rb" }]\n';
  const written = { "slipway.yaml": config(tap.bare, publish), "tool.rb": "class Tool\n", ".gitignore": "dist/\n" };
  const folder = project(written);
  Object.assign(env, { TAP_KEY: readFileSync(join(keys.root, "ssh"), "utf8") });
  expect(await run(folder, "release", "--quiet")).toMatchObject({ code: 0, stderr: "" });
  expect(verified(tap, "main", bySsh())).toContain("Good");
  expect(await run(folder, "yank", "1.0.0", "--why", "it is only a test")).toMatchObject({ code: 0 });
  expect(tap.git("log", "-1", "--format=%s", "main")).toBe("Withdraw tool 1.0.0");
  expect(verified(tap, "main", bySsh())).toContain("Good");

  Object.assign(env, { TAP_KEY: "" });
  const other = project({ ...written, "tool.rb": "class Other\n" }, { tag: "v1.0.1" });
  expect(await run(other, "release", "--quiet", "--skip", "sign")).toMatchObject({ code: 0, stderr: "" });
  expect(tap.git("cat-file", "commit", "main")).toMatch(/^tree [^]*\n\ntool 1\.0\.1\n/);
  expect(tap.git("cat-file", "commit", "main")).not.toContain("gpgsig");
});

test("a key that is not there, or that git does not know, is found before anything is made", async () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const rsa = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  const stores = `  one: { git: "${tap.bare}", sign: nobody }\n  two: { git: "${tap.bare}", sign: old }\n`;
  const text = config(tap.bare, stores, ", old: { rsa: file:rsa.pem }");
  const folder = project({ "slipway.yaml": text, "tool.rb": "class Tool\n", "rsa.pem": rsa });
  Object.assign(env, { TAP_KEY: "" });
  const { code, stderr } = await run(folder, "check");
  expect(code).toBe(1);
  expect(stderr).toContain("the key release is not here: the environment variable TAP_KEY is not set");
  expect(stderr).toContain('sign: no key is called "nobody"');
  expect(stderr).toMatch(/sign: the key old is of the kind rsa[^]*expected: a key of the kind openpgp or ssh/);
});
