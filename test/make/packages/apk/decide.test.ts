/** What is decided of an apk package: its version, name and fields; apk itself says which versions are right and how they sort. */
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";

import { apk } from "../../../../src/make/packages/apk.ts";
import { apkVersion, isApkVersion } from "../../../../src/make/packages/apk/version.ts";
import type { PackageVersion } from "../../../../src/model/package.ts";
import { parsePlatform } from "../../../../src/model/platform.ts";
import { problemsOf } from "../../../../src/model/problem.ts";
import { needs } from "../../../judges.ts";
import { decidePackage, type Described, versionOf } from "../../../worlds/packages.ts";

const decide = (described: Described) => decidePackage(apk, described);

function versioned(text: string, more: Partial<PackageVersion> = {}, time = 1_700_000_000): string {
  return apkVersion({ version: versionOf(text, more), time, place: { file: "slipway.yaml", line: 1, column: 1 } });
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
    ["1.0.0", {}, "1.0.0"],
    ["1.0.0-rc.1", {}, "1.0.0_rc1"],
    ["1.0.0-beta2", {}, "1.0.0_beta2"],
    ["1.0.0-alpha-3", {}, "1.0.0_alpha3"],
    ["1.0.0-alpha.1.2", {}, "1.0.0_alpha1_p2"],
    ["1.0.0-preview.4", {}, "1.0.0_pre4"],
    ["1.0.0-4", {}, "1.0.0_pre4"],
    ["1.0.0-RC1", { release: "2" }, "1.0.0_rc1-r2"],
    ["1.0.0", { epoch: 3, release: "0" }, "1.0.0-r0"],
    ["1.0.0+5", {}, "1.0.0_p5"],
    ["1.0.0+abc1234", {}, "1.0.0"],
    ["1.0.1-SNAPSHOT-abc1234", { isMade: true }, "1.0.1_pre1700000000"],
    ["0.1.0+3.gabc1234", { isMade: true }, "0.1.0_p3"],
    ["1.0.0-rc.1+3.gabc1234", { isMade: true }, "1.0.0_pre1700000000"],
    ["main", { isMade: true, release: "1" }, "0-r1"],
  ])("%s is said in apk's words", (text, more, expected) => {
    expect(versioned(text, more)).toBe(expected);
  });

  it("that apk has no way to say is refused", () => {
    expect(refusal(() => versioned("1.0.0-fish"))).toMatch(/^version.invalid: .*"fish"/);
    expect(refusal(() => versioned("1.0.0-rc.1.x"))).toMatch(/^version.invalid/);
    expect(refusal(() => versioned("v1"))).toMatch(/^version.invalid: apk has no version v1/);
    expect(refusal(() => versioned("1.0.0", { release: "1.fc40" }))).toMatch(/^version.invalid: "1.fc40"/);
  });

  needs("apk")("is taken by apk exactly where it is taken here", ({ apk: program }) => {
    const right = [
      "1",
      "1.0",
      "1.0a",
      "1.0_rc",
      "1.0_rc1",
      "1.0_rc1_p2",
      "1.0~abc",
      "1.0_git20240101-r0",
      "1-r1",
      "01.02",
    ];
    const wrong = "v1 1.0ab 1.0_beta.1 1.0-1 1.0_dev 1:1.0 1.0-r 1.0+1 1.0. 1.0~ 1.0-r1_p1 1.a".split(" ");
    const candidates = [...right, "", ...wrong];
    const accepted = candidates.filter((version) => {
      try {
        execFileSync(program, ["version", "--check", version], { stdio: "ignore" });
        return true;
      } catch {
        return false;
      }
    });
    expect(candidates.filter(isApkVersion)).toEqual(accepted);
  });

  needs("apk")("sorts as releases follow each other", ({ apk: program }) => {
    const made = { isMade: true };
    const order = [
      versioned("0.9.9"),
      versioned("1.0.0-alpha"),
      versioned("1.0.0-alpha.1"),
      versioned("1.0.0-alpha.1.2"),
      versioned("1.0.0-alpha.2"),
      versioned("1.0.0-beta.2"),
      versioned("1.0.0-beta.11"),
      versioned("1.0.0-SNAPSHOT-b", made, 1_700_000_000),
      versioned("1.0.0-SNAPSHOT-a", made, 1_700_000_001),
      versioned("1.0.0-rc.1"),
      versioned("1.0.0"),
      versioned("1.0.0", { release: "1" }),
      versioned("1.0.0", { release: "10" }),
      versioned("1.0.0+1"),
      versioned("1.0.1"),
    ];
    for (const [index, later] of order.entries())
      if (index > 0)
        expect(
          `${order[index - 1]} ${execFileSync(program, ["version", "--test", order[index - 1] ?? "", later], { encoding: "utf8" }).trim()} ${later}`,
        ).toBe(`${order[index - 1]} < ${later}`);
  });
});

describe("a draft", () => {
  it("has the file name people know", () => {
    expect(decide({ name: "jaco", version: { text: "0.1.0" } })).toMatchObject({
      fileName: "jaco_0.1.0_x86_64.apk",
      version: "0.1.0",
      arch: "x86_64",
    });
  });

  it.each([
    ["linux/amd64", "x86_64"],
    ["linux/386", "x86"],
    ["linux/arm64", "aarch64"],
    ["linux/amd64/musl", "x86_64"],
    ["linux/arm/6", "armhf"],
    ["linux/arm/7", "armv7"],
    ["linux/arm", "armv7"],
    ["linux/ppc64le", "ppc64le"],
    ["linux/s390x", "s390x"],
    ["linux/riscv64", "riscv64"],
    ["linux/loong64", "loongarch64"],
    ["windows/amd64", undefined],
  ])("of %s is for %s", (platform, arch) => {
    expect(apk.arch(parsePlatform(platform))).toBe(arch);
  });

  it("of every architecture is noarch", () => {
    expect(decide({ target: "all" }).arch).toBe("noarch");
  });

  it("says relations in apk's words", () => {
    const { options } = decide({
      relations: {
        predepends: ["busybox"],
        depends: ["libc6 (>= 2.31)", "so:libz.so.1", "python3:any", "/bin/sh"],
        conflicts: ["other (<< 2)"],
        breaks: ["old"],
        provides: ["tool-api = 2"],
        replaces: ["older"],
        recommends: ["nice"],
        suggests: ["nicer"],
      },
    });
    expect((options["info"] as readonly string[][]).slice(12).map((field) => field.join(" "))).toEqual([
      "depend busybox",
      "depend libc6>=2.31",
      "depend so:libz.so.1",
      "depend python3",
      "depend /bin/sh",
      "depend !other<2",
      "depend !old",
      "provides tool-api=2",
      "replaces older",
    ]);
  });

  it("is refused where apk would refuse it, or install something else", () => {
    expect(refusal(() => decide({ name: "-x" }))).toContain('"-x" cannot be the name');
    expect(refusal(() => decide({ relations: { depends: ["a | b"] } }))).toContain("apk has no alternatives");
    expect(refusal(() => decide({ relations: { depends: ["a >= 1.0-1"] } }))).toContain("apk has no version 1.0-1");
    expect(refusal(() => decide({ relations: { depends: ["pkgconfig(x)"] } }))).toContain("no package of that name");
    expect(refusal(() => decide({ relations: { provides: ["x >= 1"] } }))).toContain("provides one version");
    expect(refusal(() => decide({ contents: [{ source: "text", from: "", to: "/.tool" }] }))).toContain("/.tool");
    expect(refusal(() => decide({ options: { trigger: { paths: ["relative"], script: "" } } }))).toContain(
      '"relative"',
    );
  });
});
