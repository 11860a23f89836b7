/** The engram example's evidence: its checksums signed for gpg, and SBOMs that name every module of its program. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";

import { judge, needs } from "../judges.ts";
import { exampleRepository } from "../worlds/example.ts";
import { type Gpg, gpgWorld, makeKey } from "../worlds/keys.ts";
import { type Ran, slipway } from "../worlds/slipway.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-engram-"));
const repository = join(home, "engram");
const released = (...name: readonly string[]): string => join(repository, "dist/1.0.0", ...name);
const text = (name: string): string => readFileSync(released(name), "utf8");
const publicKey = join(home, "engram.asc");
const tools = ["go", "gpg"] as const;

let gpg: Gpg;
/** What was said without a key, and which files there were. */
let unsigned: { readonly stderr: string; readonly files: readonly string[] };

beforeAll(async () => {
  const program = judge("gpg");
  if (program === undefined || judge("go") === undefined) return;
  gpg = gpgWorld(program);
  makeKey(gpg, "engram", "ed25519", { passphrase: "open sesame" });
  writeFileSync(publicKey, gpg.run(["--armor", "--export", "engram"]));
  const secret = gpg.run(["--passphrase", "open sesame", "--armor", "--export-secret-keys", "engram"]).toString();
  exampleRepository("engram", { folder: repository });
  const { stderr } = await release({ ENGRAM_GPG_KEY: undefined, ENGRAM_GPG_PASSPHRASE: undefined });
  unsigned = { stderr, files: readdirSync(released()) };
  await release({ ENGRAM_GPG_KEY: secret, ENGRAM_GPG_PASSPHRASE: "open sesame" });
}, 300_000);

afterAll(() => {
  gpg?.close();
  rmSync(home, { recursive: true, force: true });
});

/** For one platform: what the others are made of is the same. */
async function release(env: Readonly<Record<string, string | undefined>>): Promise<Ran> {
  const args = ["release", "--target", "linux/amd64", "--skip", "packages,images,publish", "--clean"];
  const ran = await slipway(args, { cwd: repository, env });
  if (ran.code !== 0) throw new Error(ran.stderr);
  return ran;
}

const list = ["checksums.txt", "engram.rb", "engram_linux_amd64.tar.gz", "index.json", "notes.md"];
const made = [...list, "release.json", "sbom.cdx.json", "sbom.spdx.json"];

describe("engram's release", () => {
  needs(...tools)("is signed as gpg verifies it", () => {
    expect(readdirSync(released()).toSorted()).toEqual([...made, "checksums.txt.asc", "release.json.asc"].toSorted());
    for (const name of ["checksums.txt", "release.json"]) {
      const verify = ["--status-fd", "1", "--verify", released(`${name}.asc`)];
      expect(gpg.run([...verify, released(name)], { at: 1_800_000_000 }).toString()).toContain("[GNUPG:] VALIDSIG ");
      expect(() => gpg.run([...verify, released("index.json")], { at: 1_800_000_000 })).toThrow("BAD signature");
    }
    expect(() =>
      execFileSync("sha256sum", ["--check", "--strict", "checksums.txt"], { cwd: released() }),
    ).not.toThrow();
  });

  needs(...tools)("is verified with the public key, and refused where anything is another", async () => {
    const verify = (folder: string): Promise<Ran> => slipway(["verify", folder, "--pubkey", publicKey], { cwd: home });
    expect(await verify(released())).toMatchObject({ code: 0 });
    for (const name of ["engram_linux_amd64.tar.gz", "sbom.spdx.json", "checksums.txt.asc"]) {
      const folder = join(home, `tampered-${name}`);
      cpSync(released(), folder, { recursive: true });
      const bytes = readFileSync(join(folder, name));
      bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
      writeFileSync(join(folder, name), bytes);
      expect([name, (await verify(folder)).code]).toEqual([name, 1]);
    }
  });

  needs(...tools)("is made without signatures where there is no key, and says so", () => {
    expect(unsigned.files.toSorted()).toEqual(made.toSorted());
    expect(unsigned.stderr).toContain("the environment variable ENGRAM_GPG_KEY is not set");
  });

  needs(...tools)("names in its SBOMs every module that go finds in the program", ({ go }) => {
    const program = join(mkdtempSync(join(home, "unpacked-")), "engram");
    execFileSync("tar", ["-xzf", released("engram_linux_amd64.tar.gz"), "-C", dirname(program), "engram"]);
    const listed = execFileSync(go, ["version", "-m", program], { encoding: "utf8" });
    const modules = [...listed.matchAll(/^\tdep\t(\S+)\t(\S+)/gm)].map(([, path, version]) => `${path}@${version}`);
    expect(modules.length).toBeGreaterThan(5);
    for (const name of ["sbom.spdx.json", "sbom.cdx.json"])
      for (const one of modules) expect(text(name)).toContain(`"pkg:golang/${one}"`);
  });

  needs(
    ...tools,
    "pyspdxtools",
    "spdx-tools-golang",
    "cyclonedx",
  )(
    "has SBOMs that are valid by other people's validators",
    ({ pyspdxtools, "spdx-tools-golang": golang, cyclonedx }) => {
      const spdx = released("sbom.spdx.json");
      expect(execFileSync(pyspdxtools, ["-i", spdx], { encoding: "utf8" })).toBe("");
      expect(execFileSync(golang, [spdx], { encoding: "utf8" })).toContain("SPDX-2.3");
      const validated = execFileSync(cyclonedx, [released("sbom.cdx.json")], { encoding: "utf8" });
      expect(validated).toContain("CycloneDX 1.6, 0 errors");
    },
  );
});
