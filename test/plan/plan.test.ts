/** Deciding: what the Plan holds for a config, and what is refused with its line. */
import { describe, expect, it } from "vitest";

import { formatPlatform } from "../../src/model/platform.ts";
import type { Plan } from "../../src/model/plan.ts";
import { formatPlace, problemsOf } from "../../src/model/problem.ts";
import { readPlan, writePlan } from "../../src/plan/file.ts";
import { planText } from "../worlds/planning.ts";

const head = "slipway: 1\nproject: tool\n";

const idsOf = (plan: Plan, section: string): string[] =>
  plan.steps.filter((step) => step.section === section).map(({ id }) => id);

/** `line:column code message` of everything a config is refused for. */
function refusals(text: string): string[] {
  try {
    planText(text);
  } catch (thrown) {
    return (problemsOf(thrown) ?? []).map(
      (problem) =>
        `${problem.place === undefined ? "" : formatPlace(problem.place)} ${problem.code} ${problem.message}`,
    );
  }
  return [];
}

describe("plan", () => {
  it("of a minimal config makes an archive per target, a list, an index and notes", () => {
    const plan = planText(`${head}builds:\n  - fake: main\n`);
    expect(idsOf(plan, "builds")).toEqual([
      "build/tool/linux/amd64",
      "build/tool/linux/arm64",
      "build/tool/windows/amd64",
    ]);
    expect(idsOf(plan, "archives")).toEqual([
      "archive/tool_1.2.3_linux_amd64.tar.gz",
      "archive/tool_1.2.3_linux_arm64.tar.gz",
      "archive/tool_1.2.3_windows_amd64.zip",
    ]);
    expect(plan.release).toMatchObject({
      folder: "dist/1.2.3",
      own: "dist",
      index: "index.json",
      channel: "stable",
    });
    expect(plan.release.checksums).toMatchObject([{ name: "checksums.txt", algorithm: "sha256" }]);
  });

  it("multiplies `for` out in its order, takes away what ! names, and never lists a target twice", () => {
    const plan = planText(
      `${head}builds:\n  - fake: main\n    for: ["{linux,darwin}/{amd64,arm64}", linux/amd64, linux/arm/7, linux/amd64/v3, "!darwin/amd64"]\n`,
    );
    const targets = plan.steps.flatMap(({ section, outputs }) =>
      section === "builds" ? outputs.map(({ platform }) => platform && formatPlatform(platform)) : [],
    );
    expect(targets).toEqual(["linux/amd64", "linux/arm64", "darwin/arm64", "linux/arm/7", "linux/amd64/v3"]);
  });

  it("narrows everything by --target, and says what was left out", () => {
    const config = `${head}builds:\n  - fake: main\n  - fake: other\n    name: other\n    for: [windows/amd64]\n`;
    const plan = planText(config, { targets: ["host"] });
    expect(idsOf(plan, "builds")).toEqual(["build/tool/linux/amd64"]);
    expect(idsOf(plan, "archives")).toEqual(["archive/tool_1.2.3_linux_amd64.tar.gz"]);
    expect(plan.skipped).toEqual([{ what: "builds[1]", why: "none of its targets is host" }]);
  });

  it("refuses a --target that no build is for, since the release would lack its programs", () => {
    const config = `${head}builds:\n  - fake: main\n    for: [linux/amd64]\n`;
    expect(() => planText(config, { targets: ["linux/*", "darwin/*"] })).toThrow("--target: no build is for darwin/*");
  });

  it("skips an entry whose `when` is false, and the next one still runs", () => {
    const config = `${head}builds:
  - { fake: a, name: a, when: "{{ isSnapshot }}" }
  - { fake: b, name: b, for: [linux/amd64] }
archives:
  - { name: no, when: "false" }
  - { name: yes, format: tar }
source:
  - { archive: no, when: "" }
  - { archive: src }
`;
    const plan = planText(config);
    expect(plan.steps.map(({ id }) => id)).toEqual([
      "build/b/linux/amd64",
      "source/src.tar.gz",
      "archive/yes.tar",
      "notes",
    ]);
    expect(plan.skipped.map(({ what }) => what)).toEqual(["builds[0]", "source[0]", "archives[0]"]);
  });

  it("gives each target its own format, name, binary and folder", () => {
    const config = `${head}builds:
  - fake: main
    binary: { default: tool, windows: wintool }
archives:
  - name: "{{ project }}-{{ os | title }}-{{ target | arch: 'uname' }}"
    format: { default: [tar.gz, tar.zst], windows: zip, linux/arm64: tar.xz }
    folder: { default: "", windows: "{{ project }}-{{ version }}" }
    files: []
`;
    const plan = planText(config);
    expect(idsOf(plan, "archives")).toEqual([
      "archive/tool-Linux-x86_64.tar.gz",
      "archive/tool-Linux-x86_64.tar.zst",
      "archive/tool-Linux-aarch64.tar.xz",
      "archive/tool-Windows-x86_64.zip",
    ]);
    const zip = plan.steps.find(({ id }) => id.endsWith(".zip"));
    expect(zip?.options).toMatchObject({ folder: "tool-1.2.3", members: [{ to: "wintool.exe", mode: 0o755 }] });
  });

  it("makes one artifact of each binary in formats that hold one", () => {
    const config = `${head}builds:
  - { fake: a, name: a, for: [linux/amd64, windows/amd64] }
  - { fake: b, name: b, for: [linux/amd64] }
archives:
  - { name: "{{ binary }}_{{ os }}", format: binary }
  - { name: "{{ binary }}_{{ os }}_packed", format: gz, for: ["linux/*"] }
`;
    expect(idsOf(planText(config), "archives")).toEqual([
      "archive/a_linux",
      "archive/b_linux",
      "archive/a_windows.exe",
      "archive/a_linux_packed.gz",
      "archive/b_linux_packed.gz",
    ]);
  });

  it("selects builds by `from`: by name, by pattern, none on purpose", () => {
    const config = `${head}builds:
  - { fake: a, name: cli, for: [linux/amd64] }
  - { fake: b, name: daemon, for: [linux/amd64] }
archives:
  - { name: one, from: cli }
  - { name: both, from: ["build:*"] }
  - { name: files, from: [], files: [README.md] }
`;
    const needs = planText(config)
      .steps.filter(({ section }) => section === "archives")
      .map((step) => step.needs);
    expect(needs).toEqual([["build/cli/linux/amd64"], ["build/cli/linux/amd64", "build/daemon/linux/amd64"], []]);
  });

  it("runs `before` ahead of everything, in order, and keeps the operator's secrets out", () => {
    const config = `${head}before:
  - make one
  - { run: "deploy {{ env.TOKEN }}", env: { KEY: "{{ env.TOKEN }}", PLAIN: "{{ version }}" } }
builds:
  - { fake: a, for: [linux/amd64], hooks: { post: ["strip {{ artifact.path }}"] }, env: { SECRET: "{{ env.TOKEN }}" } }
`;
    const plan = planText(config);
    expect(plan.steps.map(({ id, needs }) => [id, needs])).toMatchObject([
      ["before/0", []],
      ["before/1", ["before/0"]],
      ["build/tool/linux/amd64", ["before/1"]],
      ["archive/tool_1.2.3_linux_amd64.tar.gz", ["build/tool/linux/amd64"]],
      ["notes", []],
    ]);
    expect(writePlan(plan)).not.toContain("hunter2");
    expect(plan.steps[2]).toMatchObject({
      env: { SECRET: { late: "{{ env.TOKEN }}" } },
      hooks: { post: [{ run: { late: "strip {{ artifact.path }}" } }] },
    });
  });

  it("is the same data after being a file", () => {
    const plan = planText(
      `${head}before: [make]\nbuilds:\n  - fake: main\n    hooks: { pre: [echo], post: ["x {{ artifact.path }}"] }\n`,
    );
    expect(readPlan(writePlan(plan), "plan.json", "0")).toEqual(JSON.parse(writePlan(plan)));
    expect(() => readPlan(writePlan(plan), "plan.json", "9.9.9")).toThrow("was decided by Slipway 0; this is 9.9.9");
    expect(() => readPlan("{}", "plan.json", "0")).toThrow("plan.json is not a plan");
    expect(() => readPlan("no", "plan.json", "0")).toThrow("not JSON");
  });

  it("depends on nothing but what it is given: twice the same", () => {
    const config = `${head}builds:\n  - fake: main\n`;
    expect(writePlan(planText(config))).toBe(writePlan(planText(config)));
  });
});

describe("a config is refused with its line when", () => {
  it("two artifacts have one name, also when they differ only in case", () => {
    const twice = refusals(`${head}builds:\n  - fake: main\narchives:\n  - name: same\n    format: tar\n`);
    expect(twice.map((line) => line.slice(0, 33))).toEqual([
      "slipway.yaml:6:5 plan.collision t",
      "slipway.yaml:6:5 plan.collision t",
    ]);
    expect(
      refusals(
        `${head}archives:\n  - { name: A, from: [], files: [x], format: tar }\n  - { name: a, from: [], files: [x], format: tar }\n`,
      ),
    ).toMatchObject([expect.stringContaining("plan.collision")]);
    expect(
      refusals(
        `${head}archives:\n  - { name: checksums, from: [], files: [x], format: tar }\nrelease: { checksums: { name: checksums.tar } }\n`,
      ),
    ).toMatchObject([expect.stringContaining('"checksums.tar"')]);
  });

  it("two builds have one name", () => {
    expect(refusals(`${head}builds:\n  - fake: a\n  - fake: b\n`)).toEqual([
      expect.stringContaining('slipway.yaml:5:5 plan.collision two builds are called "tool"'),
    ]);
  });

  it("a target is unknown or cannot be made, with the target's own column", () => {
    expect(refusals(`${head}builds:\n  - fake: a\n    for: [linux/amd64, plan9/amd64]\n`)).toEqual([
      "slipway.yaml:5:24 plan.target fake cannot build for plan9/amd64: nobody can",
    ]);
    expect(refusals(`${head}builds:\n  - fake: a\n    for: [linux/amd46]\n`)[0]).toContain("slipway.yaml:5:11");
  });

  it("a selector selects nothing, or a store is not there", () => {
    const archive = refusals(
      `${head}builds:\n  - fake: a\narchives:\n  - name: x\n    from: [nope]\n    format: tar\n`,
    );
    expect(archive).toMatchObject([expect.stringContaining('plan.empty from: no build is called "nope"')]);
    const store = refusals(`${head}stores: { site: { folder: public } }\npublish: [sites]\n`);
    expect(store.join("\n")).toContain("sites");
  });

  it.each(["../out", ".git/out", ".GIT", "/out", "."])("the release would be written to %s", (folder) => {
    expect(refusals(`${head}release: { folder: ${folder} }\n`)).toEqual([
      `slipway.yaml:3:20 plan.invalid "${folder}" cannot be the release's folder`,
    ]);
  });

  it.each([
    ["a:b", "a name with a character"],
    ["a\\nb", "a name with a character"],
    ["a".repeat(250), "a name of more than 255 bytes"],
    ["con", "a name that Windows keeps for a device"],
  ])("an archive would be called %s, which no file can be everywhere", (name, why) => {
    const archive = `{ name: "${name}", from: [], files: [x], format: tar.gz }`;
    expect(refusals(`${head}archives:\n  - ${archive}\n`)).toEqual([
      expect.stringMatching(new RegExp(`^slipway\\.yaml:4:5 plan\\.invalid .*: ${why}`)),
    ]);
  });

  it.each([
    ["folder: ../x", "6:13"],
    ["folder: /x", "6:13"],
    ["binaries: { to: ../x }", "6:21"],
    ["files: [{ text: a, to: a/../../x }]", "6:28"],
    ["files: [{ dir: ../x }]", "6:20"],
  ])("%s of an archive would leave it", (option, at) => {
    expect(refusals(`${head}builds:\n  - fake: a\narchives:\n  - ${option}\n`)).toEqual([
      expect.stringContaining(`slipway.yaml:${at} plan.invalid "`),
    ]);
  });

  it.each(["text: a", "link: a", 'dir: ""'])("an entry of files, { %s }, goes nowhere", (entry) => {
    expect(refusals(`${head}archives:\n  - { name: x, from: [], format: tar, files: [{ ${entry} }] }\n`)).toEqual([
      expect.stringContaining("plan.invalid a file entry has no name to go to"),
    ]);
  });

  it.each(["2026-01-30T12:00:00", "2026-01-30 12:00", "Jan 30 2026", "-5", "yesterday", "1969-12-31"])(
    "`mtime` is %s, which is no time, or one of the machine's zone",
    (mtime) => {
      const entry = `{ text: a, to: a, mtime: "${mtime}" }`;
      expect(refusals(`${head}archives:\n  - { name: x, from: [], format: tar, files: [${entry}] }\n`)).toEqual([
        expect.stringContaining(`plan.invalid "${mtime}" is not a time`),
      ]);
    },
  );

  it("`for` of an archive fits no target that is built, unless it may be missing or this run makes only some", () => {
    const config = (more: string): string => `${head}builds:\n  - fake: a\narchives:\n  - for: [plan9/*]\n${more}`;
    expect(refusals(config(""))).toEqual(["slipway.yaml:6:11 plan.empty for: no build is for such a target"]);
    expect(planText(config("    optional: true\n")).skipped).toMatchObject([{ what: "archives[0]" }]);
    expect(planText(config(""), { targets: ["host"] }).skipped).toMatchObject([{ what: "archives[0]" }]);
  });

  it("a template asks for what is not there", () => {
    expect(refusals(`${head}builds:\n  - fake: a\narchives:\n  - name: "{{ projekt }}"\n`).join("\n")).toContain(
      "slipway.yaml:6:",
    );
    expect(refusals(`${head}builds:\n  - { fake: a, env: { X: "{{ env.NOT_SET }}" } }\n`).join("\n")).toContain(
      "NOT_SET",
    );
  });
});
