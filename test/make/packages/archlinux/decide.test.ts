/** What is decided of an Arch package: its version, name and fields; vercmp says how versions sort. */
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";

import { archlinux } from "../../../../src/make/packages/archlinux.ts";
import { archVersion } from "../../../../src/make/packages/archlinux/version.ts";
import type { PackageVersion } from "../../../../src/model/package.ts";
import { parsePlatform } from "../../../../src/model/platform.ts";
import { problemsOf } from "../../../../src/model/problem.ts";
import { needs } from "../../../judges.ts";
import { decidePackage, type Described, versionOf } from "../../../worlds/packages.ts";

const decide = (described: Described) => decidePackage(archlinux, described);

function versioned(text: string, more: Partial<PackageVersion> = {}): string {
  return archVersion({ version: versionOf(text, more), place: { file: "slipway.yaml", line: 1, column: 1 } }).full;
}

function refusal(decided: () => unknown): string {
  try {
    decided();
  } catch (thrown) {
    return (problemsOf(thrown) ?? []).map(({ code, message }) => `${code}: ${message}`).join("\n");
  }
  return "nothing was refused";
}

describe("a version", () => {
  it.each([
    ["1.0.0", {}, "1.0.0-1"],
    ["1.0.0-rc.1", {}, "1.0.0rc1-1"],
    ["1.0.0-alpha.1.2", {}, "1.0.0alpha1.2-1"],
    ["1.0.0-beta-2", {}, "1.0.0beta2-1"],
    ["1.0.0-4", {}, "1.0.0pre4-1"],
    ["1.0.0", { epoch: 3, release: "2.1" }, "3:1.0.0-2.1"],
    ["1.0.0", { epoch: 0 }, "1.0.0-1"],
    ["1.0.0+build-5", {}, "1.0.0+build.5-1"],
    ["1.0.1-SNAPSHOT-abc1234", { isMade: true }, "1.0.1SNAPSHOT.abc1234-1"],
    ["feature/x", { isMade: true }, "feature.x-1"],
  ])("%s is said in pacman's words", (text, more, expected) => {
    expect(versioned(text, more)).toBe(expected);
  });

  it("that pacman has no way to say is refused", () => {
    expect(refusal(() => versioned("1:0"))).toMatch(/^version.invalid/);
    expect(refusal(() => versioned("1.0.0", { release: "rc1" }))).toMatch(/^version.invalid: "rc1"/);
    expect(refusal(() => versioned("1.0b-rc.1"))).toMatch(/^version.invalid/);
  });

  needs("pacman")("sorts as releases follow each other", () => {
    const order = [
      versioned("0.9.9"),
      versioned("1.0.0-alpha"),
      versioned("1.0.0-alpha.1"),
      versioned("1.0.0-alpha.1.2"),
      versioned("1.0.0-alpha.2"),
      versioned("1.0.0-beta.2"),
      versioned("1.0.0-beta.11"),
      versioned("1.0.0-4"),
      versioned("1.0.0-rc.1"),
      versioned("1.0.0"),
      versioned("1.0.0", { release: "2" }),
      versioned("1.0.0", { release: "2.1" }),
      versioned("1.0.0", { release: "10" }),
      versioned("1.0.0+1"),
      versioned("1.0.1-SNAPSHOT-abc1234", { isMade: true }),
      versioned("1.0.1"),
      versioned("0.1.0", { epoch: 1 }),
    ];
    for (const [index, later] of order.entries())
      if (index > 0)
        expect([order[index - 1], later, Number(execFileSync("vercmp", [order[index - 1] ?? "", later]))]).toEqual([
          order[index - 1],
          later,
          -1,
        ]);
  });
});

describe("a draft", () => {
  it("has the file name makepkg gives, without the epoch, and a signature beside it", () => {
    expect(decide({ version: { text: "1.0.0", epoch: 1 } })).toMatchObject({
      fileName: "tool-1.0.0-1-x86_64.pkg.tar.zst",
      version: "1:1.0.0-1",
    });
    expect(decide({}).besides).toBeUndefined();
    expect(decide({ options: { compression: "xz" } }).fileName).toBe("tool-1.0.0-1-x86_64.pkg.tar.xz");
  });

  it.each([
    ["linux/amd64/v3", "x86_64"],
    ["linux/386", "i686"],
    ["linux/arm64", "aarch64"],
    ["linux/arm/5", "arm"],
    ["linux/arm/6", "armv6h"],
    ["linux/arm/7", "armv7h"],
    ["linux/riscv64", "riscv64"],
    ["linux/loong64", "loong64"],
    ["linux/s390x", undefined],
    ["darwin/arm64", undefined],
  ])("of %s is for %s", (platform, arch) => {
    expect(archlinux.arch(parsePlatform(platform))).toBe(arch);
  });

  it("of every architecture is for any", () => {
    expect(decide({ target: "all" }).arch).toBe("any");
  });

  it("is refused where pacman would refuse it, or install something else", () => {
    expect(refusal(() => decide({ name: ".x" }))).toContain('".x" cannot be a name');
    expect(refusal(() => decide({ options: { groups: ["a b"] } }))).toContain('"a b" cannot be a name');
    expect(refusal(() => decide({ relations: { depends: ["a | b"] } }))).toContain("archlinux has no alternatives");
    expect(refusal(() => decide({ relations: { depends: ["a >= 1.0-b"] } }))).toContain("pacman has no version 1.0-b");
    expect(refusal(() => decide({ relations: { depends: ["pkgconfig(x)"] } }))).toContain("no package of that name");
    expect(refusal(() => decide({ relations: { provides: ["x >= 1"] } }))).toContain("provides one version");
    expect(refusal(() => decide({ contents: [{ source: "text", from: "", to: "/.tool" }] }))).toContain("/.tool");
  });
});
