/** Verification: a whole Release is verified, and any change of any byte, name or list fails and names the file. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { readRelease, type ReleaseArtifact, writeRelease } from "../../src/format/release.ts";
import { verifyFolder } from "../../src/verify/folder.ts";
import type { Check } from "../../src/verify/verdict.ts";
import { makeRelease, type WorldOptions } from "../worlds/release.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-verify-test-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function released(options: WorldOptions = {}): Promise<string> {
  const folder = join(mkdtempSync(join(home, "w-")), "1.2.3");
  const made = await makeRelease(join(folder, ".."), options);
  await made.write(folder);
  return folder;
}

let whole = "";
beforeAll(async () => {
  whole = await released();
});

/** A copy to be damaged. */
function copied(): string {
  const folder = mkdtempSync(join(home, "c-"));
  cpSync(whole, folder, { recursive: true });
  return folder;
}

const failures = (checks: readonly Check[]): string[] =>
  checks.filter(({ outcome }) => outcome !== "ok").map(({ check, subject }) => `${check} ${subject}`);

/** What fails in a copy that `damage` changed. */
async function failing(damage: (folder: string) => void): Promise<string[]> {
  const folder = copied();
  damage(folder);
  const { outcome, checks } = await verifyFolder(folder);
  expect(outcome).toBe("invalid");
  return failures(checks);
}

const listOptions: readonly (readonly [string, WorldOptions])[] = [
  ["the usual lists", {}],
  ["no lists", { checksums: [], index: "" }],
  ["a folder per platform", { layout: "by-platform" }],
  [
    "split lists of several algorithms",
    {
      checksums: ["sha512", "sha3-256", "blake3"].map((algorithm) => ({
        name: { late: "{{ artifact.name }}.{{ algorithm }}", with: {} },
        algorithm,
        split: true,
      })),
    },
  ],
];

test.each(listOptions)("a release with %s is verified, every artifact by name", async (_, options) => {
  const folder = await released(options);
  const seen: Check[] = [];
  const verdict = await verifyFolder(folder, { onCheck: (check) => seen.push(check) });
  expect(failures(verdict.checks)).toEqual([]);
  expect(verdict).toMatchObject({ outcome: "verified", release: { product: "tool", version: "1.2.3", tag: "v1.2.3" } });
  expect(seen).toEqual(verdict.checks);
  const { artifacts } = readRelease(readFileSync(join(folder, "release.json"), "utf8"), "release.json");
  const digested = verdict.checks
    .filter(({ check }) => check === "digest")
    .map(({ subject }) => subject.replace(/^.*\//, ""));
  expect(digested).toEqual(artifacts.map(({ name }) => name));
  const opened = verdict.checks.filter(({ check }) => check === "archive");
  expect(opened.map(({ detail }) => detail.replace(/,.*/, "")).toSorted()).toEqual([
    "gz",
    "tar",
    "tar.gz",
    "tar.xz",
    "tar.zst",
    "zip",
  ]);
  expect(verdict.files).toBe(artifacts.length + 1);
});

describe("a changed byte", () => {
  test("fails and names the file, for bytes all over every file", async () => {
    const folder = copied();
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      const bytes = readFileSync(path);
      for (let part = 0; part <= 6; part += 1) {
        const at = Math.floor((part * (bytes.length - 1)) / 6);
        const damaged = Buffer.from(bytes);
        damaged[at] = (bytes[at] ?? 0) ^ 0x40;
        writeFileSync(path, damaged);
        const { outcome, checks } = await verifyFolder(folder);
        expect([
          outcome,
          ...new Set(checks.filter((check) => check.outcome !== "ok").map(({ subject }) => subject)),
        ]).toEqual(["invalid", name]);
      }
      writeFileSync(path, bytes);
    }
  }, 120_000);
});

describe("what is there", () => {
  test("a byte more or less fails", async () => {
    for (const name of readdirSync(whole)) {
      expect(await failing((folder) => writeFileSync(join(folder, name), "\n", { flag: "a" }))).toContain(
        `${name === "release.json" ? "release" : "digest"} ${name}`,
      );
      expect(
        await failing((folder) => truncateSync(join(folder, name), statSync(join(folder, name)).size - 1)),
      ).toContain(`${name === "release.json" ? "release" : "digest"} ${name}`);
    }
  });

  test("a missing artifact fails by name, and only it", async () => {
    for (const name of readdirSync(whole).filter((other) => other !== "release.json")) {
      expect(await failing((folder) => rmSync(join(folder, name)))).toEqual([`present ${name}`]);
    }
  });

  test("a file more fails by name, also a hidden one and one in a folder", async () => {
    for (const name of ["more.txt", ".hidden", "sub/more.txt", "tool_linux_amd64.tar.gz.bak"]) {
      const damage = (folder: string): void => {
        mkdirSync(join(folder, name, ".."), { recursive: true });
        writeFileSync(join(folder, name), "");
      };
      expect(await failing(damage)).toEqual([`extra ${name}`]);
    }
  });

  test("a link is not a file, even to the right bytes", async () => {
    const damage = (folder: string): void => {
      renameSync(join(folder, "notes.md"), join(folder, "..", "notes.md"));
      symlinkSync(join(folder, "..", "notes.md"), join(folder, "notes.md"));
    };
    expect(await failing(damage)).toEqual(["present notes.md"]);
  });

  test("release.json is no link either", async () => {
    const damage = (folder: string): void => {
      rmSync(join(folder, "release.json"));
      symlinkSync(join(whole, "release.json"), join(folder, "release.json"));
    };
    expect(await failing(damage)).toEqual(["release release.json"]);
  });

  test("an empty folder fails by name, and where a file should be it is not that file", async () => {
    expect(await failing((folder) => mkdirSync(join(folder, "sub", "deep"), { recursive: true }))).toEqual([
      "extra sub/deep",
    ]);
    const damage = (folder: string): void => {
      rmSync(join(folder, "notes.md"));
      mkdirSync(join(folder, "notes.md"));
    };
    expect(await failing(damage)).toEqual(["present notes.md"]);
  });

  test("two artifacts that changed places fail", async () => {
    const damage = (folder: string): void => {
      renameSync(join(folder, "notes.md"), join(folder, "x"));
      renameSync(join(folder, "install.sh"), join(folder, "notes.md"));
      renameSync(join(folder, "x"), join(folder, "install.sh"));
    };
    expect(await failing(damage)).toEqual(["digest install.sh", "digest notes.md"]);
  });
});

describe("lists that disagree although every digest is right", () => {
  /** Rewrites release.json so that it lists the folder's changed files as they are. */
  function relist(folder: string, changed: (artifact: ReleaseArtifact) => ReleaseArtifact): void {
    const path = join(folder, "release.json");
    const release = readRelease(readFileSync(path, "utf8"), "release.json");
    writeFileSync(path, writeRelease({ ...release, artifacts: release.artifacts.map(changed) }));
  }

  const listedAs = async (folder: string, name: string, text: string): Promise<void> => {
    writeFileSync(join(folder, name), text);
    const { createHash } = await import("node:crypto");
    const sha256 = createHash("sha256").update(text).digest("hex");
    relist(folder, (artifact) =>
      artifact.name === name ? { ...artifact, size: Buffer.byteLength(text), digests: { sha256 } } : artifact,
    );
  };

  test.each([
    ["leaves one out", (text: string) => text.split("\n").slice(1).join("\n")],
    ["has one more", (text: string) => `${text}${"0".repeat(64)}  zzz\n`],
    ["says another digest", (text: string) => `${"0".repeat(64)}${text.slice(64)}`],
    ["is empty", () => ""],
  ])("a checksums file that %s fails", async (_, change) => {
    const folder = copied();
    await listedAs(folder, "checksums.txt", change(readFileSync(join(folder, "checksums.txt"), "utf8")));
    const { outcome, checks } = await verifyFolder(folder);
    expect([outcome, ...failures(checks)]).toEqual(["invalid", "list checksums.txt"]);
  });

  test("an index that says another digest fails, with the line", async () => {
    const folder = copied();
    const text = readFileSync(join(folder, "index.json"), "utf8");
    const sums = readFileSync(join(folder, "checksums.txt"), "utf8");
    await listedAs(folder, "index.json", text.replace(/"sha256": "[0-9a-f]{64}"/, `"sha256": "${"0".repeat(64)}"`));
    const { checks } = await verifyFolder(folder);
    expect(sums).toContain("index.json");
    expect(failures(checks)).toEqual(["list checksums.txt", "list index.json"]);
    expect(checks.find(({ check, subject }) => check === "list" && subject === "index.json")?.detail).toMatch(
      /^line \d+ is .*000000/,
    );
  });

  test("a program inside that is not the one that was released fails", async () => {
    const folder = copied();
    relist(folder, (artifact) =>
      artifact.name.endsWith(".zip") ? { ...artifact, binaries: [{ path: "tool", sha256: "0".repeat(64) }] } : artifact,
    );
    expect(failures((await verifyFolder(folder)).checks)).toEqual([
      "list index.json",
      "program tool_windows_amd64.zip",
    ]);
  });

  test("a program that is not inside fails", async () => {
    const folder = copied();
    relist(folder, (artifact) =>
      artifact.name.endsWith(".zip")
        ? { ...artifact, binaries: [{ path: "bin/tool", sha256: "0".repeat(64) }] }
        : artifact,
    );
    const { checks } = await verifyFolder(folder);
    expect(checks.find(({ check, outcome }) => check === "program" && outcome === "failed")?.detail).toBe(
      "bin/tool is not inside",
    );
  });

  test("an archive whose format nobody reads leaves it undecided", async () => {
    const folder = await released({ checksums: [], index: "" });
    relist(folder, (artifact) =>
      artifact.name.endsWith(".zip") ? { ...artifact, binaries: undefined, attributes: { format: "rar" } } : artifact,
    );
    const { outcome, checks } = await verifyFolder(folder);
    expect([outcome, ...failures(checks)]).toEqual(["unavailable", "archive tool_windows_amd64.zip"]);
  });
});

describe("archives that are what the Release says and yet wrong", () => {
  /** A release of one archive whose bytes are given. */
  async function releaseOf(name: string, format: string, bytes: Buffer): Promise<string> {
    const folder = mkdtempSync(join(home, "a-"));
    const { createHash } = await import("node:crypto");
    const digests = { sha256: createHash("sha256").update(bytes).digest("hex") };
    const release = readRelease(readFileSync(join(whole, "release.json"), "utf8"), "release.json");
    writeFileSync(join(folder, name), bytes);
    writeFileSync(
      join(folder, "release.json"),
      writeRelease({
        ...release,
        artifacts: [{ name, type: "archive", size: bytes.length, digests, attributes: { format } }],
      }),
    );
    return folder;
  }

  test("one that was cut short before it was listed fails", async () => {
    for (const [name, format] of [
      ["tool_linux_amd64.tar.gz", "tar.gz"],
      ["tool_windows_amd64.zip", "zip"],
      ["tool_linux_arm64.tar.zst", "tar.zst"],
      ["tool_linux_arm_7.tar.xz", "tar.xz"],
      ["tool_freebsd_amd64.tar", "tar"],
    ] as const) {
      const folder = await releaseOf(name, format, readFileSync(join(whole, name)).subarray(0, -20));
      const { outcome, checks } = await verifyFolder(folder);
      expect([outcome, ...failures(checks)]).toEqual(["invalid", `archive ${name}`]);
    }
  });

  test("one whose members would leave the folder, or come twice, fails and names the member", async () => {
    const tar = readFileSync(join(whole, "tool_freebsd_amd64.tar"));
    const unsafe = await releaseOf("unsafe.tar", "tar", renamedMember(tar, "../evil"));
    expect((await verifyFolder(unsafe)).checks.find(({ check }) => check === "archive")).toMatchObject({
      outcome: "failed",
      detail: expect.stringContaining("../evil") as string,
    });
    const twice = await releaseOf("twice.tar", "tar", renamedMember(tar, "tool"));
    expect((await verifyFolder(twice)).checks.find(({ check }) => check === "archive")).toMatchObject({
      outcome: "failed",
      detail: 'member "tool" comes twice',
    });
  });
});

describe("what cannot be decided", () => {
  test("a folder without release.json, or no folder, is unavailable", async () => {
    const folder = copied();
    rmSync(join(folder, "release.json"));
    for (const path of [folder, join(folder, "nowhere")]) {
      const { outcome, checks } = await verifyFolder(path);
      expect([outcome, ...failures(checks)]).toEqual(["unavailable", "release release.json"]);
    }
  });

  test.each(["", "{}", "null", "[]", '{"_type":1}', "\u0000", "[".repeat(100_000)])(
    "a release.json of %j is invalid, not an error",
    async (text) => {
      const folder = copied();
      writeFileSync(join(folder, "release.json"), text);
      const { outcome, checks } = await verifyFolder(folder);
      expect([outcome, ...failures(checks)]).toEqual(["invalid", "release release.json"]);
    },
  );
});

/** The first member of a tar archive under another name, with the header's checksum made right (POSIX.1-2024, pax: ustar). */
function renamedMember(tar: Buffer, name: string): Buffer {
  const renamed = Buffer.from(tar);
  renamed.fill(0, 0, 100);
  renamed.write(name, 0, "latin1");
  renamed.fill(" ", 148, 156);
  const sum = renamed.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  renamed.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return renamed;
}

test("with archives left closed, digests and lists are still checked", async () => {
  const { outcome, checks } = await verifyFolder(whole, { archives: false });
  expect(outcome).toBe("verified");
  expect(new Set(checks.map(({ check }) => check))).toEqual(new Set(["release", "digest", "list"]));
});
