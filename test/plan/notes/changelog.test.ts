/** The changelog: which commits are told, in which group and order, and how they read. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { addressesOf } from "../../../src/plan/notes/addresses.ts";
import { type ChangelogRules, renderChangelog } from "../../../src/plan/notes/changelog.ts";
import { commitsOf } from "./commits.ts";

const rules: ChangelogRules = {
  groups: [
    { title: "Features", match: /^feat/, label: [] },
    { title: "Fixes", match: /^fix/, label: [] },
  ],
  include: [],
  exclude: [],
  excludeLabels: [],
  sort: "none",
  abbrev: 7,
  write: ({ shortCommit }, words) => (shortCommit === "" ? words : `${words} (${shortCommit})`),
  addresses: addressesOf("https://forge.example/acme/tool"),
};

const text = (messages: readonly string[], more: Partial<ChangelogRules> = {}): string =>
  renderChangelog(commitsOf(...messages), { ...rules, ...more }).text;

describe("groups", () => {
  test("stand in the config's order, what no group takes comes last, and breaking changes first", () => {
    expect(
      text([
        "docs: explain",
        "fix(http): do not hang",
        "feat: one",
        "Tidy up",
        "feat(api)!: two\n\nBREAKING CHANGE: the old call is gone",
      ]),
    ).toBe(
      [
        "### Breaking changes",
        "",
        "- **api:** the old call is gone (4000000)",
        "",
        "### Features",
        "",
        "- one (2000000)",
        "- **api:** two (4000000)",
        "",
        "### Fixes",
        "",
        "- **http:** do not hang (1000000)",
        "",
        "### Other changes",
        "",
        "- docs: explain (0000000)",
        "- Tidy up (3000000)",
      ].join("\n"),
    );
  });

  test("that no commit fits are left out", () => {
    expect(text(["fix: a"])).toBe("### Fixes\n\n- a (0000000)");
  });

  test("without a pattern take what no other group takes, wherever they stand", () => {
    const groups = [{ title: "Everything else", match: undefined, label: [] }, ...rules.groups];
    expect(text(["chore: a", "fix: b"], { groups })).toBe(
      "### Everything else\n\n- chore: a (0000000)\n\n### Fixes\n\n- b (1000000)",
    );
  });

  test("take a commit once: the first that matches has it", () => {
    const groups = [{ title: "Api", match: /api/, label: [] }, ...rules.groups];
    expect(text(["feat(api): a"], { groups })).toBe("### Api\n\n- **api:** a (0000000)");
  });

  test("need no title when nothing else has one", () => {
    expect(text(["one", "two"], { groups: [] })).toBe("- one (0000000)\n- two (1000000)");
  });
});

describe("what is told", () => {
  test("leaves out what `exclude` matches and what `include` does not", () => {
    const messages = ["feat: a", "feat: b [skip notes]", "fix: c", "docs: d"];
    expect(text(messages, { include: [/^feat/, /^fix/], exclude: [/skip notes/], groups: [] })).toBe(
      "- feat: a (0000000)\n- fix: c (2000000)",
    );
  });

  test("shows as much of the commit's id as asked for", () => {
    expect(text(["fix: a"], { abbrev: 0 })).toBe("### Fixes\n\n- a");
    expect(text(["fix: a"], { abbrev: 40 })).toBe(`### Fixes\n\n- a (${"0".repeat(40)})`);
  });

  test("is sorted by subject where that is asked for, and else as git lists it", () => {
    const order = (sort: ChangelogRules["sort"]): string[] =>
      text(["b", "C", "a", "ä"], { sort, groups: [], abbrev: 0 })
        .split("\n")
        .map((line) => line.slice(2));
    expect(order("none")).toEqual(["b", "C", "a", "ä"]);
    expect(order("asc")).toEqual(["C", "a", "b", "ä"]);
    expect(order("desc")).toEqual(["ä", "b", "a", "C"]);
  });

  test("keeps a breaking change of several lines inside its item", () => {
    expect(text(["fix: x\n\nBREAKING CHANGE: one\n\ntwo"], { abbrev: 0 })).toContain("- one\n\n  two");
  });

  test("is nothing for no commits", () => {
    expect(renderChangelog([], rules)).toEqual({ groups: [], breaking: [], text: "" });
  });
});

test("templates get each group's commits with all that is known of them", () => {
  const { groups, breaking } = renderChangelog(commitsOf("feat(api): a\n\nbody"), rules);
  expect(groups).toEqual([
    {
      title: "Features",
      commits: [
        {
          commit: "0".repeat(40),
          shortCommit: "0000000",
          author: "Ada",
          email: "ada@example.org",
          subject: "feat(api): a",
          body: "body",
          type: "feat",
          scope: "api",
          description: "a",
          isBreaking: false,
          breaking: "",
          number: 0,
          url: `https://forge.example/acme/tool/commit/${"0".repeat(40)}`,
          commitUrl: `https://forge.example/acme/tool/commit/${"0".repeat(40)}`,
          login: "",
          labels: [],
          line: "**api:** a (0000000)",
        },
      ],
    },
  ]);
  expect(breaking).toEqual([]);
});

test("every commit that is told stands in exactly one group, whatever the messages", () => {
  const messages = fc.array(
    fc.oneof(
      fc.constantFrom("feat: a", "fix(x)!: b", "chore: c", "feat:", "fix", " "),
      fc.string({ unit: "grapheme" }),
    ),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(messages, (all) => {
      const commits = commitsOf(...all);
      const { groups } = renderChangelog(commits, rules);
      const told = groups.flatMap((group) => group.commits.map(({ commit }) => commit));
      expect(told.toSorted()).toEqual(
        commits
          .filter(({ subject }) => subject !== "")
          .map(({ id }) => id)
          .toSorted(),
      );
    }),
  );
});
