/** Packages for rpm: what is decided and refused, and what rpm itself reads in them. */
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { rpm as format } from "../../../src/make/packages/rpm.ts";
import type { Problem } from "../../../src/model/problem.ts";
import { problemsOf } from "../../../src/model/problem.ts";
import { needs } from "../../judges.ts";
import {
  decidePackage,
  type Described,
  installed,
  makePackage,
  projectFiles,
  versionOf,
} from "../../worlds/packages.ts";
import { epoch } from "../../worlds/running.ts";
import { outcomeOf, query, queryLines, relationsIn, withTemplates } from "./rpm-world.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-rpm-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const named = (text: string, more: Partial<ReturnType<typeof versionOf>> = {}): string =>
  decidePackage(format, { version: versionOf(text, more) }).version;

describe("names and versions", () => {
  it("put the pre-release behind a tilde, metadata behind a plus, and the epoch into its own tag", () => {
    expect(named("1.2.3")).toBe("1.2.3-1");
    expect(named("1.2.3-rc.1")).toBe("1.2.3~rc.1-1");
    expect(named("1.2.3-rc-1+git.abc", { epoch: 2, release: "3.el9" })).toBe("2:1.2.3~rc_1+git.abc-3.el9");
    expect(named("2024/01", { isMade: true, base: "2024/01", prerelease: "SNAPSHOT-a_b" })).toBe(
      "2024.01~SNAPSHOT_a_b-1",
    );
  });

  it("give the file name without the epoch, and the architecture as rpm calls it", () => {
    const nameOf = (target: string, epoch?: number): string =>
      decidePackage(format, { target, version: { ...versionOf("1.0.0"), epoch } }).fileName;
    expect(nameOf("linux/amd64", 1)).toBe("tool-1.0.0-1.x86_64.rpm");
    expect(nameOf("linux/arm/6")).toBe("tool-1.0.0-1.armv6hl.rpm");
    expect(nameOf("linux/386")).toBe("tool-1.0.0-1.i386.rpm");
    expect(nameOf("linux/amd64/v3")).toBe("tool-1.0.0-1.x86_64_v3.rpm");
    expect(nameOf("all")).toBe("tool-1.0.0-1.noarch.rpm");
  });

  it("know no architecture outside of Linux", () => {
    expect(format.arch({ os: "darwin", arch: "arm64" })).toBeUndefined();
    expect(format.arch({ os: "linux", arch: "wasm" })).toBeUndefined();
    expect(format.arch({ os: "linux", arch: "riscv64", variant: "musl" })).toBe("riscv64");
  });

  needs("rpm")("sort as rpm sorts them, so that upgrades go forwards", ({ rpm }) => {
    const versions = [
      "1.0.0-alpha",
      "1.0.0-alpha.2",
      "1.0.0-beta",
      "1.0.0-rc.1",
      "1.0.0",
      "1.0.0+build",
      "1.0.1-rc-1",
      "1.0.1",
      "1.10.0",
    ];
    const pairs = versions
      .slice(1)
      .map((text, index) => [named(versions[index] ?? ""), named(text)].map((v) => v.replace(/-1$/, "")));
    const lua = pairs.map(([a, b]) => `print(rpm.vercmp("${a}", "${b}"), "")`).join(" ");
    const compared = execFileSync(rpm, ["--eval", `%{lua: ${lua}}`], { encoding: "utf8" });
    expect(compared.trim().split(/\s+/)).toEqual(pairs.map(() => "-1"));
  });
});

/** What is wrong with a description. */
function refused(described: Described): readonly Problem[] {
  try {
    decidePackage(format, described);
  } catch (thrown) {
    return problemsOf(thrown) ?? [];
  }
  return [];
}

describe("what rpm would refuse", () => {
  const file = {
    source: "text",
    from: "",
    to: "/opt/tool/x",
    place: { file: "slipway.yaml", line: 9, column: 9 },
  } as const;
  const cases: readonly (readonly [string, Described, RegExp])[] = [
    ["a name with a blank", { name: "my tool" }, /"my tool" cannot be the name/],
    ["a name that begins with a dot", { name: ".tool" }, /cannot be the name/],
    ["a version with a blank", { version: versionOf("1 0") }, /"1 0" cannot be the version/],
    ["two dots in a row", { version: versionOf("1..0") }, /cannot be the version/],
    ["a release with a hyphen", { version: versionOf("1.0", { release: "1-2" }) }, /"1-2" cannot be the release/],
    ["an empty release", { version: versionOf("1.0", { release: "" }) }, /"" cannot be the release/],
    ["an epoch below zero", { version: versionOf("1.0", { epoch: -1 }) }, /-1 cannot be the epoch/],
    ["a summary of two lines", { texts: { summary: "a\nb" } }, /summary of an rpm package is one line/],
    ["a path with a version", { relations: { depends: ["/usr/bin/x >= 1"] } }, /a path has no version/],
    ["a range among provides", { relations: { provides: ["x >= 1"] } }, /names one version/],
    ["alternatives among replaces", { relations: { replaces: ["a | b"] } }, /has no alternatives/],
    ["Debian's qualifier", { relations: { depends: ["python3:any"] } }, /rpm has no "python3:any"/],
    ["a version with two hyphens", { relations: { depends: ["x >= 1-2-3"] } }, /is no version of rpm/],
    [
      "a capability that begins with a bracket",
      { options: { requires: { post: ["[x]"] } } },
      /is no name of a package/,
    ],
    ["a blank owner", { contents: [{ ...file, owner: "" }] }, /"" cannot be the owner/],
    ["a number for a group", { contents: [{ ...file, group: "0" }] }, /"0" cannot be the group/],
  ];
  for (const [title, described, message] of cases)
    it(`is refused with a place and a hint: ${title}`, () => {
      const [problem, ...others] = refused(described);
      expect(others).toEqual([]);
      expect(problem?.message).toMatch(message);
      expect(problem?.code).toMatch(/^(plan|version)\.invalid$/);
      expect(problem?.place?.file).toBe("slipway.yaml");
      expect(problem?.hint).toMatch(/./);
    });

  it("is all said at once", () => {
    const problems = refused({
      name: "my tool",
      version: versionOf("1 0"),
      relations: { depends: ["x:any", "y:any"] },
    });
    expect(problems).toHaveLength(4);
  });
});

describe("a package", () => {
  needs("rpm")("holds everything its description says, and its digests are right", async ({ rpm }) => {
    await projectFiles(folder, { conf: "a=1\n", run: "#!/bin/sh\n", LICENSE: "MIT\n", "tree/a/b": "b\n" });
    const path = await makePackage(folder, format, {
      version: versionOf("1.2.3-rc.1", { epoch: 1, release: "2" }),
      texts: { description: "Several\n\nlines.", vendor: "ACME", license: "Apache-2.0" },
      options: { group: "Tools", requires: { post: ["systemd"] } },
      relations: {
        depends: ["foo >= 1.2", "bar", "a | b (>= 2)", "/usr/bin/docker", "pkgconfig(glib-2.0)"],
        predepends: ["shadow-utils"],
        recommends: ["r"],
        suggests: ["s < 2"],
        conflicts: ["c"],
        breaks: ["d < 3"],
        replaces: ["old <= 1"],
        provides: ["virtual = 1.2.3"],
      },
      contents: [
        installed("conf", "/etc/tool/conf", { type: "config|noreplace", mode: 0o640, group: "adm" }),
        installed("run", "/usr/bin/tool", { mode: 0o4755 }),
        installed("LICENSE", "/usr/share/licenses/tool/LICENSE", { type: "license" }),
        installed("tree", "/usr/share/tool", { type: "tree" }),
        { source: "link", from: "tool", to: "/usr/bin/t" },
        { source: "dir", from: "", to: "/var/lib/tool", mode: 0o750, owner: "daemon" },
        { source: "text", from: "", to: "/var/log/tool.log", type: "ghost" },
      ],
      scripts: { postinstall: "echo $1\n", pretrans: "#!<lua>\nx = 1\n", verify: "#!/bin/sh -e\ntrue\n" },
      changelog: [{ version: "1.2.3", time: epoch, author: "A <a@b.c>", changes: ["one", "two"] }],
    });
    expect(
      query(rpm, path, "%{NEVRA}|%{SUMMARY}|%{DESCRIPTION}|%{LICENSE}|%{VENDOR}|%{PACKAGER}|%{GROUP}|%{URL}|%{OS}"),
    ).toBe(
      "tool-1:1.2.3~rc.1-2.x86_64|a tool|a tool\nSeveral\n\nlines.|Apache-2.0|ACME|Tool Team <team@example.com>|Tools|https://example.com|linux",
    );
    expect(query(rpm, path, "%{BUILDTIME} %{BUILDHOST} %{SOURCERPM} %{SIZE}")).toBe(
      `${epoch} localhost tool-1.2.3~rc.1-2.src.rpm 24`,
    );
    expect(
      queryLines(
        rpm,
        path,
        "%{FILEMODES:perms} %{FILEUSERNAME} %{FILEGROUPNAME} %{FILEFLAGS:fflags} %{FILENAMES} %{FILELINKTOS}",
      ),
    ).toEqual([
      "-rw-r----- root adm cn /etc/tool/conf ",
      "lrwxrwxrwx root root  /usr/bin/t tool",
      "-rwsr-xr-x root root  /usr/bin/tool ",
      "-rw-r--r-- root root l /usr/share/licenses/tool/LICENSE ",
      "drwxr-xr-x root root  /usr/share/tool ",
      "drwxr-xr-x root root  /usr/share/tool/a ",
      "-rw-r--r-- root root  /usr/share/tool/a/b ",
      "drwxr-x--- daemon root  /var/lib/tool ",
      "-rw-r--r-- root root g /var/log/tool.log ",
    ]);
    expect(relationsIn(rpm, path, "REQUIRE")).toEqual(
      [
        "foo >= 1.2",
        "bar",
        "(a or b >= 2)",
        "/usr/bin/docker",
        "pkgconfig(glib-2.0)",
        "shadow-utils",
        "shadow-utils [512]",
        "systemd [1024]",
        "/bin/sh [1280]",
        "/bin/sh [8448]",
        "rpmlib(BuiltinLuaScripts) <= 4.2.2-1",
        "rpmlib(CompressedFileNames) <= 3.0.4-1",
        "rpmlib(FileDigests) <= 4.6.0-1",
        "rpmlib(PayloadFilesHavePrefix) <= 4.0-1",
        "rpmlib(RichDependencies) <= 4.12.0-1",
        "rpmlib(ScriptletInterpreterArgs) <= 4.0.3-1",
        "rpmlib(TildeInVersions) <= 4.10.0-1",
      ].toSorted(),
    );
    expect(relationsIn(rpm, path, "PROVIDE")).toEqual([
      "tool = 1:1.2.3~rc.1-2",
      "tool(x86-64) = 1:1.2.3~rc.1-2",
      "virtual = 1.2.3",
    ]);
    expect(relationsIn(rpm, path, "CONFLICT")).toEqual(["c", "d < 3"]);
    expect(relationsIn(rpm, path, "OBSOLETE")).toEqual(["old <= 1"]);
    expect(relationsIn(rpm, path, "RECOMMEND")).toEqual(["r"]);
    expect(relationsIn(rpm, path, "SUGGEST")).toEqual(["s < 2"]);
    expect(
      query(rpm, path, "%{POSTIN}|%{POSTINPROG}|%{PRETRANS}|%{PRETRANSPROG}|%{VERIFYSCRIPT}|[%{VERIFYSCRIPTPROG} ]"),
    ).toBe("echo $1|/bin/sh|x = 1|<lua>|true|/bin/sh -e ");
    expect(query(rpm, path, "[%{CHANGELOGTIME} %{CHANGELOGNAME}\n%{CHANGELOGTEXT}]")).toBe(
      `${epoch} A <a@b.c> - 1.2.3\n- one\n- two`,
    );
    const { status, said } = outcomeOf(rpm, ["-Kv", "--nosignature", path]);
    expect([status, said.match(/: OK/g)]).toEqual([0, [": OK", ": OK", ": OK", ": OK"]]);
  });

  needs("rpm")("says in which language its files are", async ({ rpm }) => {
    await projectFiles(folder, { "tool.mo": "x", tool: "y" });
    const contents = [
      installed("tool", "/usr/bin/tool"),
      installed("tool.mo", "/usr/share/locale/de/tool.mo", { lang: "de" }),
    ];
    const path = await makePackage(folder, format, { contents });
    expect(queryLines(rpm, path, "%{FILENAMES}:%{FILELANGS}")).toEqual([
      "/usr/bin/tool:",
      "/usr/share/locale/de/tool.mo:de",
    ]);
  });

  needs("rpm")("with nothing inside is one that rpm reads", async ({ rpm }) => {
    const path = await makePackage(folder, format, { target: "all" });
    expect(queryLines(rpm, path, "%{FILENAMES}")).toEqual([]);
    expect(outcomeOf(rpm, ["-K", "--nosignature", path]).status).toBe(0);
  });

  it("has the same bytes from another folder, umask and time zone", async () => {
    const described: Described = {
      contents: [installed("a", "/usr/bin/a", { mode: 0o755 }), installed("d", "/usr/share/d")],
      scripts: { preinstall: "true\n" },
    };
    const make = async (name: string): Promise<Buffer> => {
      await projectFiles(join(folder, name), { a: "#!/bin/sh\n", "d/x": "x", "d/y": "y" });
      return readFileSync(await makePackage(join(folder, name), format, described));
    };
    const first = await make("one");
    const [mask, zone] = [process.umask(0o077), process.env["TZ"]];
    process.env["TZ"] = "Asia/Tokyo";
    try {
      expect((await make("two/deeper")).equals(first)).toBe(true);
    } finally {
      process.umask(mask);
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
    }
  });

  it("whose script is run by no absolute path is refused", async () => {
    const making = makePackage(folder, format, { scripts: { preinstall: "#!relative\ntrue\n" } });
    await expect(making).rejects.toThrow("the preinstall script begins with #!relative, which rpm cannot run");
  });

  it("that can be relocated holds no file elsewhere, whatever a pattern finds", async () => {
    await projectFiles(folder, { "d/a": "a" });
    const relocatable = withTemplates(format, { prefixes: ["/opt/tool"] });
    const one = { contents: [installed("d/a", "/usr/bin/a")] };
    expect(() => decidePackage(relocatable, one)).toThrow("/usr/bin/a lies in none of the package's prefixes");
    expect(() => decidePackage(withTemplates(format, { prefixes: ["opt/"] }))).toThrow('"opt/" cannot be a prefix');
    await expect(makePackage(folder, relocatable, { contents: [installed("d/*", "/opt/tool/../x")] })).rejects.toThrow(
      "/opt/x/a lies in none of the package's prefixes",
    );
  });

  needs("rpm")("says what its options say", async ({ rpm }) => {
    const options = { summary: "another", packager: "P <p@q.r>", buildhost: "builder", prefixes: ["/opt", "/srv"] };
    const path = await makePackage(folder, withTemplates(format, options), { options: { compression: "none" } });
    expect(query(rpm, path, "%{SUMMARY}|%{PACKAGER}|%{BUILDHOST}|[%{PREFIXES} ]|%{PAYLOADCOMPRESSOR}")).toBe(
      "another|P <p@q.r>|builder|/opt /srv |(none)",
    );
  });

  needs("rpmlint")("is one that rpmlint finds only what nobody said to be missing in", async ({ rpmlint }) => {
    copyFileSync("/usr/bin/env", join(folder, "env"));
    await projectFiles(folder, { LICENSE: "MIT\n", manual: ".TH TOOL 1\n" });
    const path = await makePackage(folder, format, {
      texts: { summary: "Does what it should", description: "It is a tool, which does what tools do." },
      contents: [
        installed("env", "/usr/bin/tool", { mode: 0o755 }),
        installed("LICENSE", "/usr/share/licenses/tool/LICENSE", { type: "license" }),
        installed("manual", "/usr/share/doc/tool/manual", { type: "doc" }),
      ],
      changelog: [{ version: "1.0.0-1", time: epoch, author: "A <a@b.c>", changes: ["one"] }],
    });
    const found = [...outcomeOf(rpmlint, [path]).said.matchAll(/^tool\.x86_64: ([EW]: [\w-]+)/gm)].map(
      ([, what = ""]) => what,
    );
    // The license's name is none that this rpmlint's configuration lists; the others are the key and group nobody gave.
    expect(found.toSorted()).toEqual([
      "E: no-group-tag",
      "E: no-signature",
      "W: invalid-license",
      "W: no-manual-page-for-binary",
    ]);
  });
});
