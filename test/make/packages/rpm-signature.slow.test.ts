/** Signatures of rpm packages, judged by rpm 4.18 and 6.1 with keys that gpg made. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";

import { rpm as format } from "../../../src/make/packages/rpm.ts";
import { srpm } from "../../../src/make/packages/srpm.ts";
import { judge, needs, needsRoot } from "../../judges.ts";
import { type Gpg, gpgWorld, type KeyProject, keyProject, makeKey } from "../../worlds/keys.ts";
import { installed, makePackage, projectFiles } from "../../worlds/packages.ts";
import { outcomeOf, query } from "./rpm-world.ts";

let gpg: Gpg;
let keys: KeyProject;
let folder: string;
beforeAll(() => {
  const found = judge("gpg");
  if (found === undefined) return;
  gpg = gpgWorld(found);
  keys = keyProject();
});
afterAll(() => {
  gpg?.close();
  keys?.close();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-rpm-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A package signed by a new key, and that key's public half. */
async function signedBy(
  algorithm: string,
  kind = format,
  options = {},
): Promise<{ readonly path: string; readonly key: string; readonly id: string }> {
  const id = makeKey(gpg, [algorithm, kind.kind, ...Object.values(options)].join("-"), algorithm);
  keys.write("key.asc", gpg.run(["--armor", "--export-secret-keys", id]));
  const key = join(folder, "public.asc");
  writeFileSync(key, gpg.run(["--armor", "--export", id]));
  await projectFiles(folder, { a: "a\n" });
  const signer = await keys.openpgp("{ openpgp: file:key.asc }");
  const contents = [installed("a", "/usr/share/a")];
  return { path: await makePackage(folder, kind, { signer, contents, options }), key, id };
}

for (const [algorithm, tag] of [
  ["rsa3072", "RSAHEADER"],
  ["ed25519", "DSAHEADER"],
] as const) {
  needs("rpm", "gpg")(
    `rpm 4.18 verifies a package signed by ${algorithm}, with the key and not without`,
    async ({ rpm }) => {
      const { path, key, id } = await signedBy(algorithm);
      const check = (): ReturnType<typeof outcomeOf> => outcomeOf(rpm, ["--dbpath", join(folder, "db"), "-Kv", path]);
      execFileSync(rpm, ["--dbpath", join(folder, "db"), "--initdb"]);
      expect(check().said).toMatch(/Signature, key ID [0-9a-f]+: NOKEY/);
      execFileSync(rpm, ["--dbpath", join(folder, "db"), "--import", key]);
      const { status, said } = check();
      expect(said).toMatch(new RegExp(`Header V4 \\S+/SHA\\d+ Signature, key ID ${id.slice(-8)}: OK`));
      expect(status).toBe(0);
      expect(query(rpm, path, `%{${tag}:pgpsig}`)).toMatch(new RegExp(id.slice(-16)));
      const damaged = readFileSync(path);
      damaged[damaged.length - 60] = (damaged.at(-60) ?? 0) ^ 1;
      writeFileSync(path, damaged);
      expect(check().said).toMatch(/Payload SHA256 digest: BAD/);
    },
  );
}

needs("rpm", "gpg")("a source package is signed like any other", async ({ rpm }) => {
  const { path, key } = await signedBy("rsa2048", srpm);
  execFileSync(rpm, ["--dbpath", join(folder, "db"), "--initdb"]);
  execFileSync(rpm, ["--dbpath", join(folder, "db"), "--import", key]);
  const { status, said } = outcomeOf(rpm, ["--dbpath", join(folder, "db"), "-Kv", path]);
  expect([status, /Signature, key ID \w+: OK/.test(said)]).toEqual([0, true]);
});

needs("gpg")("a key whose signatures rpm 4.18 takes for damage is refused", async () => {
  await expect(signedBy("nistp256")).rejects.toThrow("the key's signature is not one that every rpm reads");
});

needs("rpm", "gpg")("two builds have one signature", async () => {
  const { path } = await signedBy("rsa2048");
  const first = readFileSync(path);
  const signer = await keys.openpgp("{ openpgp: file:key.asc }");
  await rm(join(folder, "cache"), { recursive: true });
  const again = await makePackage(folder, format, { signer, contents: [installed("a", "/usr/share/a")] });
  expect(readFileSync(again).equals(first)).toBe(true);
});

needsRoot("forky", "gpg")(
  "rpm 6.1 verifies them, and installs nothing that is not signed when signatures are wanted",
  async (root) => {
    for (const algorithm of ["rsa4096", "ed25519"]) {
      const { path, key, id } = await signedBy(algorithm);
      root.put(key, "/tmp/key.asc");
      root.put(path, "/tmp/tool.rpm");
      await root.run("rpmkeys", "--import", "/tmp/key.asc");
      expect(await root.run("rpmkeys", "-Kv", "/tmp/tool.rpm")).toMatch(
        new RegExp(`Signature, key (ID|fingerprint:?) \\w*${id.slice(-8)}: OK`, "i"),
      );
      await root.run("rpm", "--define", "_pkgverify_level all", "-i", "--nodeps", "/tmp/tool.rpm");
      await root.run("rpm", "-e", "tool");
    }
    const unsigned = await makePackage(join(folder, "unsigned"), format, {});
    root.put(unsigned, "/tmp/unsigned.rpm");
    const refused = await root.attempt(
      "rpm",
      "--define",
      "_pkgverify_level all",
      "-i",
      "--nodeps",
      "/tmp/unsigned.rpm",
    );
    expect(refused.status).not.toBe(0);
  },
);

needsRoot(
  "forky",
  "rpm",
  "gpg",
)(
  "in version 6 they are by any algorithm, and rpm 4.18 reads those it knows and installs them all",
  async (root, { rpm }) => {
    for (const algorithm of ["rsa3072", "ed25519", "nistp256"]) {
      const { path, key, id } = await signedBy(algorithm, format, { rpmformat: 6 });
      root.put(path, "/tmp/tool.rpm");
      root.put(key, "/tmp/key.asc");
      const strict = ["--define", "_pkgverify_level all"];
      const untrusted = await root.attempt("rpm", ...strict, "-i", "--nodeps", "/tmp/tool.rpm");
      expect(untrusted.status).not.toBe(0);
      await root.run("rpmkeys", "--import", "/tmp/key.asc");
      const checked = await root.run("rpmkeys", ...strict, "-Kv", "/tmp/tool.rpm");
      expect(checked).toMatch(new RegExp(`Signature, key (ID|fingerprint:?) \\w*${id.slice(-8)}: OK`, "i"));
      await root.run("rpm", ...strict, "-i", "--nodeps", "/tmp/tool.rpm");
      expect(await root.run("rpm", "-V", "tool")).toBe("");
      await root.run("rpm", "-e", "tool");

      const database = ["--dbpath", join(folder, `db-${algorithm}`)];
      execFileSync(rpm, [...database, "--initdb"]);
      const isKnown = algorithm !== "nistp256"; // rpm 4.18 takes no such key either
      if (isKnown) execFileSync(rpm, [...database, "--import", key]);
      const old = outcomeOf(rpm, [...database, "-Kv", path]);
      expect(old.status).toBe(0);
      expect(/Header V4 \S+\/SHA\d+ Signature, key ID \w+: OK/.test(old.said)).toBe(isKnown);
      const target = join(folder, `root-${algorithm}`);
      mkdirSync(target);
      execFileSync(rpm, ["--root", target, "-i", "--nodeps", path], { stdio: "pipe" });
      expect(readFileSync(join(target, "usr/share/a"), "utf8")).toBe("a\n");
    }
    const unsigned = await makePackage(join(folder, "unsigned"), format, { options: { rpmformat: 6 } });
    const refused = await root.attempt(
      "rpm",
      "--define",
      "_pkgverify_level all",
      "-i",
      "--nodeps",
      root.put(unsigned, "/tmp/unsigned.rpm"),
    );
    expect(refused.status).not.toBe(0);
  },
);
