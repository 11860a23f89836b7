/** Templates are strict, bounded, and know where in the file they are wrong. */
import { describe, expect, it } from "vitest";
import { compileTemplate } from "../../../src/input/index.ts";
import { problemsOf } from "../../../src/model/problem.ts";
import { problemsIn, read, told, wrongWith } from "../kinds.ts";

function refusal(source: string, scope = {}): string {
  return problemsIn(() => compileTemplate(source, { file: "f", line: 3, column: 5 }).render(scope))
    .map(told)
    .join();
}

describe("strictness", () => {
  it("finds unknown names before anything is rendered, with the word that was meant", () => {
    const [problem, ...others] = problemsIn(() => read('release: { title: "{{ verson }}" }'));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: "template.unknown",
      hint: 'did you mean "version"?',
      place: { line: 3, column: 23 },
    });
  });

  it("finds unknown filters, tags and fields", () => {
    expect(
      wrongWith(
        "slipway: 1\nproject: x\nvars: { a: 1 }\nrelease:\n  title: a {{ tag | uper }}\n  folder: x{% iff a %}\n  channel: x{{ vars.b }}\n  index: x{{ project.licence }}",
      ),
    ).toEqual([
      '5:21 template.unknown unknown filter "uper"',
      '6:12 template.unknown unknown tag "iff"',
      '7:16 template.unknown "vars" has no "b"',
      '8:14 template.unknown "project" has no "licence"',
    ]);
  });

  it("tells people who come from Go's templates how the name is written", () => {
    const [problem] = problemsIn(() => read('release: { title: "{{ .ProjectName }} {{ .Version }}" }'));
    expect(problem?.hint).toBe("write {{ project }}");
  });

  it.each(["constructor", "toString", "valueOf"])("knows no name {{ %s }}, and nothing that is meant by it", (name) => {
    expect(problemsIn(() => read(`release: { title: "{{ ${name} }}" }`))).toMatchObject([
      { code: "template.unknown", message: `unknown name "${name}"`, hint: undefined },
    ]);
  });

  it("says where a name is known when it is known elsewhere", () => {
    const [problem] = problemsIn(() => read('release: { title: "{{ os }}" }'));
    expect(problem?.hint).toMatch(/only where something is made for a target/);
  });

  it("refuses a name that has no value when it is rendered", () => {
    expect(refusal("{{ env.NOPE }}", { env: {} })).toBe('3:5 template.unknown "env.NOPE" has no value here');
    expect(refusal("{{ a.b.c }}", { a: { b: {} } })).toBe('3:5 template.unknown "a.b.c" has no value here');
    expect(refusal("{{ a.constructor }}", { a: {} })).toMatch(/template\.unknown/);
  });

  it("lets the environment be asked", () => {
    const scope = { env: { SET: "yes", EMPTY: "" } };
    const render = (source: string) => compileTemplate(source, undefined).render(scope);
    expect(render("{{ env.NOPE | default: 'x' }}{{ env.SET | default: 'x' }}")).toBe("xyes");
    expect(render("{% if env.NOPE %}1{% endif %}{% if env.EMPTY %}2{% endif %}{% if env.SET %}3{% endif %}")).toBe("3");
    expect(render("{% if env | has: 'EMPTY' %}1{% endif %}{% if env | has: 'NOPE' %}2{% endif %}")).toBe("1");
    expect(render("{{ env | indexOrDefault: 'EMPTY', 'x' }}{{ env | indexOrDefault: 'NOPE', 'y' }}")).toBe("y");
  });

  it("keeps late names to where they may stand", () => {
    const builds = "builds:\n  - gcc: x\n    hooks:\n";
    expect(read(`${builds}      post: ["strip {{ artifact.path }} {{ os }}"]`).builds[0]?.hooks.post[0]).toMatchObject({
      run: { late: ["artifact.path"], roots: ["artifact", "os"] },
    });
    expect(problemsIn(() => read(`${builds}      pre: ["strip {{ artifact.path }}"]`))).toHaveLength(1);
    expect(problemsIn(() => read(`${builds}      post: ["strip {{ artifact.pth }}"]`))).toHaveLength(1);
  });
});

describe("named records", () => {
  it("print as their name and have fields", () => {
    const scope = {
      project: { name: "tool", license: "MIT" },
      target: { name: "linux_arm_7", os: "linux", arch: "arm", variant: "7" },
    };
    const render = (source: string) => compileTemplate(source, undefined).render(scope);
    expect(render("{{ project }} {{ project | upper }} {{ project.license }} {{ project | append: '!' }}")).toBe(
      "tool TOOL MIT tool!",
    );
    expect(render("{% if project == 'tool' %}same{% endif %}")).toBe("same");
    expect(render("{{ target | arch: 'debian' }} {{ target }} {{ target | arch: 'go' }}")).toBe(
      "armhf linux_arm_7 armv7",
    );
  });
});

describe("limits", () => {
  it.each([
    ["a loop without end", "{% for i in (1..100000000) %}x{% endfor %}"],
    [
      "loops in loops",
      "{% for i in (1..1000) %}{% for j in (1..1000) %}{% for k in (1..1000) %}{{ i }}{% endfor %}{% endfor %}{% endfor %}",
    ],
    ["text that doubles", `{% assign a = 'xxxxxxxxxx' %}${"{% assign a = a | append: a %}".repeat(40)}{{ a }}`],
    ["tags in tags", "{% if 1 %}".repeat(9000)],
    ["more text than a template has", `{{ 1 }}${"x".repeat(200_000)}`],
    ["a file by include", "{% include '/etc/passwd' %}"],
    ["a file by render", "{% render '/etc/passwd' %}"],
    ["a file by layout", "{% layout '/etc/passwd' %}"],
    ["chance", "{{ 'a' | list: 'b' | sample }}"],
  ])("stop %s with a problem", (_, source) => {
    expect(refusal(source)).toMatch(/^3:5 template\./);
  });

  it.each([
    "{{",
    "{%",
    "{{ }}",
    "{% %}",
    "{{ | }}",
    "{{ a | }}",
    "{% if %}",
    "{% for %}",
    "{% endif %}",
    "{{ 'a }}",
    "{{ a[ }}",
    "{% case %}{% when %}",
    "{% assign %}",
    "{{ a..b }}",
    "{{ (1.. }}",
  ])("never give a stack trace: %s", (source) => {
    let thrown: unknown;
    try {
      compileTemplate(source, { file: "f", line: 1, column: 1 }).render({ a: 1 });
    } catch (caught) {
      thrown = caught;
    }
    expect(thrown === undefined || problemsOf(thrown) !== undefined).toBe(true);
  });
});

describe("places", () => {
  it.each([
    ["plain", "release:\n  title: some {{ nope }}", "4:18"],
    ["single quotes", "release:\n  title: 'it''s {{ nope }}'", "4:20"],
    ["double quotes", 'release:\n  title: "a\\tb {{ nope }}"', "4:19"],
    ["literal", "release:\n  title: |\n    one\n    two {{ nope }}", "6:12"],
    ["folded", "release:\n  title: >-\n    one {{ version }}\n    two {{ version }}\n\n    three {{ nope }}", "8:14"],
    ["over several lines", "release:\n  title: one\n    two\n    {{ nope }}", "6:8"],
    ["the second of its kind", 'release:\n  title: "{{ tag }} {{ tagg }}"', "4:24"],
    ["flow", "release: { title: [1], channel: '{{ nope }}' }", "3:37"],
    ["CRLF", "release:\r\n  title: |\r\n    one\r\n    {{ nope }}\r\n", "6:8"],
  ])("of a name in a scalar that is %s is exact", (_, text, place) => {
    const unknown = problemsIn(() => read(text)).filter(({ code }) => code === "template.unknown");
    expect(unknown.map((problem) => `${problem.place?.line}:${problem.place?.column}`)).toEqual([place]);
  });

  it("survive what schemas move: lists of one, values by target, options beside the kind", () => {
    const text = [
      "builds:",
      "  - gcc: main",
      "    flags: { default: '{{ version }}', linux: ['-a', '{{ nopa }}'], windows: '{{ nopb }}' }",
      "  - gcc: { main: '{{ nopc }}' }",
      "    flags: '{{ nopd }}'",
    ].join("\n");
    expect(
      problemsIn(() => read(text)).map(
        (problem) => `${problem.place?.line}:${problem.place?.column} ${problem.message}`,
      ),
    ).toEqual([
      '5:58 unknown name "nopa"',
      '5:82 unknown name "nopb"',
      '6:22 unknown name "nopc"',
      '7:16 unknown name "nopd"',
    ]);
  });
});
