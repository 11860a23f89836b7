/** The jaco example's key is rotated through four releases, and its programs upgrade themselves through them. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";

import { judge, needs } from "../judges.ts";
import { type Site, startSite } from "../servers/site.ts";
import { exampleRepository } from "../worlds/example.ts";
import { type Ran, slipway, start } from "../worlds/slipway.ts";

type Owner = "old" | "new" | "stranger";

/** Whose key signs a release, and whose key it holds: that of the releases after it. */
const releases: Readonly<Record<string, { readonly by: Owner; readonly holds: Owner }>> = {
  "0.1.0": { by: "old", holds: "old" },
  "0.2.0": { by: "old", holds: "new" },
  "0.3.0": { by: "new", holds: "new" },
  "0.4.0": { by: "new", holds: "new" },
};

const tools = ["go", "minisign", "tar"] as const;
const home = mkdtempSync(join(tmpdir(), "slipway-rotation-"));
const release = ["release", "--target", "linux/amd64", "--skip", "packages,notes,publish"];
const repository = (): string => join(home, "jaco");
const published = (version: string, ...name: readonly string[]): string => join(home, "site", version, ...name);
const publicKey = (owner: Owner): string => join(home, `${owner}.pub`);
const tarball = (version: string): string => `jaco-v${version}-linux-amd64.tar.gz`;

const sites: Record<string, Site> = {};

beforeAll(async () => {
  const minisign = judge("minisign");
  if (minisign === undefined || tools.some((name) => judge(name) === undefined)) return;
  for (const owner of ["old", "new", "stranger"] satisfies Owner[])
    execFileSync(minisign, ["-G", "-W", "-p", publicKey(owner), "-s", join(home, `${owner}.key`)], { stdio: "ignore" });
  exampleRepository("jaco", { tag: "", folder: repository() });
  for (const version of Object.keys(releases)) await releaseOf(version);
  for (const version of Object.keys(releases)) sites[version] = await startSite(published(version));
}, 120_000);

afterAll(async () => {
  for (const site of Object.values(sites)) await site.stop();
  rmSync(home, { recursive: true, force: true });
});

async function releaseOf(version: string): Promise<void> {
  const { by = "stranger", holds = "stranger" } = releases[version] ?? {};
  const git = (...args: readonly string[]): unknown =>
    execFileSync("git", ["-C", repository(), "-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args]);
  cpSync(publicKey(holds), join(repository(), "internal/packaging/release-pubkey.txt"));
  git("commit", "--quiet", "--all", "--allow-empty", "-m", `feat: ${version}`);
  git("tag", `v${version}`);
  const env = { MINISIGN_KEY: readFileSync(join(home, `${by}.key`), "utf8") };
  const { code, stderr } = await slipway(release, { cwd: repository(), env });
  if (code !== 0) throw new Error(stderr);
  cpSync(join(repository(), "dist", version), published(version), { recursive: true });
}

interface Operator {
  /** Of `jaco`, as it says itself. */
  version(): string;
  /** Digests of both. */
  programs(): readonly string[];
  upgrade(from: string, ...options: readonly string[]): Promise<Ran>;
}

const digestOf = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
let count = 0;
const fresh = (): string => join(home, `place-${(count += 1)}`);

/** Someone who unpacked a version's tarball. */
function operatorOf(version: string): Operator {
  const folder = fresh();
  mkdirSync(folder);
  execFileSync("tar", ["-xzf", published(version, tarball(version)), "-C", folder]);
  const jaco = join(folder, "jaco");
  return {
    version: () => execFileSync(jaco, ["version"], { encoding: "utf8" }),
    programs: () => ["jaco", "jacod"].map((name) => digestOf(join(folder, name))),
    upgrade: (from, ...options) => start(jaco, ["self-upgrade", "--from", from, ...options], { cwd: folder }).ended,
  };
}

/** A copy of a release in which something is not as it was released. */
function tampered(version: string, change: (folder: string) => void): string {
  const folder = fresh();
  cpSync(published(version), folder, { recursive: true });
  change(folder);
  return folder;
}

/** Changes one byte in the middle of a file. */
function flip(path: string): void {
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
  writeFileSync(path, bytes);
}

const refusal = { code: 1, stdout: "", stderr: expect.stringContaining("jaco: upgrade_verification_failed: ") };

describe("jaco's releases", () => {
  needs(...tools)("are each verified by minisign with the key that signed them, and with no other", ({ minisign }) => {
    for (const [version, { by }] of Object.entries(releases))
      for (const name of ["SHA256SUMS", "release.json"])
        for (const owner of ["old", "new"] satisfies Owner[]) {
          const verify = (): unknown =>
            execFileSync(minisign, ["-VHm", published(version, name), "-p", publicKey(owner)], { stdio: "pipe" });
          if (owner === by) expect(verify, `${version} by ${owner}`).not.toThrow();
          else expect(verify, `${version} by ${owner}`).toThrow("Command failed");
        }
  });

  needs(...tools)("upgrade from each to the next, to the end of the old key and on", async () => {
    const operator = operatorOf("0.1.0");
    for (const version of ["0.2.0", "0.3.0", "0.4.0"]) {
      const dry = { code: 0, stdout: `v${version} is verified\n` };
      expect(await operator.upgrade(published(version), "--dry-run")).toMatchObject(dry);
      const upgraded = { code: 0, stdout: `v${version} is verified and installed\n` };
      expect(await operator.upgrade(sites[version]?.url ?? "")).toMatchObject(upgraded);
      expect(operator.version()).toBe(`jaco v${version}\n`);
    }
    expect(operator.programs()).toEqual(operatorOf("0.4.0").programs());
  });

  needs(...tools)("do not skip the one that brings the new key, and nothing is touched", async () => {
    const operator = operatorOf("0.1.0");
    const before = operator.programs();
    for (const version of ["0.3.0", "0.4.0"]) {
      expect(await operator.upgrade(published(version))).toEqual(refusal);
      expect(await operator.upgrade(sites[version]?.url ?? "", "--dry-run")).toEqual(refusal);
    }
    expect(operator.programs()).toEqual(before);
    // The old key signs nothing any more, where the new one has arrived.
    expect(await operatorOf("0.3.0").upgrade(published("0.2.0"))).toEqual(refusal);
  });

  needs(...tools)("are refused where a stranger signed them, or a byte or a file is another", async ({ minisign }) => {
    const operator = operatorOf("0.2.0");
    const before = operator.programs();
    const strangers = tampered("0.3.0", (folder) => {
      const sums = join(folder, "SHA256SUMS");
      execFileSync(minisign, ["-SHm", sums, "-s", join(home, "stranger.key")], { stdio: "ignore" });
    });
    const swapped = tampered("0.3.0", (folder) => {
      cpSync(published("0.4.0", "SHA256SUMS.minisig"), join(folder, "SHA256SUMS.minisig"));
    });
    const another = tampered("0.3.0", (folder) => {
      cpSync(published("0.4.0", tarball("0.4.0")), join(folder, tarball("0.3.0")));
    });
    const unsigned = tampered("0.3.0", (folder) => rmSync(join(folder, "SHA256SUMS.minisig")));
    const flipped = ["SHA256SUMS", tarball("0.3.0")].map((name) =>
      tampered("0.3.0", (folder) => flip(join(folder, name))),
    );
    for (const from of [strangers, swapped, another, unsigned, ...flipped])
      expect(await operator.upgrade(from), basename(dirname(from))).toEqual(refusal);
    expect(operator.programs()).toEqual(before);
    expect(await operator.upgrade(published("0.3.0"), "--dry-run")).toMatchObject({ code: 0 });
  });
});

describe("a release of jaco without the key", () => {
  needs(...tools)("is made unsigned, says so, and is no upgrade", async () => {
    const { code, stderr } = await slipway([...release, "--clean"], {
      cwd: repository(),
      env: { MINISIGN_KEY: undefined },
    });
    expect([code, stderr]).toEqual([0, expect.stringContaining("MINISIGN_KEY is not set")]);
    expect(await operatorOf("0.3.0").upgrade(join(repository(), "dist", "0.4.0"))).toEqual({
      ...refusal,
      stderr: "jaco: upgrade_verification_failed: the release is not signed\n",
    });
  });
});
