/** The trust root on the command line: two people and a CI, each with a key of their own, from the first root to a revoked key. */
import { generateKeyPairSync, sign } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { metadataFolder } from "../../src/verify/tuf/folder.ts";
import { trustedRelease } from "../../src/verify/tuf/channel.ts";
import { makeRelease } from "../worlds/release.ts";
import { shell } from "../worlds/shell.ts";
import { slipway } from "../worlds/slipway.ts";

const { home, env, fresh } = shell();

function pem(kind: "ed25519" | "ec"): { readonly secret: string; readonly open: string } {
  const { privateKey, publicKey } =
    kind === "ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return {
    secret: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    open: publicKey.export({ format: "pem", type: "spki" }).toString(),
  };
}

const keys = { ALICE: pem("ed25519"), BOB: pem("ec"), CAROL: pem("ed25519"), CI: pem("ec") };

const config = `slipway: 1
project: tool
trust:
  keys:
    alice: { openssl: env:ALICE }
    bob: { openssl: env:BOB }
    carol: { openssl: env:CAROL }
    ci: { openssl: env:CI }
  root:
    roles:
      root: { keys: [alice, bob], threshold: 2 }
      targets: [alice, ci]
      timestamp: ci
  sign: [{ openssl: alice, of: release }]
`;

function project(): string {
  const folder = fresh();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "slipway.yaml"), config);
  return folder;
}

/** A small Release in this folder. */
async function released(folder: string): Promise<string> {
  const { write, cache } = await makeRelease(fresh(), { formats: ["tar.gz"] });
  await write(folder);
  await cache.close();
  return folder;
}

/** Runs `slipway keys WORDS` with the secrets of these people only. */
async function as(people: string, cwd: string, ...words: readonly string[]) {
  const secrets = Object.fromEntries(
    people.split(" ").map((name) => [name, keys[name as keyof typeof keys].secret] as const),
  );
  return slipway(["keys", ...words], { cwd, env: { ...env, ...secrets } });
}

describe("slipway keys", () => {
  it("makes a root that each person signs on their own machine, lists a release, refreshes, rotates and revokes", async () => {
    const cwd = project();
    const trust = join(cwd, "trust");

    const unknown = await as("ALICE", cwd, "init");
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("slipway keys export bob")]);
    mkdirSync(join(trust, "keys"), { recursive: true });
    for (const name of ["bob", "ci"])
      writeFileSync(join(trust, "keys", `${name}.pem`), keys[name.toUpperCase() as keyof typeof keys].open);
    const begun = await as("ALICE", cwd, "init");
    expect([begun.code, begun.stdout]).toEqual([0, expect.stringContaining("1 more of bob for the new root")]);
    expect(readdirSync(trust).toSorted()).toEqual(["keys", "pending"]);
    const signed = await as("BOB", cwd, "sign");
    expect([signed.code, signed.stdout]).toEqual([0, expect.stringContaining("root 1 is signed and published")]);
    expect(signed.stdout).toContain("root 1: root is signed by 2 of alice");
    expect((await as("CI", cwd, "refresh", "--json")).stdout).toContain('"timestamp": 1');

    const release = await released(join(cwd, "1.2.3"));
    const added = await as("CI", cwd, "add", release);
    expect([added.code, added.stdout, added.stderr]).toEqual([
      0,
      "trust: root 1, targets 2, snapshot 2, timestamp 2\n",
      "",
    ]);
    const statement = readFileSync(join(release, "release.json"));
    expect(readFileSync(join(trust, "targets/stable/release.json"))).toEqual(statement);
    const believed = async () =>
      trustedRelease({
        trustedRoot: readFileSync(join(trust, "1.root.json")),
        state: join(home, "state"),
        fetch: metadataFolder(trust),
        now: Date.now() / 1000,
        channel: "stable",
      });
    expect(await believed()).toMatchObject({ path: "stable/release.json", size: statement.length });

    const trustFile = join(cwd, "trust.json");
    const exported = await as("ALICE", cwd, "export", "--trust");
    writeFileSync(trustFile, exported.stdout);
    expect(exported.stdout).toContain('"x-slipway-name": "bob"');
    writeFileSync(join(release, "release.json.sig"), sign(null, statement, keys.ALICE.secret));
    const verified = async (...more: readonly string[]) =>
      slipway(["verify", release, "--trust", trustFile, ...more], {
        cwd,
        env: { ...env, SLIPWAY_STATE: join(home, "verifier") },
      });
    const ok = await verified("--metadata", trust, "--verbose");
    expect([ok.code, ok.stdout]).toEqual([
      0,
      expect.stringContaining("listed as 1.2.3/release.json and stable/release.json"),
    ]);
    expect((await verified()).code).toBe(2);
    expect((await verified("--metadata", join(cwd, "nowhere"))).code).toBe(2);
    expect((await verified("--metadata", "http://127.0.0.1:9/trust")).code).toBe(2);
    const nothing = join(cwd, "nothing");
    mkdirSync(nothing);
    writeFileSync(join(nothing, "timestamp.json"), "{}");
    expect((await verified("--metadata", nothing)).code).toBe(1);

    writeFileSync(join(trust, "keys", "carol.pem"), keys.CAROL.open);
    const asked = await as("ALICE CI", cwd, "rotate", "bob", "carol");
    expect(asked.stdout).toContain("1 more of bob for the root that is in force; 1 more of carol for the new root");
    expect((await believed()).versions.root).toBe(1);
    expect((await as("BOB", cwd, "sign")).stdout).toContain("1 more of carol for the new root");
    expect((await as("CAROL CI", cwd, "sign")).stdout).toContain("root 2 is signed and published");
    expect((await believed()).versions).toMatchObject({ root: 2 });
    expect(existsSync(join(trust, "pending/root.json"))).toBe(false);

    const alone = await as("ALICE CAROL", cwd, "revoke", "carol");
    expect([alone.code, alone.stderr]).toEqual([1, expect.stringContaining("cannot make 2 signatures")]);
    expect((await as("ALICE CAROL", cwd, "revoke", "alice")).code).toBe(1);
    const late = await slipway(["keys", "refresh"], { cwd, env });
    expect([late.code, late.stdout]).toEqual([2, expect.stringContaining("the timestamp has to be signed by 1 of ci")]);
  });

  it("never vouches for a Release that is not whole or of another project, and says the steps for keys that only sign files", async () => {
    const cwd = project();
    const all = "ALICE BOB CI";
    const early = await as(all, cwd, "revoke", "bob");
    expect([early.code, early.stderr]).toEqual([1, expect.stringContaining("no root yet in which bob could stand")]);
    expect((await as(all, cwd, "init")).code).toBe(0);
    const release = await released(join(cwd, "1.2.3"));
    writeFileSync(join(cwd, "slipway.yaml"), config.replace("project: tool", "project: other"));
    const foreign = await as(all, cwd, "add", release);
    expect([foreign.code, foreign.stderr]).toEqual([1, expect.stringContaining("is a Release of tool")]);
    writeFileSync(join(cwd, "slipway.yaml"), config);
    const [name = ""] = readdirSync(release).filter((file) => file.endsWith(".tar.gz"));
    renameSync(join(release, name), join(release, "aside"));
    const refused = await as(all, cwd, "add", release);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("is no whole Release")]);
    rmSync(release, { recursive: true });

    const steps = await as("ALICE", cwd, "rotate", "carol", "dave");
    expect([steps.code, steps.stdout]).toEqual([0, expect.stringContaining("slipway keys new dave --kind openssl")]);
    expect((await as("ALICE", cwd, "rotate", "zoe", "dave")).code).toBe(2);
    for (const words of [["rotate", "alice"], ["rotate", "alice", "alice"], ["sign", "alice"], ["revoke"], ["add"]])
      expect((await as("ALICE", cwd, ...words)).code).toBe(64);
  });
});

describe("slipway conformance", () => {
  it("knows its suites, and what each of them may say", async () => {
    for (const words of [["nothing"], ["tuf"], ["tuf", "--metadata-dir", "x", "jump"], ["tuf", "--what", "refresh"]])
      expect((await slipway(["conformance", ...words], { cwd: home, env })).code).toBe(64);
  });
});
