/** What a deb is decided to be, and what is refused before anything is written: each time because dpkg would. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";

import { deb } from "../../../src/make/packages/deb.ts";
import { termuxDeb } from "../../../src/make/packages/termux-deb.ts";
import { problemsOf } from "../../../src/model/problem.ts";
import type { PackageVersion, Service } from "../../../src/model/package.ts";
import { needs } from "../../judges.ts";
import { decidePackage, type Described, versionOf } from "../../worlds/packages.ts";

const decide = (described: Described = {}) => decidePackage(deb, described);
const versionFor = (text: string, more: Partial<PackageVersion> = {}): string =>
  decide({ version: versionOf(text, more) }).version;

function problems(described: Described): readonly string[] {
  try {
    decide(described);
    return [];
  } catch (thrown) {
    return (problemsOf(thrown) ?? []).map(({ message }) => message);
  }
}

describe("versions", () => {
  it("put the pre-release behind a tilde, the metadata behind a plus and the revision behind a hyphen", () => {
    expect(versionFor("1.0.0-rc.1+build.5", { release: "2", epoch: 1 })).toBe("1:1.0.0~rc.1+build.5-2");
    expect(versionFor("1.0.0", { epoch: 0 })).toBe("1.0.0");
  });

  it("have no hyphen but the one before the revision", () => {
    expect(versionFor("1.0.0-SNAPSHOT-abc1234")).toBe("1.0.0~SNAPSHOT.abc1234");
    expect(versionFor("1.0.0+a-b", { release: "1" })).toBe("1.0.0+a.b-1");
  });

  it("that Slipway made are bent until they are valid, and no others", () => {
    expect(versionFor("1.0_0", { isMade: true })).toBe("1.0.0");
    expect(versionFor("main", { isMade: true })).toBe("0~main");
    expect(problems({ version: versionOf("1.0_0") })).toEqual(["1.0_0 cannot be the version of a Debian package"]);
  });

  needs("dpkg")("are ordered by dpkg as releases are", () => {
    const less = (a: string, b: string): boolean => spawnSync("dpkg", ["--compare-versions", a, "lt", b]).status === 0;
    const ordered = [
      versionFor("1.0.0-SNAPSHOT-abc"),
      versionFor("1.0.0-alpha"),
      versionFor("1.0.0-alpha.1"),
      versionFor("1.0.0-rc.1"),
      versionFor("1.0.0-rc.2"),
      versionFor("1.0.0"),
      versionFor("1.0.0", { release: "1" }),
      versionFor("1.0.1-rc.1"),
      versionFor("1.0.1"),
      versionFor("1.10.0"),
      versionFor("0.1.0", { epoch: 1 }),
    ];
    for (const [index, version] of ordered.slice(1).entries())
      expect([ordered[index], version, less(ordered[index] ?? "", version)]).toEqual([ordered[index], version, true]);
  });

  needs("dpkg")("of any release are ones that dpkg takes, and a pre-release is older than its release", () => {
    const number = fc.integer({ min: 0, max: 30 }).map(String);
    const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,5}$/);
    const base = fc.array(number, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("."));
    const prerelease = fc.array(fc.oneof(word, number), { minLength: 1, maxLength: 3 }).map((parts) => parts.join("."));
    fc.assert(
      fc.property(base, prerelease, fc.option(number), fc.option(number), (text, pre, epoch, release) => {
        const more = { epoch: epoch === null ? undefined : Number(epoch), release: release ?? undefined };
        const { status, stderr } = spawnSync(
          "dpkg",
          ["--compare-versions", versionFor(`${text}-${pre}`, more), "lt", versionFor(text, more)],
          { encoding: "utf8" },
        );
        expect([status, stderr]).toEqual([0, ""]);
      }),
      { numRuns: 40 },
    );
  });
});

describe("architectures", () => {
  it("are Debian's, and nothing but Linux has one", () => {
    const of = (target: string): string => decide({ target }).arch;
    expect(
      ["linux/amd64", "linux/386", "linux/arm64", "linux/arm/5", "linux/arm/6", "linux/arm/7", "linux/arm"].map(of),
    ).toEqual(["amd64", "i386", "arm64", "armel", "armhf", "armhf", "armhf"]);
    expect(["linux/mips64le", "linux/ppc64le", "linux/riscv64", "linux/loong64", "linux/s390x", "all"].map(of)).toEqual(
      ["mips64el", "ppc64el", "riscv64", "loong64", "s390x", "all"],
    );
    expect(deb.arch({ os: "darwin", arch: "arm64" })).toBeUndefined();
    expect(deb.arch({ os: "linux", arch: "wasm" })).toBeUndefined();
  });

  it("of Termux are its own, for Android and Linux", () => {
    const of = (target: string): string => decidePackage(termuxDeb, { target }).fileName;
    expect(["android/arm64", "linux/amd64", "android/386", "linux/arm/7", "all"].map(of)).toEqual(
      ["aarch64", "x86_64", "i686", "arm", "all"].map((arch) => `tool_1.0.0_${arch}.termux.deb`),
    );
    expect(termuxDeb.arch({ os: "darwin", arch: "arm64" })).toBeUndefined();
  });
});

it("the file name has no epoch", () => {
  expect(decide({ version: versionOf("1.0.0", { epoch: 2, release: "1" }) }).fileName).toBe("tool_1.0.0-1_amd64.deb");
});

it("everything that is wrong is said at once, at its place", () => {
  const said = problems({
    name: "a_tool",
    version: versionOf("v1"),
    texts: { maintainer: "", summary: "" },
    relations: { depends: ["Foo", "a (>= 1_0)", "pkgconfig(x)"], provides: ["x (>= 1)"], conflicts: ["a | b"] },
    options: {
      fields: { "a b": "x", Depends: "y" },
      triggers: { interest: ["a b/"].map((name) => name.replace(" ", "!")) },
    },
  });
  expect(said).toEqual([
    '"a_tool" cannot be the name of a Debian package',
    "v1 cannot be the version of a Debian package",
    "the package has no maintainer",
    'triggers.interest: "a!b/" is no trigger',
    'depends: "Foo": "Foo" is no name of a Debian package',
    'depends: "a (>= 1_0)": "1_0" is no version of a Debian package',
    'depends: "pkgconfig(x)": "pkgconfig(x)" is no name of a Debian package',
    'conflicts: "a | b": leaves a choice, which only depends, predepends, recommends and suggests may',
    'provides: "x (>= 1)": a package provides one version: `name (= 1.0)`',
    'fields: "a b" cannot name a field',
    "fields: Depends is not yours to set",
    "the package has no description",
  ]);
});

describe("what is refused, dpkg refuses as well", () => {
  /** What dpkg-deb says to a package of these control files, made by hand. */
  function refusal(control: string, files: Readonly<Record<string, string>> = {}): string {
    const folder = mkdtempSync(join(tmpdir(), "slipway-refused-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, "p/DEBIAN"), { recursive: true });
    for (const [name, text] of Object.entries({ control, ...files }))
      writeFileSync(join(folder, "p/DEBIAN", name), text);
    const built = spawnSync("dpkg-deb", ["-b", join(folder, "p"), join(folder, "x.deb")], { encoding: "utf8" });
    return built.status === 0 ? "" : built.stderr;
  }
  const control = (more: Readonly<Record<string, string>> = {}): string =>
    Object.entries({
      Package: "tool",
      Version: "1.0",
      Architecture: "all",
      Maintainer: "A <a@example.com>",
      Description: "x",
      ...more,
    })
      .map(([name, value]) => `${name}: ${value}\n`)
      .join("");

  needs("dpkg")("names, versions, relations, and a list of config files that is not absolute", () => {
    expect(refusal(control())).toBe("");
    expect(refusal(control({ Package: "a_tool" }))).toContain("lowercase");
    expect(refusal(control({ Package: "-tool" }))).toContain("must start with an alphanumeric");
    expect(refusal(control({ Version: "v1" }))).toContain("does not start with digit");
    expect(refusal(control({ Version: "1.0_0" }))).toContain("invalid character");
    expect(refusal(control({ Version: "2147483648:1" }))).toContain("epoch");
    expect(refusal(control({ Depends: "a (>= 1_0)" }))).toContain("invalid character");
    expect(refusal(control({ Depends: "pkgconfig(x)" }))).not.toBe("");
    expect(refusal(control({ Conflicts: "a | b" }))).toContain("alternatives");
    expect(refusal(control(), { conffiles: "relative\n" })).not.toBe("");
  });
});

describe("a service's scripts", () => {
  const account = { user: "it", group: "", home: "/var/lib/it", about: "It's: a service" };
  const units = ["it's.service", "it's.timer"];
  const service: Service = { ...account, units, enable: true, start: true, restart: true, data: ["/var/lib/it's"] };
  const scripts = (more: Partial<Service> = {}): readonly string[] =>
    Object.values(deb.service({ ...service, ...more })).map(({ before = "", after = "" }) => before + after);

  it("are POSIX sh, whatever stands in them", () => {
    for (const text of scripts()) execFileSync("sh", ["-n"], { input: text });
    expect(scripts()).toHaveLength(4);
    expect(scripts({ user: "" })).toHaveLength(3);
  });

  it("start, enable and restart only what they are told to, and purge only on purge", () => {
    const all = (more: Partial<Service>): string => scripts(more).join("");
    expect(all({})).toContain("deb-systemd-invoke start ");
    expect(all({ start: false })).not.toContain("deb-systemd-invoke start ");
    expect(all({})).toContain("deb-systemd-invoke restart ");
    expect(all({ restart: false })).not.toContain("deb-systemd-invoke restart ");
    expect(all({ enable: false })).toContain("debian-installed");
    expect(all({})).toMatch(/if \[ "\$1" = purge \]; then[^]*rm -rf -- '\/var\/lib\/it'\\''s'\nfi\n$/);
  });
});
