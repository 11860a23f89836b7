/** Provenance: one text for one meaning, read only in that form, and accepted by in-toto's own reader. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";

import { type Provenance, readProvenance, writeProvenance } from "../../src/format/provenance.ts";
import { needs } from "../judges.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-provenance-test-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const sha = (digit: string): string => digit.repeat(64);

const full: Provenance = {
  artifacts: [
    { name: "b.tar.gz", sha256: sha("b") },
    { name: "a.tar.gz", sha256: sha("a") },
  ],
  source: {
    repository: "https://github.com/acme/tool",
    ref: "refs/tags/v1.0.0",
    commit: "1".repeat(40),
    tree: "2".repeat(40),
    config: { path: "cli/slipway.yaml", sha256: sha("c") },
  },
  build: {
    product: "tool",
    version: "1.0.0",
    tag: "v1.0.0",
    epoch: 1_767_225_600,
    snapshot: false,
    nightly: false,
    dirty: false,
    plan: sha("d"),
    platform: "linux/amd64",
    asked: { targets: ["linux/*", "host"], skip: ["notes"], version: "1.0.0" },
  },
  builder: { id: "https://github.com/acme/tool/.github/workflows/release.yml@refs/tags/v1.0.0", slipway: "0.1.0" },
  toolchains: [
    { name: "rustc", version: "1.95.0 (f2d3ce0bd 2026-03-21)", steps: ["build/b"] },
    { name: "go", version: "1.26.8", steps: ["build/tool/linux/amd64", "build/tool/darwin/arm64"] },
  ],
  images: [
    { reference: "debian:12", digest: `sha256:${sha("e")}`, platform: "linux/arm64", manifest: `sha256:${sha("f")}` },
    { reference: "debian:12", digest: `sha256:${sha("e")}`, platform: "linux/amd64", manifest: `sha256:${sha("9")}` },
  ],
  steps: [
    { id: "build/tool/linux/amd64", key: sha("7") },
    { id: "archive/tool", key: sha("8") },
  ],
};

/** What may be missing is: a snapshot of a clone without remote, by nothing but a shell. */
const bare: Provenance = {
  ...full,
  source: { ...full.source, repository: "", ref: "" },
  build: { ...full.build, tag: "", snapshot: true, platform: "", asked: { targets: [], skip: [], version: "" } },
  toolchains: [],
  images: [],
  steps: [],
};

describe("the statement", () => {
  it("is the same whatever the order it was told in, and reads back as it was", () => {
    const turned: Provenance = {
      ...full,
      artifacts: full.artifacts.toReversed(),
      toolchains: full.toolchains.map((one) => ({ ...one, steps: one.steps.toReversed() })).toReversed(),
      images: full.images.toReversed(),
      steps: full.steps.toReversed(),
    };
    const text = writeProvenance(full);
    expect(writeProvenance(turned)).toBe(text);
    const read = readProvenance(text, "provenance.json");
    expect(writeProvenance(read)).toBe(text);
    expect(read.source).toEqual(full.source);
    expect(read.build).toEqual(full.build);
    expect(read.toolchains.map(({ name, version }) => `${name} ${version}`)).toEqual([
      "go 1.26.8",
      "rustc 1.95.0 (f2d3ce0bd 2026-03-21)",
    ]);
    expect(read.images.map(({ platform }) => platform)).toEqual(["linux/amd64", "linux/arm64"]);
    expect(readProvenance(writeProvenance(bare), "p").source).toEqual(bare.source);
  });

  it("is refused when a single character of it is another and it still means something", () => {
    const text = writeProvenance(full);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom("0", " ", "}", "x", '"', "\n"), (at, other) => {
        fc.pre(text[at] !== other);
        const changed = text.slice(0, at) + other + text.slice(at + 1);
        let again: string | undefined;
        try {
          again = writeProvenance(readProvenance(changed, "p"));
        } catch {
          again = undefined;
        }
        // What is read is exactly what is there: never the original, and never a third text.
        expect(again === undefined || again === changed).toBe(true);
      }),
    );
  });

  it("is refused where parts of it contradict each other, fields are unknown or keys come twice", () => {
    const text = writeProvenance(full);
    const edits: readonly (readonly [string, string])[] = [
      ["git+https://github.com/acme/tool@", "git+https://github.com/acme/other@"],
      ["pkg:generic/go@1.26.8", "pkg:generic/go@1.26.9"],
      ['"dirty": false,', '"dirty": false,\n        "extra": 1,'],
      ['"dirty": false,', '"dirty": false,\n        "dirty": false,'],
      [`"gitCommit": "${"1".repeat(40)}"`, `"gitCommit": "${"1".repeat(39)}"`],
      ["https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v0.2"],
      ['"name": "a.tar.gz"', '"name": "c.tar.gz"'],
    ];
    for (const [from, to] of edits) {
      expect(text).toContain(from);
      expect(() => readProvenance(text.replace(from, to), "p"), to).toThrow(/^p/);
    }
  });

  needs("in-toto")("is what in-toto's reader expects, which refuses other statements", ({ "in-toto": reader }) => {
    const read = (name: string, text: string): string => {
      writeFileSync(join(home, name), text);
      return execFileSync(reader, [join(home, name)], { encoding: "utf8", stdio: "pipe" });
    };
    expect(read("full", writeProvenance(full))).toBe(
      `https://slsa.dev/provenance/v1 pkg:npm/slipway#release/v1 ${full.builder.id} 2\n`,
    );
    expect(read("bare", writeProvenance(bare))).toContain(" 2\n");
    const text = writeProvenance(full);
    const wrong = [
      text.replace(/"id": "[^"]*"/, '"id": ""'),
      text.replace('"runDetails"', '"run"'),
      text.replace(sha("a"), "a".repeat(63)),
      text.replace(`"gitTree": "${"2".repeat(40)}"`, '"gitTree": "2"'),
    ];
    wrong.forEach((one, index) => expect(() => read(`wrong${index}`, one), `${index}`).toThrow("Command failed"));
  });
});
