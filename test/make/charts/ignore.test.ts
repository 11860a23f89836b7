/** What .helmignore leaves out, by Helm's rules: the cases of helm's own pkg/ignore/rules_test.go. */
import { describe, expect, it } from "vitest";

import { readIgnore } from "../../../src/make/charts/ignore.ts";
import { goPattern } from "../../../src/make/charts/match.ts";
import { problemsOf } from "../../../src/model/problem.ts";

const ignores = (rules: string, path: string): boolean =>
  readIgnore(rules, ".helmignore")(path.replace(/\/$/, ""), path.endsWith("/"));

describe(".helmignore", () => {
  it("leaves out what its rules match", () => {
    const cases: readonly (readonly [rule: string, path: string, out: boolean])[] = [
      ["helm.txt", "helm.txt", true],
      ["helm.*", "helm.txt", true],
      ["helm.*", "rudder.txt", false],
      ["*.txt", "tiller.txt", true],
      ["*.txt", "cargo/a.txt", true],
      ["cargo/*.txt", "cargo/a.txt", true],
      ["cargo/*.*", "cargo/a.txt", true],
      ["ru[c-e]?er.txt", "rudder.txt", true],
      ["templates/.?*", "templates/.dotfile", true],
      ["cargo/*.txt", "mast/a.txt", false],
      ["ru[c-e]?er.txt", "rover.txt", false],
      ["templates/.?*", ".dotfile", false],
      [".*", ".joonix", true],
      [".*", "helm.txt", false],
      [".*", "", false],
      ["cargo/", "cargo/", true],
      ["cargo", "cargo/", true],
      ["cargo/", "cargo", false],
      ["!*.txt", "cargo/", true],
      ["!helm.txt", "helm.txt", false],
      ["!helm.txt", "tiller.txt", true],
      ["!*.txt", "cargo", true],
      ["!cargo/", "mast/", true],
      ["/a.txt", "a.txt", true],
      ["/a.txt", "cargo/a.txt", false],
      ["/cargo/a.txt", "cargo/a.txt", true],
      ["/*.txt", "cargo/a.txt", false],
      ["/a.txt", "templates/.hidden", true],
      ["# helm.txt", "helm.txt", false],
      ["  helm.txt \r\n\n", "helm.txt", true],
      ["\uFEFFhelm.txt", "helm.txt", true],
      ["!a.txt\n!b.txt", "a.txt", true],
    ];
    for (const [rule, path, out] of cases)
      expect(path === "" ? false : ignores(rule, path), `${JSON.stringify(rule)} ${path}`).toBe(out);
  });

  it("with what Helm cannot read is refused at its line", () => {
    for (const rule of ["a/**/b", "[a", "[]", "a\\", "[^]", "[a-]"]) {
      let lines: readonly (number | undefined)[] = [];
      try {
        readIgnore(`# rules\n${rule}\n`, "chart/.helmignore");
      } catch (thrown) {
        lines = (problemsOf(thrown) ?? []).map(({ place }) => place?.line);
      }
      expect(lines, rule).toEqual([2]);
    }
  });
});

it("patterns are Go's", () => {
  // Of path/filepath's match_test.go.
  const cases: readonly (readonly [pattern: string, path: string, fits: boolean])[] = [
    ["abc", "abc", true],
    ["*", "abc", true],
    ["*c", "abc", true],
    ["a*", "a", true],
    ["a*", "ab/c", false],
    ["a*/b", "abc/b", true],
    ["a*/b", "a/c/b", false],
    ["a*b*c*d*e*/f", "axbxcxdxexxx/f", true],
    ["a*b?c*x", "abxbbxdbxebxczzx", true],
    ["a*b?c*x", "abxbbxdbxebxczzy", false],
    ["ab[c]", "abc", true],
    ["ab[b-d]", "abc", true],
    ["ab[e-g]", "abc", false],
    ["ab[^c]", "abc", false],
    ["ab[^e-g]", "abc", true],
    ["a\\*b", "a*b", true],
    ["a\\*b", "ab", false],
    ["a?b", "a☺b", true],
    ["a[^a]b", "a☺b", true],
    ["a???b", "a☺b", false],
    ["[a-ζ]*", "α", true],
    ["*[a-ζ]", "A", false],
    ["a?b", "a/b", false],
    ["a*b", "a/b", false],
    ["[\\]a]", "]", true],
    ["[\\-x]", "x", true],
    ["*x", "xxx", true],
    ["a.c", "abc", false],
  ];
  for (const [pattern, path, fits] of cases) expect(goPattern(pattern)?.(path), `${pattern} ${path}`).toBe(fits);
});
