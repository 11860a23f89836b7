/** The names that templates may use are those that have values, and the values are what the reference says. */
import { describe, expect, it } from "vitest";
import { compileTemplate, targetScope, templateScope, templateVocabulary } from "../../../src/input/index.ts";
import { namesOf } from "../../../src/input/template/names.ts";
import { targetNames } from "../../../src/input/template/names/sections.ts";
import { facts } from "../../worlds/planning.ts";
import { problemsIn, read, readText } from "../kinds.ts";

const linuxArm = { os: "linux", arch: "arm", variant: "7" };

describe("the release's names", () => {
  it("are exactly those that are known beforehand", () => {
    expect(Object.keys(templateScope(read(""), facts)).toSorted()).toEqual([...namesOf.release.keys()].toSorted());
  });

  it("have exactly the fields that are known beforehand", () => {
    const scope = templateScope(read(""), facts);
    for (const [name, fields] of namesOf.release) {
      if (fields !== undefined) expect(Object.keys(scope[name] as object).toSorted(), name).toEqual(fields.toSorted());
    }
  });

  it("are plain data", () => {
    const { base, forTarget } = templateVocabulary(read("vars: { a: [1, { b: '{{ version }}' }] }"), facts);
    for (const scope of [base, forTarget(linuxArm)]) expect(JSON.parse(JSON.stringify(scope))).toEqual(scope);
  });

  it("tell times in UTC from the release's clock and the commit's", () => {
    const scope = templateScope(read(""), { ...facts, epoch: 0 });
    expect([scope["date"], scope["year"], scope["timestamp"], scope["commitDate"]]).toEqual([
      "1970-01-01T00:00:00Z",
      1970,
      0,
      "2026-01-30T12:00:00Z",
    ]);
  });
});

describe("a target's names", () => {
  it("are exactly those that are known beforehand", () => {
    expect(Object.keys(targetScope(linuxArm)).toSorted()).toEqual(targetNames.map(({ name }) => name).toSorted());
    for (const { name, fields } of targetNames) {
      if (fields !== undefined)
        expect(Object.keys(targetScope(linuxArm)[name] as object).toSorted()).toEqual([...fields].toSorted());
    }
  });

  it.each([
    [linuxArm, "linux/arm 7 linux_arm_7 linux/arm/7 7/"],
    [{ os: "linux", arch: "amd64" }, "linux/amd64  linux_amd64 linux/amd64 /v1"],
    [{ os: "windows", arch: "amd64", variant: "v3" }, "windows/amd64 v3 windows_amd64_v3 windows/amd64/v3 /v3.exe"],
  ])("of %j", (platform, text) => {
    const template = compileTemplate(
      "{{ os }}/{{ arch }} {{ variant }} {{ target }} {{ platform }} {{ arm }}/{{ amd64 }}{{ ext }}",
      undefined,
    );
    expect(template.render(targetScope(platform))).toBe(text);
  });
});

describe("env", () => {
  it("is the operator's with the config's on top, each seeing those before it", () => {
    const config = read("env: { A: '{{ env.HOME }}/a', B: '{{ env.A }}/{{ version }}', HOME: /other }");
    expect(templateScope(config, facts)["env"]).toMatchObject({
      A: "/home/ada/a",
      B: "/home/ada/a/1.2.3",
      HOME: "/other",
    });
  });
});

describe("vars", () => {
  it("are values of any depth, texts rendered", () => {
    const config = read("vars: { a: '{{ project }}-{{ version }}', n: 3, t: true, l: [x, { y: '{{ tag }}' }] }");
    expect(templateScope(config, facts)["vars"]).toEqual({ a: "tool-1.2.3", n: 3, t: true, l: ["x", { y: "v1.2.3" }] });
  });

  it("cannot ask the environment, since what it says may be a secret", () => {
    expect(problemsIn(() => read("vars: { a: '{{ env.TOKEN }}' }"))).toHaveLength(1);
  });
});

describe("project", () => {
  it("prints as its name and has what the config says", () => {
    const config = readText(
      "slipway: 1\nproject: { name: tool, license: MIT, homepage: 'https://example.com/{{ tag }}', tags: [a, b] }",
    );
    const scope = templateScope(config, facts);
    expect(
      compileTemplate(
        "{{ project }} {{ project.license }} {{ project.homepage }} {{ project.tags | join: '+' }} [{{ project.vendor }}]",
        undefined,
      ).render(scope),
    ).toBe("tool MIT https://example.com/v1.2.3 a+b []");
  });
});
