/** Pull requests: as commits name them, and as notes tell them. */
import { describe, expect, test } from "vitest";

import type { Commit } from "../../../src/model/commit.ts";
import type { Facts } from "../../../src/model/facts.ts";
import { addressesOf } from "../../../src/plan/notes/addresses.ts";
import { asPullRequest } from "../../../src/plan/notes/pulls.ts";
import { facts, planText } from "../../worlds/planning.ts";
import { commitsOf } from "./commits.ts";

const merge = (message: string): Commit => ({ ...(commitsOf(message)[0] as Commit), isMerge: true });

describe("a commit is read as the pull request it brought", () => {
  test.each([
    ["Merge pull request #12 from ada/fix\n\nFix the thing\n\nMore words", 12, "Fix the thing", "More words"],
    ["Merge pull request #12 from ada/fix", 12, "Merge pull request #12 from ada/fix", ""],
    [
      "Merge pull request 'Fix the thing' (#34) from ada/fix into main\n\nReviewed-by: Bob",
      34,
      "Fix the thing",
      "Reviewed-by: Bob",
    ],
    ["Merge branch 'fix' into 'main'\n\nFix the thing\n\nSee merge request group/sub/tool!56", 56, "Fix the thing", ""],
  ])("from a merge: %j", (message, number, subject, body) => {
    expect(asPullRequest(merge(message))).toMatchObject({ subject, body, pull: { number } });
  });

  test("from a squashed commit, whose number is no part of the title", () => {
    const [squashed, train, plain] = commitsOf("feat: a thing (#7)", "feat: b (!8)", "see (#9) for more");
    expect(squashed && asPullRequest(squashed)).toMatchObject({ subject: "feat: a thing", pull: { number: 7 } });
    expect(train && asPullRequest(train)).toMatchObject({ subject: "feat: b", pull: { number: 8 } });
    expect(plain && asPullRequest(plain)).toBeUndefined();
    expect(asPullRequest(merge("Merge branch 'main' into topic (#3)"))).toBeUndefined();
  });
});

test.each([
  ["https://github.com/a/b", "https://github.com/a/b/commit/c0", "https://github.com/a/b/pull/5"],
  ["https://gitlab.com/a/s/b", "https://gitlab.com/a/s/b/-/commit/c0", "https://gitlab.com/a/s/b/-/merge_requests/5"],
  ["https://git.example/a/b", "https://git.example/a/b/commit/c0", "https://git.example/a/b/issues/5"],
  ["", "", ""],
])("addresses on %s", (web, commit, pull) => {
  expect([addressesOf(web).commit("c0"), addressesOf(web).pull(5)]).toEqual([commit, pull]);
});

/** The text of the notes that a config and commits make. */
function notes(config: string, commits: readonly Commit[], more: Partial<Facts> = {}): unknown {
  const text = `slipway: 1\nproject: tool\nbuilds: [{ fake: main }]\nnotes: ${config}\n`;
  return planText(text, { facts: { commits, ...more } }).steps.find(({ section }) => section === "notes")?.options[
    "changelog"
  ];
}

const pulls: readonly Commit[] = [
  ["feat: shiny", 3, ["enhancement"]],
  ["Broken pipe", 2, ["bug", "area/io"]],
  ["Bump deps", 1, ["dependencies"]],
].map(([subject, number, labels], index) => ({
  ...(commitsOf(String(subject))[0] as Commit),
  id: String(index).padEnd(40, "0"),
  pull: {
    number: Number(number),
    url: `https://f.example/p/${String(number)}`,
    labels: labels as string[],
    login: "ada",
  },
}));

describe("notes", () => {
  test("group pull requests by label as by title, and leave out labels", () => {
    const groups = "[{ title: New, match: ^feat }, { title: Fixed, label: [bug, regression] }, { title: Rest }]";
    expect(notes(`{ from: github, groups: ${groups}, excludeLabels: dependencies }`, pulls)).toBe(
      "### New\n\n- shiny (#3)\n\n### Fixed\n\n- Broken pipe (#2)",
    );
    expect(notes(`{ from: github, groups: ${groups}, authors: true, links: true }`, pulls)).toBe(
      "### New\n\n- shiny ([#3](https://f.example/p/3)) by @ada\n\n### Fixed\n\n- Broken pipe ([#2](https://f.example/p/2)) by @ada\n\n### Rest\n\n- Bump deps ([#1](https://f.example/p/1)) by @ada",
    );
  });

  test("are what the forge wrote itself, where it did", () => {
    expect(notes("{ from: github, generated: true }", pulls, { generatedNotes: "## What's Changed" })).toBe(
      "## What's Changed",
    );
  });

  test("of merges are the pull requests alone that commits name", () => {
    const commits = [...commitsOf("fix: a (#4)", "wip"), merge("Merge pull request #5 from x/y\n\nfeat: b")];
    expect(notes("merges", commits)).toBe("### Features\n\n- b (#5)\n\n### Fixes\n\n- a (#4)");
    expect(notes("merges", commitsOf("wip"))).toBe("No changes since v1.2.2.");
  });

  test("of commits show a squashed commit's number once, and as a link", () => {
    const commits = commitsOf("fix: a (#4)", "chore: b");
    expect(notes("commits", commits)).toBe(
      "### Fixes\n\n- a (#4) (0000000)\n\n### Other changes\n\n- chore: b (1000000)",
    );
    expect(notes("{ from: commits, links: true, groups: [{ title: All }] }", commits)).toBe(
      `### All\n\n- fix: a ([#4](https://example.com/acme/tool/issues/4), [0000000](https://example.com/acme/tool/commit/${"0".repeat(40)}))\n- chore: b ([1000000](https://example.com/acme/tool/commit/1${"0".repeat(39)}))`,
    );
    expect(
      notes("{ from: commits, links: true, authors: true }", commitsOf("b"), { git: { ...facts.git, url: "" } }),
    ).toBe("- b (0000000) by Ada");
  });

  test("are written as the config writes an entry; a misspelt field is found at once", () => {
    const entry =
      "\"{{ change.description }} ← {{ change.login | default: change.author }}, {{ change.labels | join: '/' }} {{ change.url }} for {{ tag }}\"";
    expect(notes(`{ from: gitea, entry: ${entry}, groups: [{ title: All }], sort: asc, include: Broken }`, pulls)).toBe(
      "### All\n\n- Broken pipe ← ada, bug/area/io https://f.example/p/2 for v1.2.3",
    );
    expect(() => notes('{ entry: "{{ change.autor }}" }', pulls)).toThrow('"change" has no "autor"');
  });
});
