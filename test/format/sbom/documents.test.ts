/** SBOMs in both formats: the same content gives the same bytes, and what is written is read. */
import { describe, expect, it } from "vitest";

import { writeCycloneDx } from "../../../src/format/sbom/cyclonedx.ts";
import { goPackages } from "../../../src/format/sbom/go.ts";
import { packageNode, type Sbom, type SbomNode, uniqueNodes } from "../../../src/format/sbom/model.ts";
import { filesOf, readSbom } from "../../../src/format/sbom/read.ts";
import { writeSpdx } from "../../../src/format/sbom/spdx.ts";

const left = packageNode({
  name: "left",
  version: "1.3.0",
  purl: "pkg:npm/left@1.3.0",
  licenses: ["MIT", "Own words"],
});
const nodes: readonly SbomNode[] = [
  {
    id: "product",
    purpose: "application",
    name: "tool",
    version: "1.0.0",
    contains: ["artifact:b_1.zip", "artifact:a.tar.gz"],
  },
  {
    id: "artifact:a.tar.gz",
    purpose: "archive",
    name: "a.tar.gz",
    file: "a.tar.gz",
    hashes: { sha256: "aa".repeat(32) },
    dependsOn: [left.id],
  },
  { id: "artifact:b_1.zip", purpose: "archive", name: "b_1.zip", file: "b_1.zip", hashes: { sha256: "bb".repeat(32) } },
  left,
];
const sbom: Sbom = {
  name: "tool-1.0.0",
  epoch: 1_769_774_400,
  tool: { name: "slipway", version: "0.0.0" },
  root: "product",
  nodes,
  remarks: [],
};
const writers = { spdx: writeSpdx, cyclonedx: writeCycloneDx } as const;

describe.each(["spdx", "cyclonedx"] as const)("a document of %s", (format) => {
  const write = writers[format];

  it("says which artifacts it describes, and which packages it lists", async () => {
    const text = await write(sbom);
    expect(filesOf(format, text, "x.json")).toEqual([
      { name: "a.tar.gz", sha256: "aa".repeat(32) },
      { name: "b_1.zip", sha256: "bb".repeat(32) },
    ]);
    expect(readSbom(format, text, "x.json").purls).toEqual(["pkg:npm/left@1.3.0"]);
  });

  it("is the same in whatever order things are found", async () => {
    expect(await write({ ...sbom, nodes: uniqueNodes(nodes.toReversed()) })).toBe(
      await write({ ...sbom, nodes: uniqueNodes(nodes) }),
    );
    expect(await write({ ...sbom, nodes: nodes.toReversed() })).toBe(await write(sbom));
  });

  it("has another name where it says anything else", async () => {
    const names = new Set<unknown>();
    const others = [
      sbom,
      { ...sbom, epoch: 1 },
      { ...sbom, remarks: ["x"] },
      { ...sbom, nodes: nodes.toSpliced(3, 1, { ...left, version: "2" }) },
    ];
    for (const other of others) {
      const { documentNamespace, serialNumber } = JSON.parse(await write(other)) as Record<string, unknown>;
      names.add(documentNamespace ?? serialNumber);
    }
    expect(names.size).toBe(others.length);
  });

  it("that was written by others, or changed, is refused", async () => {
    const text = await write(sbom);
    const read = (changed: string) => () => filesOf(format, changed, "x.json");
    expect(read(JSON.stringify(JSON.parse(text)))).toThrow("x.json is not in the form it is written in");
    expect(read(text.replace("aa".repeat(32), "AA"))).toThrow("no SHA-256");
    expect(read(text.replaceAll('"b_1.zip"', '"a.tar.gz"'))).toThrow("two artifacts have one name");
    expect(read("{}\n")).toThrow("x.json");
    expect(read("nothing")).toThrow("not JSON");
  });
});

describe("what Go's build information says", () => {
  it("names what was linked: replacements, and folders by the module they stand for", () => {
    const module = (path: string, version: string, sum = "") => ({ path, version, sum });
    const packages = goPackages({
      goVersion: "go1.26.8 X:jsonv2",
      path: "example.com/tool",
      main: module("example.com/tool", "(devel)"),
      deps: [
        { ...module("example.com/a", "v1.0.0"), replace: module("example.com/b", "v2.0.0", "h1:x=") },
        { ...module("example.com/c", "v1.0.0", "h1:y="), replace: module("./c", "") },
      ],
      settings: [],
    });
    expect(packages.map(({ purl, goSum, origin }) => [purl, goSum, origin])).toEqual([
      ["pkg:golang/example.com/tool", undefined, undefined],
      ["pkg:golang/example.com/b@v2.0.0", "h1:x=", "replaces example.com/a v1.0.0"],
      ["pkg:golang/example.com/c@v1.0.0", undefined, "replaced by a folder"],
      ["pkg:golang/stdlib@1.26.8", undefined, "Go's standard library, compiled into the program"],
    ]);
  });
});
