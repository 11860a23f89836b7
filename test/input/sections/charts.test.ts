/** The section `charts`: short and long entries, values by their paths, and what is refused at its line. */
import { describe, expect, it } from "vitest";

import { kinds } from "../../../src/cli/tables.ts";
import { readSource, sourceOfText } from "../../../src/input/index.ts";
import { readPath } from "../../../src/input/shapes/chart-values.ts";
import type { Config } from "../../../src/model/config.ts";
import { problemsIn } from "../kinds.ts";

function read(charts: string): Config["charts"] {
  return readSource(sourceOfText("slipway.yaml", `slipway: 1\nproject: tool\n${charts}`), "/project", kinds).charts;
}

const valuesOf = (charts: string) =>
  read(charts)[0]?.values.map(({ path, value, place }) => [
    path.join("/"),
    typeof value === "object" && value !== null && "source" in value ? value.source : value,
    place.line,
  ]);

/** `line message` of what is refused. */
const refused = (charts: string): readonly string[] =>
  problemsIn(() => read(charts)).map(({ place, message }) => `${place?.line ?? 0} ${message}`);

describe("charts", () => {
  it("are none unless the file says so", () => {
    expect(read("")).toEqual([]);
    expect(read("charts: []\n")).toEqual([]);
  });

  it("are folders, or maps when they need options", () => {
    const [short, long] = read(
      `charts:
  - helm/a
  - { folder: helm/b, version: 1.10, appVersion: 2, push: oci://x.io/c, sign: { key: release, optional: true }, annotations: { a: 1 }, optional: true }
`,
    );
    expect(short).toMatchObject({
      folder: { source: "helm/a" },
      values: [],
      push: [],
      sign: undefined,
      optional: false,
    });
    expect(long).toMatchObject({
      path: "charts[1]",
      version: { source: "1.10" },
      appVersion: { source: "2" },
      push: [{ source: "oci://x.io/c" }],
      sign: { key: "release", optional: true, place: { line: 5 } },
      annotations: { a: { source: "1" } },
      optional: true,
    });
  });

  it("set values by dotted paths and nested maps, which may be mixed; texts stay as they are written", () => {
    expect(
      valuesOf(`charts:
  - folder: helm/a
    values:
      image.tag: 1.10
      image: { digest: "{{ images.a.digest }}", pull: { policy: Always } }
      hosts[0].names[1]: x
      "node\\\\.example/pool": y
      replicas: 3
      enabled: false
      nothing: null
      list: []
      empty: {}
`),
    ).toEqual([
      ["image/tag", "1.10", 6],
      ["image/digest", "{{ images.a.digest }}", 7],
      ["image/pull/policy", "Always", 7],
      ["hosts/0/names/1", "x", 8],
      ["node.example/pool", "y", 9],
      ["replicas", 3, 10],
      ["enabled", false, 11],
      ["nothing", null, 12],
      ["list", [], 13],
      ["empty", {}, 14],
    ]);
  });

  it("are refused for values that are said twice or stand at no path", () => {
    expect(
      refused(`charts:
  - folder: helm/a
    values:
      image.tag: a
      image: { tag: b }
      x: 1
      x.y: 2
      a..b: 1
      "[0]": 1
`),
    ).toEqual([
      "7 charts[0].values: image.tag is set twice",
      "9 charts[0].values: x.y is set twice",
      '10 charts[0].values: "a..b" is not a path',
      '11 charts[0].values: "[0]" is not a path',
    ]);
  });

  it("may name digests of images in values, and nowhere else", () => {
    expect(
      refused(`charts:
  - { folder: helm/a, values: { a: [{ b: "{{ images.x.digest }}" }] } }
  - { folder: helm/b, version: "{{ images.x.digest }}" }
  - { folder: helm/c, values: { a: "{{ imges.x.digest }}" } }
`),
    ).toEqual(['5 "images" is known only once something is made, and cannot stand here', '6 unknown name "imges"']);
  });

  it("of which one is broken are read from the next on, so that all is said at once", () => {
    expect(refused("charts:\n  - { fold: helm/a }\n  - { folder: helm/b, values: [1] }\n  - 7\n")).toEqual([
      '4 charts[0] lacks "folder"',
      '4 unknown key "fold" in charts[0]',
      expect.stringMatching(/^5 charts\[1\]\.values/),
      expect.stringMatching(/^6 charts\[2\]/),
    ]);
    expect(refused("charts: helm/a\n")).toEqual(["3 charts is no list"]);
  });
});

it("a path is what it says, or none", () => {
  const paths: readonly (readonly [text: string, path: ReturnType<typeof readPath>])[] = [
    ["a", ["a"]],
    ["a.b", ["a", "b"]],
    ["a[0]", ["a", 0]],
    ["a[0][12].b", ["a", 0, 12, "b"]],
    ["a\\.b.c", ["a.b", "c"]],
    ["a\\[0\\]", ["a[0]"]],
    ["a\\\\.b", ["a\\", "b"]],
    ["a-b/c d", ["a-b/c d"]],
    ["", undefined],
    [".a", undefined],
    ["a.", undefined],
    ["a[x]", undefined],
    ["a]", undefined],
    ["a[0]b", undefined],
    ["a\\b", undefined],
  ];
  for (const [text, path] of paths) expect(readPath(text), text).toEqual(path);
});
