/** Setting values: what is set, of which type, and that nothing else of the file changes. */
import { describe, expect, it } from "vitest";

import { type FilledOverride, setValues } from "../../../src/make/charts/overrides.ts";
import type { FilledValue } from "../../../src/make/charts/typed.ts";
import { problemsOf } from "../../../src/model/problem.ts";

const place = { file: "slipway.yaml", line: 7, column: 3 };
const text = (value: string): FilledValue => ({ text: value });

function overrides(values: Readonly<Record<string, FilledValue>>): readonly FilledOverride[] {
  return Object.entries(values).map(([path, value]) => ({
    path: path.split("/").map((step) => (/^\d+$/.test(step) ? Number(step) : step)),
    value,
    place,
  }));
}

const set = (yaml: string, values: Readonly<Record<string, FilledValue>>, subcharts: readonly string[] = []): string =>
  setValues(yaml, "chart/values.yaml", overrides(values), subcharts);

function refused(yaml: string, values: Readonly<Record<string, FilledValue>>): readonly string[] {
  try {
    set(yaml, values);
  } catch (thrown) {
    return (problemsOf(thrown) ?? []).map(({ message, hint, place }) => `${place?.line}: ${message} | ${hint ?? ""}`);
  }
  return [];
}

describe("values", () => {
  it("are set where they stand; comments, order, quotes and blank lines of the rest stay", () => {
    const yaml = `# Values of the chart.

replicas:   1      # pods
image:
  repository:  'ghcr.io/acme/cell0'   # ours


  tag: latest   # overwritten by releases
  digest:       # filled in
list:
- a
-   b # second
flow: { a: 1, "b": two, c: }
`;
    expect(
      set(yaml, {
        replicas: text("3"),
        "image/tag": text("1.2.3"),
        "image/digest": text("sha256:ab"),
        "list/1": text("B"),
        "flow/b": text("x, y: z"),
        "flow/a": text("2"),
      }),
    ).toBe(
      yaml
        .replace("  1      # pods", "  3      # pods")
        .replace("tag: latest ", 'tag: "1.2.3" ')
        .replace("digest:       #", 'digest: "sha256:ab"       #')
        .replace("-   b #", '-   "B" #')
        .replace('"b": two', '"b": "x, y: z"')
        .replace("a: 1", "a: 2"),
    );
  });

  it("keep the type they have there: numbers where a number is written so, else texts", () => {
    const types: readonly (readonly [old: string, value: FilledValue, now: string])[] = [
      ["1", text("2"), "2"],
      ["1.9", text("1.10"), '"1.10"'],
      ["1.9", text("2.5"), "2.5"],
      ["1", text("25%"), '"25%"'],
      ["1", text("99999999999999999999"), '"99999999999999999999"'],
      ["1", text("0x10"), '"0x10"'],
      ["true", text("false"), "false"],
      ["true", text("yes"), '"yes"'],
      ["yes", text("false"), "false"],
      ["off", { plain: true }, "true"],
      ['"yes"', text("false"), '"false"'],
      ["old", text("1.10"), '"1.10"'],
      ['"1"', { plain: 2 }, '"2"'],
      ["1", { plain: 2 }, "2"],
      ["1", { plain: true }, "true"],
      ["old", { plain: null }, "null"],
      ["null", text("7"), '"7"'],
      ["~", { plain: 7 }, "7"],
      ["{}", text("x"), '"x"'],
      ["[]", { items: [text("a"), { plain: 1 }] }, '["a",1]'],
      ["{ a: 1 }", { pairs: [] }, "{}"],
    ];
    for (const [old, value, now] of types) expect(set(`a: ${old} # c\n`, { a: value })).toBe(`a: ${now} # c\n`);
  });

  it("take the place of blocks, which go with what is in them", () => {
    const yaml = "a:\n- 1\n- b: 2\n  c: 3\nd: |\n  text\n  more\ne:\n  f: 1\n\n  g: 2\n# end\nh: 1\n";
    expect(set(yaml, { a: { items: [] }, d: text("one\ntwo"), e: { pairs: [] } })).toBe(
      'a: []\nd: "one\\ntwo"\ne: {}\n# end\nh: 1\n',
    );
  });

  it("may stand in what the chart's author left open", () => {
    expect(
      set("resources: {}\nhosts: []\nnode:\nlast: 1\n", {
        "resources/limits/cpu": text("1"),
        "resources/limits/memory": text("1Gi"),
        "hosts/0/name": text("a.example"),
        "node/disk": text("ssd"),
      }),
    ).toBe(
      'resources: {"limits":{"cpu":"1","memory":"1Gi"}}\nhosts: [{"name":"a.example"}]\nnode: {"disk":"ssd"}\nlast: 1\n',
    );
  });

  it("of subcharts and global ones need not be there", () => {
    const values = { "redis/auth/enabled": { plain: false }, "global/registry": text("x") };
    expect(set("a: 1", values, ["redis"])).toBe(
      'a: 1\n"redis": {"auth":{"enabled":false}}\n"global": {"registry":"x"}\n',
    );
    expect(set("# none\n", values, ["redis"])).toBe(
      '# none\n"redis": {"auth":{"enabled":false}}\n"global": {"registry":"x"}\n',
    );
    expect(set("redis:\n  auth: {}\nglobal: { registry: y }\n", values, ["redis"])).toBe(
      'redis:\n  auth: {"enabled":false}\nglobal: { registry: "x" }\n',
    );
  });

  it("that are not there are refused at the config's line, with the nearest that is", () => {
    const yaml = "image:\n  repository: x\n  tag: old\nreplicaCount: 1\nhosts: [{ name: a }]\n";
    expect(refused(yaml, { "image/tags": text("z"), tag: text("z"), replicaCont: text("2") })).toEqual([
      '7: chart/values.yaml has no image.tags | did you mean "image.tag"?',
      '7: chart/values.yaml has no tag | did you mean "image.tag"?',
      '7: chart/values.yaml has no replicaCont | did you mean "replicaCount"?',
    ]);
    expect(refused(yaml, { "hosts/1/name": text("z"), "image/tag/x": text("z") })).toEqual([
      "7: chart/values.yaml has no hosts[1] | What a release may set stands in values.yaml, if only as `{}` or without a value.",
      '7: chart/values.yaml says "old" at image.tag, and nothing stands beneath that | ',
    ]);
    expect(refused("", { "image/tag": text("z") })).toHaveLength(1);
  });

  it("behind an alias are refused, and an alias is replaced", () => {
    const yaml = "base: &base\n  tag: x\none: *base\ntwo: { <<: *base, own: 1 }\n";
    expect(refused(yaml, { "one/tag": text("z") })).toHaveLength(1);
    expect(set(yaml, { one: text("z") })).toBe(yaml.replace("one: *base", 'one: "z"'));
    expect(refused(yaml, { "two/tag": text("z") })).toHaveLength(1);
    // Others stand on it.
    expect(refused(yaml, { base: text("z") })).toHaveLength(1);
  });

  it("keep line breaks of Windows, keys in quotes and keys with dots", () => {
    expect(set('a:\r\n  "b.c/d": 1\r\n  e:\r\n', { "a/e": text("x") })).toBe('a:\r\n  "b.c/d": 1\r\n  e: "x"\r\n');
    const yaml = 'annotations:\n  "example.com/name": old # c\n';
    const path = ["annotations", "example.com/name"];
    expect(setValues(yaml, "v", [{ path, value: text("new"), place }], [])).toBe(yaml.replace("old", '"new"'));
  });
});
