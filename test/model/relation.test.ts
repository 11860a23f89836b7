/** Relations between packages: read however people write them. */
import { describe, expect, it } from "vitest";

import { Problem } from "../../src/model/problem.ts";
import { onlyDependency, parseRelation } from "../../src/model/relation.ts";

const place = { file: "slipway.yaml", line: 1, column: 1 };
const only = (text: string) => onlyDependency(parseRelation(text, place), "apk");

describe("a relation", () => {
  it.each(["foo (>= 1.0)", "foo >= 1.0", "foo>=1.0", "foo(>=1.0)", " foo  ( >=  1.0 ) "])("%s", (text) => {
    expect(only(text)).toEqual({ name: "foo", qualifier: "", comparison: ">=", version: "1.0" });
  });

  it.each([
    ["foo (<< 2)", "<"],
    ["foo (>> 2)", ">"],
    ["foo < 2", "<"],
    ["foo == 2", "="],
    ["foo <= 2", "<="],
  ])("%s compares by %s", (text, comparison) => {
    expect(only(text)).toMatchObject({ name: "foo", comparison, version: "2" });
  });

  it.each([
    "/usr/bin/docker",
    "so:libc.musl-x86_64.so.1",
    "pkgconfig(glib-2.0)",
    "libfoo.so.1()(64bit)",
    "perl(Foo::Bar)",
  ])("%s is one name", (name) => {
    expect(only(name)).toEqual({ name, qualifier: "", comparison: undefined, version: "" });
  });

  it("knows Debian's qualifiers from names with a colon", () => {
    expect(only("python3:any (>= 3.9)")).toMatchObject({ name: "python3", qualifier: "any", version: "3.9" });
    expect(only("cmd:foo")).toMatchObject({ name: "cmd:foo", qualifier: "" });
  });

  it("has alternatives", () => {
    const { alternatives } = parseRelation("docker.io (>= 20) | docker-ce | docker-engine", place);
    expect(alternatives.map(({ name, version }) => [name, version])).toEqual([
      ["docker.io", "20"],
      ["docker-ce", ""],
      ["docker-engine", ""],
    ]);
    expect(() => only("a | b")).toThrow(Problem);
  });

  it.each([
    "",
    "foo >=",
    "foo (>= )",
    "foo bar",
    "foo (>= 1.0",
    "foo >=> 1",
    "| foo",
    "foo | ",
    "foo, bar",
    "foo (~ 1)",
  ])("%j is refused at its place", (text) => {
    expect(() => parseRelation(text, place)).toThrow(expect.objectContaining({ code: "plan.invalid", place }));
  });
});
