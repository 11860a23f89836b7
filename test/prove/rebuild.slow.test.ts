/** `verify --rebuild`: what is reproducible is identical, what is not is different by name, and what cannot be told is never green. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { needs } from "../judges.ts";
import { type Files, toolFiles } from "../worlds/project.ts";
import { shell } from "../worlds/shell.ts";
import { slipway } from "../worlds/slipway.ts";

const { project, env, fresh } = shell();

const trust = "trust: { provenance: slsa }\n";

interface Report {
  readonly outcome: string;
  readonly rebuild?: {
    readonly outcome: string;
    readonly varied: readonly string[];
    readonly notes: readonly string[];
    readonly artifacts: readonly {
      readonly name: string;
      readonly outcome: string;
      readonly strippers: readonly string[];
      readonly detail: string;
    }[];
  };
}

/** A project that was released, with `more` over the usual files. */
async function released(
  more: Files,
  own: Readonly<Record<string, string>> = {},
  ...args: readonly string[]
): Promise<string> {
  const usual = toolFiles(more);
  const folder = project({ ...usual, "slipway.yaml": `${usual["slipway.yaml"] ?? ""}${trust}` });
  const { code, stderr } = await slipway(["release", "--skip", "publish", ...args], {
    cwd: folder,
    env: { ...env, ...own },
  });
  expect([code, stderr.includes("[")]).toEqual([0, false]);
  return folder;
}

async function rebuild(
  cwd: string,
  own: Readonly<Record<string, string>> = {},
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly report: Report }> {
  const words = ["verify", "dist/1.0.0", "--rebuild", "--json", ...args];
  const { code, stdout } = await slipway(words, { cwd, env: { ...env, ...own } });
  return { code, report: JSON.parse(stdout) as Report };
}

describe("a release", () => {
  needs("in-toto")(
    "that depends on its sources, and on what the command line asked for, is identical in other surroundings, which leave nothing behind",
    async ({ "in-toto": reader }) => {
      const folder = await released({}, {}, "--target", "linux/*", "--skip", "notes");
      execFileSync(reader, [join(folder, "dist/1.0.0/provenance.json")]);
      const temporary = fresh();
      mkdirSync(temporary);
      const { code, report } = await rebuild(folder, { TMPDIR: temporary });
      expect(report.rebuild).toMatchObject({ outcome: "identical" });
      expect(code).toBe(0);
      const names = report.rebuild?.artifacts.map(({ name, outcome }) => `${outcome} ${name}`);
      expect(names).toEqual(expect.arrayContaining(["identical provenance.json", "identical release.json"]));
      expect(names?.length).toBe(readdirSync(join(folder, "dist/1.0.0")).length);
      expect(report.rebuild?.varied.map((one) => one.split(":")[0])).toEqual(
        expect.arrayContaining(["path", "time zone", "locale", "umask"]),
      );
      expect(readdirSync(temporary).filter((name) => name !== "node-compile-cache")).toEqual([]);
    },
  );

  it("is the same bytes in another clone, folder, zone and umask, with other addresses of one repository", async () => {
    const first = await released({});
    const second = fresh();
    execFileSync("git", ["clone", "-q", first, second]);
    execFileSync("git", ["-C", first, "remote", "add", "origin", "git@github.com:acme/tool.git"]);
    execFileSync("git", ["-C", second, "remote", "set-url", "origin", "https://x:secret@github.com/acme/tool"]);
    const args = ["release", "--skip", "publish", "--no-cache", "--clean"];
    await slipway(args, { cwd: first, env });
    const through = ["sh", "-c", 'umask 077; exec "$@"', "sh"];
    await slipway(args, { cwd: second, env: { ...env, TZ: "Asia/Tokyo" }, through });
    const text = readFileSync(join(first, "dist/1.0.0/provenance.json"), "utf8");
    expect(readFileSync(join(second, "dist/1.0.0/provenance.json"), "utf8")).toBe(text);
    expect(text).toContain("git+https://github.com/acme/tool@refs/tags/v1.0.0");
    expect(text).not.toContain("secret");
  });

  it("whose build takes the time zone, the umask or chance is different, and the first member that differs is named", async () => {
    const script = `set -eu
mkdir -p "$(dirname "$2")"
{ echo "#!/bin/sh"; echo "echo $(date +%z) $(umask) $$ $(pwd)"; } > "$2"
chmod +x "$2"
`;
    const { code, report } = await rebuild(await released({ "build.sh": script }));
    expect([code, report.outcome, report.rebuild?.outcome]).toEqual([1, "verified", "different"]);
    const found = report.rebuild?.artifacts.find(({ name }) => name === "tool_linux_amd64.tar.gz");
    expect(found?.outcome).toBe("different");
    expect(found?.detail).toMatch(/^"tool": sha256 [0-9a-f]{64} released, [0-9a-f]{64} rebuilt$/);
    const lists = report.rebuild?.artifacts.filter(({ name }) => /release\.json|checksums|provenance/.test(name));
    expect(lists?.map(({ outcome }) => outcome)).toEqual(["different", "different", "different"]);
    expect(report.rebuild?.artifacts.find(({ name }) => name === "notes.md")?.outcome).toBe("identical");
  });

  it("made by another toolchain than there is here is inconclusive, which is never green", async () => {
    const bin = fresh();
    mkdirSync(bin);
    // What stands in for a compiler writes its version into what it makes.
    const zig = (version: string): void => {
      const script = `#!/bin/sh
[ "$1" = version ] && { echo ${version}; exit; }
for word; do case "$word" in -femit-bin=*) echo "zig ${version}" > "\${word#-femit-bin=}";; esac; done
`;
      writeFileSync(join(bin, "zig"), script);
      chmodSync(join(bin, "zig"), 0o755);
    };
    zig("0.15.0");
    const config = `slipway: 1
project: { name: tool }
builds: [{ zig: main.zig, name: tool, for: [linux/amd64] }]
archives: [{ name: tool, format: tar.gz }]
`;
    const own = { PATH: `${bin}:${process.env["PATH"] ?? ""}` };
    const folder = await released({ "slipway.yaml": config, "main.zig": "" }, own);
    expect((await rebuild(folder, own)).code).toBe(0);
    zig("0.16.0");
    const { code, report } = await rebuild(folder, own);
    expect([code, report.rebuild?.outcome]).toEqual([2, "inconclusive"]);
    expect(report.rebuild?.notes.join("\n")).toContain("zig 0.15.0 made it, here is 0.16.0");
  });
});

describe("a release that is signed", () => {
  it("is identical where its keys are, and equivalent without its signatures where they are not", async () => {
    const place = fresh();
    mkdirSync(place);
    const own = { RELEASE_PASSPHRASE: "p" };
    for (const [name, kind] of [
      ["pgp", "openpgp"],
      ["release", "minisign"],
    ] as const) {
      const making = ["keys", "new", name, "--kind", kind, "--passphrase", "env:RELEASE_PASSPHRASE"];
      expect((await slipway([...making, "-o", join(place, name)], { cwd: place, env: { ...env, ...own } })).code).toBe(
        0,
      );
    }
    const key = (name: string, kind: string): string =>
      `${name}: { ${kind}: "file:${join(place, name)}", passphrase: env:RELEASE_PASSPHRASE }`;
    const config = `slipway: 1
project: { name: tool }
builds:
  - { name: tool, command: "sh build.sh {{ target }} out/tool", outputs: out/tool, for: [linux/amd64] }
packages:
  - { formats: [deb, rpm], license: MIT, maintainer: "T <t@example.com>", description: A tool, sign: pgp }
trust:
  provenance: slsa
  keys: { ${key("pgp", "openpgp")}, ${key("release", "minisign")} }
  sign: [{ minisign: release }, { openpgp: pgp, of: [packages] }]
`;
    const folder = project(toolFiles({ "slipway.yaml": config }));
    expect((await slipway(["release"], { cwd: folder, env: { ...env, ...own } })).code).toBe(0);
    const here = await rebuild(folder, own);
    expect([here.code, here.report.rebuild?.outcome]).toEqual([0, "identical"]);

    rmSync(join(place, "pgp"));
    const { code, report } = await rebuild(folder);
    expect(report.rebuild?.notes.join()).toContain("keys are not here");
    expect([code, report.rebuild?.outcome]).toEqual([0, "equivalent"]);
    const found = Object.fromEntries(report.rebuild?.artifacts.map((one) => [one.name, one.strippers.join()]) ?? []);
    expect(found).toMatchObject({
      "tool_1.0.0_amd64.deb": "deb signature",
      "tool-1.0.0-1.x86_64.rpm": "rpm signature",
      "tool_1.0.0_amd64.deb.asc": "signature",
      "checksums.txt.minisig": "signature",
      "provenance.json": "digests",
      "release.json": "digests",
      "notes.md": "",
    });
  });
});

describe("what cannot be rebuilt", () => {
  it("is inconclusive with its reason: no such commit, a dirty tree, no provenance", async () => {
    const folder = await released({});
    const elsewhere = project(toolFiles({ "README.md": "another\n" }));
    const other = await rebuild(folder, {}, "--source", elsewhere);
    expect([other.code, other.report.rebuild?.outcome]).toEqual([2, "inconclusive"]);
    expect(other.report.rebuild?.notes.join("\n")).toContain("has no commit");

    writeFileSync(join(folder, "README.md"), "changed\n");
    await slipway(["release", "--snapshot", "--clean"], { cwd: folder, env });
    const [snapshot = ""] = readdirSync(join(folder, "dist")).filter((name) => name.includes("SNAPSHOT"));
    const words = ["verify", join("dist", snapshot), "--rebuild", "--json"];
    const dirty = await slipway(words, { cwd: folder, env });
    expect([dirty.code, dirty.stdout.includes("changes that are in no commit")]).toEqual([2, true]);

    const plain = project(toolFiles());
    await slipway(["release", "--skip", "publish"], { cwd: plain, env });
    const bare = await rebuild(plain);
    expect([bare.code, bare.report.rebuild?.notes.join()]).toEqual([2, expect.stringContaining("no provenance")]);
  });

  it("is not even begun where the release is invalid: its code is not run", async () => {
    const folder = await released({});
    writeFileSync(join(folder, "dist/1.0.0/notes.md"), "other");
    const { code, report } = await rebuild(folder);
    expect([code, report.outcome, report.rebuild]).toEqual([1, "invalid", undefined]);
  });
});
