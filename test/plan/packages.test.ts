/** Deciding packages: what goes into each, how formats differ, and what is refused with its line. */
import { describe, expect, it } from "vitest";

import type { KeyFacts } from "../../src/model/signer.ts";
import type { Plan, PlannedFile, PlannedStep } from "../../src/model/plan.ts";
import { formatPlace, problemsOf } from "../../src/model/problem.ts";
import { planText } from "../worlds/planning.ts";

const head = `slipway: 1
project: { name: tool, description: "does things\\nand more", maintainer: T <t@example.com>, license: MIT }
builds:
  - fake: main
  - { name: helper, fake: helper, for: [linux/amd64, linux/arm64, windows/amd64] }
archives: []
`;

/** Packages of the plan by file name. */
function packagesOf(plan: Plan): Readonly<Record<string, PlannedStep>> {
  return Object.fromEntries(
    plan.steps.filter(({ section }) => section === "packages").map((step) => [step.title, step]),
  );
}

const planned = (entries: string, more: Parameters<typeof planText>[1] = {}): Plan =>
  planText(`${head}packages:\n${entries}`, more);

function contentsOf(step: PlannedStep | undefined): readonly PlannedFile[] {
  return (step?.options["contents"] ?? []) as unknown as readonly PlannedFile[];
}

const pathsOf = (step: PlannedStep | undefined): readonly string[] => contentsOf(step).map(({ to }) => to);

/** `line code message` of everything that is refused. */
function refusals(entries: string, more: Parameters<typeof planText>[1] = {}): readonly string[] {
  try {
    planned(entries, more);
  } catch (thrown) {
    return (problemsOf(thrown) ?? []).map(
      ({ place, code, message }) => `${place === undefined ? "" : formatPlace(place)} ${code} ${message}`,
    );
  }
  return [];
}

describe("packages", () => {
  it("are made for each format and each target it knows, under the names of each format's convention", () => {
    const made = packagesOf(planned("  - formats: [deb, rpm]\n"));
    expect(Object.keys(made)).toEqual([
      "tool_1.2.3_amd64.deb",
      "tool_1.2.3_arm64.deb",
      "tool-1.2.3-1.x86_64.rpm",
      "tool-1.2.3-1.aarch64.rpm",
    ]);
    expect(made["tool_1.2.3_amd64.deb"]).toMatchObject({
      id: "package/tool_1.2.3_amd64.deb",
      needs: ["build/tool/linux/amd64", "build/helper/linux/amd64"],
      outputs: [
        { type: "package", attributes: { format: "deb", package: "tool", version: "1.2.3", architecture: "amd64" } },
      ],
    });
  });

  it("install every program in /usr/bin, but for those that contents names itself", () => {
    const made = packagesOf(
      planned(`  - formats: deb
    binaries: { to: /opt/tool/bin/ }
    contents: [{ from: "build:helper", to: /usr/libexec/tool/helper, mode: 0700 }]
`),
    );
    expect(contentsOf(made["tool_1.2.3_amd64.deb"])).toMatchObject([
      { source: "artifact", from: "build/tool/linux/amd64", to: "/opt/tool/bin/tool", mode: 0o755 },
      { source: "artifact", from: "build/helper/linux/amd64", to: "/usr/libexec/tool/helper", mode: 0o700 },
    ]);
  });

  it("merge what a format says over what the entry says", () => {
    const made = packagesOf(
      planned(`  - formats: [deb, rpm]
    name: other
    depends: [ca-certificates]
    section: utils
    contents:
      - { from: a.conf, to: /etc/tool/a.conf, type: config }
      - { from: b.conf, to: /etc/tool/b.conf, type: config }
    deb:
      depends: [docker.io | docker-ce]
      section: net
      contents: [{ from: debian.conf, to: /etc/tool/a.conf, type: config }]
`),
    );
    const deb = made["other_1.2.3_amd64.deb"];
    const rpm = made["other-1.2.3-1.x86_64.rpm"];
    expect(JSON.stringify(deb?.options["package"])).toContain("ca-certificates, docker.io | docker-ce");
    expect(JSON.stringify(deb?.options["package"])).toContain("net");
    expect(contentsOf(deb).map(({ from }) => from)).toContain("debian.conf");
    expect(contentsOf(deb).map(({ from }) => from)).not.toContain("a.conf");
    expect(JSON.stringify(rpm?.options["package"])).not.toContain("docker");
    expect(contentsOf(rpm).map(({ from }) => from)).toContain("a.conf");
  });

  it("skip an entry by `when` and make the next", () => {
    const plan = planned(
      `  - { formats: deb, name: first, when: "false" }\n  - { formats: deb, name: second, for: linux/arm64 }\n`,
    );
    expect(Object.keys(packagesOf(plan))).toEqual(["second_1.2.3_arm64.deb"]);
    expect(plan.skipped).toContainEqual({ what: "packages[0]", why: "when: false" });
  });

  it("report what is wrong with one entry beside what is wrong with the next", () => {
    expect(
      refusals(
        `  - { formats: deb, name: Bad_Name, for: linux/amd64 }\n  - { formats: rpm, name: "ba d", for: linux/amd64 }\n`,
      ),
    ).toHaveLength(2);
  });

  it("of no programs are for every architecture", () => {
    expect(
      Object.keys(
        packagesOf(
          planned(`  - { formats: [deb, rpm], from: [], contents: [{ text: "x", to: /usr/share/tool/x }] }\n`),
        ),
      ),
    ).toEqual(["tool_1.2.3_all.deb", "tool-1.2.3-1.noarch.rpm"]);
  });

  it("of no programs are for the targets that `for` lists, where it does", () => {
    const entry = (targets: string): string =>
      `  - { formats: [deb, rpm], from: [], for: ${targets}, contents: [{ from: "out/{{ arch }}/x", to: /usr/bin/x }] }\n`;
    const made = packagesOf(planned(entry("['linux/{amd64,arm64}', '!linux/arm64', linux/386]")));
    expect(Object.keys(made)).toEqual([
      "tool_1.2.3_amd64.deb",
      "tool_1.2.3_i386.deb",
      "tool-1.2.3-1.x86_64.rpm",
      "tool-1.2.3-1.i386.rpm",
    ]);
    expect(contentsOf(made["tool_1.2.3_i386.deb"])).toMatchObject([{ from: "out/386/x" }]);
    expect(refusals(entry("linux/*"))).toEqual([
      'slipway.yaml:8:43 plan.target for: "linux/*" fits any number of targets, and no build says which there are',
    ]);
  });

  it("take their file's name from the entry or the format, and get the extension", () => {
    const made = packagesOf(
      planned(`  - formats: [deb, rpm]
    for: linux/amd64
    file: "{{ name }}-{{ packageVersion }}.{{ packageArch }}"
    rpm: { file: "rpm-{{ conventionalName }}" }
`),
    );
    expect(Object.keys(made)).toEqual(["tool-1.2.3.amd64.deb", "rpm-tool-1.2.3-1.x86_64.rpm"]);
  });

  it("have the extension that a format's options decide, whatever they are called", () => {
    const options = "    archlinux: { compression: xz }\n";
    const conventional = packagesOf(planned(`  - formats: archlinux\n${options}`));
    expect(Object.keys(conventional)[0]).toBe("tool-1.2.3-1-x86_64.pkg.tar.xz");
    const named = packagesOf(planned(`  - formats: archlinux\n    file: "{{ name }}_{{ arch }}"\n${options}`));
    expect(Object.keys(named)[0]).toBe("tool_amd64.pkg.tar.xz");
  });

  it("carry a service: unit, folders, environment, user, and the format's own scripts around the user's", () => {
    const made = packagesOf(
      planned(`  - formats: [deb, rpm]
    for: linux/amd64
    systemd: { user: tool, data: /var/lib/tool, config: /etc/tool, environment: env, service: { MemoryMax: 512M } }
    scripts: { postinstall: { text: "echo installed" } }
`),
    );
    for (const step of Object.values(made)) {
      expect(contentsOf(step)).toMatchObject([
        { to: "/usr/bin/tool" },
        { to: "/usr/bin/helper" },
        { source: "dir", to: "/var/lib/tool", mode: 0o750, owner: "tool", group: "tool" },
        { source: "dir", to: "/etc/tool", mode: 0o750, owner: "root", group: "tool" },
        {
          from: "env",
          to: "/etc/tool/environment",
          mode: 0o640,
          owner: "root",
          group: "tool",
          type: "config|noreplace",
        },
        { source: "text", to: "/usr/lib/systemd/system/tool.service" },
      ]);
      const unit = contentsOf(step).at(-1)?.from.split("\n");
      for (const line of ["ExecStart=/usr/bin/tool", "User=tool", "ProtectSystem=strict", "MemoryMax=512M"])
        expect(unit).toContain(line);
      const scripts = step.options["scripts"] as Readonly<
        Record<string, { before: string; own: unknown; after: string }>
      >;
      expect(scripts["preinstall"]?.before).toContain("useradd");
      expect(scripts["postinstall"]).toMatchObject({ own: { source: "text", from: "echo installed" } });
      expect(scripts["postinstall"]?.after).toContain("tool.service");
    }
  });

  it("do not install a unit twice that contents installs already", () => {
    const made = packagesOf(
      planned(`  - formats: deb
    for: linux/amd64
    systemd: { unit: packaging/tool.service }
    contents: [{ from: packaging/tool.service, to: /lib/systemd/system/tool.service }]
`),
    );
    expect(pathsOf(made["tool_1.2.3_amd64.deb"]).filter((path) => path.endsWith(".service"))).toEqual([
      "/lib/systemd/system/tool.service",
    ]);
  });

  it("are refused where no package manager could install them", () => {
    expect(
      refusals(`  - formats: deb
    for: linux/amd64
    contents:
      - { from: a, to: etc/a }
      - { from: b, to: /etc/b, type: konfig }
      - { from: c, to: /usr/bin/tool }
`),
    ).toEqual([
      'slipway.yaml:12:9 plan.invalid type: "konfig" says nothing to a package manager',
      'slipway.yaml:11:9 plan.invalid "etc/a" has no place on the machine',
      "slipway.yaml:13:9 plan.collision two files would be installed as /usr/bin/tool",
    ]);
    expect(refusals("  - { formats: deb, for: linux/amd64, depends: ['foo >= '] }\n")).toEqual([
      'slipway.yaml:8:49 plan.invalid "foo >=" is not a relation to a package',
    ]);
    expect(refusals("  - { formats: deb, for: linux/amd64, deb: { scripts: { pretrans: x.sh } } }\n")).toEqual([
      "slipway.yaml:8:67 plan.invalid scripts: deb packages have no pretrans",
    ]);
    expect(refusals("  - { formats: deb, for: windows/amd64 }\n")).toEqual([
      "slipway.yaml:8:5 plan.target no target of its builds can be a deb package",
    ]);
    expect(refusals("  - { formats: deb, from: [nobody] }\n")).toEqual([
      'slipway.yaml:8:28 plan.empty from: no build is called "nobody"',
    ]);
  });

  it("are refused for links that would lead nowhere, unless another package brings what they lead to", () => {
    const links = (target: string, more = ""): string => `  - formats: deb
    for: linux/amd64
    contents:
      - { from: share/**, to: /usr/share/tool }
      - { link: ${target}, to: /usr/bin/t${more} }
`;
    expect(refusals(links("toool"))).toEqual([
      "slipway.yaml:12:9 plan.invalid /usr/bin/t would lead to /usr/bin/toool, which the package does not bring",
    ]);
    for (const target of ["tool", "/usr/bin/tool", "../share/tool/any", "/dev/null", "/usr/share"])
      expect(refusals(links(target))).toEqual([]);
    expect(refusals(links("toool", ", optional: true"))).toEqual([]);
  });

  it("say of all files that are not there where they are named", () => {
    expect(
      refusals(
        `  - formats: [deb, rpm]
    for: linux/amd64
    contents: [{ from: a.txt, to: /etc/a }, { from: b.txt, to: /etc/b, optional: true }]
    scripts: { postinstall: c.sh }
`,
        { facts: { absent: ["a.txt", "b.txt", "c.sh"] } },
      ),
    ).toEqual([
      "slipway.yaml:10:16 file.missing a.txt is not there",
      "slipway.yaml:11:29 file.missing c.sh is not there",
    ]);
  });

  it("say everything that is wrong with one of them together", () => {
    expect(
      refusals(`  - formats: deb
    name: Tool_
    for: linux/amd64
    depends: [a b]
    contents: [{ from: x, to: relative }]
`).map((line) => line.split(" ")[0]),
    ).toEqual(["slipway.yaml:12:16", "slipway.yaml:11:15", "slipway.yaml:8:5"]);
  });

  it("are refused where two would have one file", () => {
    expect(refusals("  - { formats: deb, for: linux/amd64 }\n  - { formats: deb, for: linux/amd64 }\n")).toEqual([
      expect.stringContaining("plan.collision"),
    ]);
  });
});

describe("signatures of packages", () => {
  const keys = (facts: KeyFacts) => ({ facts: { keys: { release: facts } } });
  const good: KeyFacts = { name: "release", method: "openpgp", fingerprint: "ab".repeat(20), keyName: "" };
  const gone: KeyFacts = { name: "release", missing: "RELEASE_KEY is not set" };
  const trust = "trust: { keys: { release: { openpgp: env:RELEASE_KEY } } }\n";
  const entry = "  - { formats: rpm, for: linux/amd64, sign: release }\n";

  it("put the key's fingerprint into the Step", () => {
    const made = packagesOf(planned(entry + trust, keys(good)));
    expect(made["tool-1.2.3-1.x86_64.rpm"]?.options).toMatchObject({ signer: "release", fingerprint: "ab".repeat(20) });
  });

  it("are demanded where the key is missing, unless it may be or this is a snapshot", () => {
    expect(refusals(entry + trust, keys(gone))).toEqual([
      "slipway.yaml:8:45 key.missing the key release is not here: RELEASE_KEY is not set",
    ]);
    const optional = entry.replace("sign: release", "sign: { key: release, optional: true }");
    for (const plan of [
      planned(optional + trust, keys(gone)),
      planned(entry + trust, { facts: { ...keys(gone).facts, isSnapshot: true } }),
    ]) {
      expect(packagesOf(plan)["tool-1.2.3-1.x86_64.rpm"]?.options).toMatchObject({ signer: "", fingerprint: "" });
      expect(plan.skipped).toContainEqual({ what: "packages[0] rpm signature", why: "RELEASE_KEY is not set" });
    }
  });

  it("are refused of a key nobody knows, and of one of another method", () => {
    expect(refusals(entry + trust, { facts: { keys: {} } })).toEqual([
      'slipway.yaml:8:45 plan.invalid sign: no key is called "release"',
    ]);
    expect(refusals(entry + trust, keys({ ...good, method: "rsa", keyName: "a.rsa.pub" }))).toEqual([
      "slipway.yaml:8:45 plan.invalid rpm packages are signed by openpgp keys, and release is rsa",
    ]);
    expect(refusals(entry.replace("rpm", "apk") + trust, keys({ ...good, method: "rsa" }))).toEqual([
      "slipway.yaml:8:45 key.invalid nobody said under which name apk knows the key release",
    ]);
  });
});
