/** What a commit says of its change, by examples of the Conventional Commits specification. */
import { describe, expect, test } from "vitest";

import { readChange } from "../../../src/plan/notes/change.ts";
import { commitsOf } from "./commits.ts";

function changeOf(message: string): readonly unknown[] {
  const [commit] = commitsOf(message);
  if (commit === undefined) throw new Error("no commit");
  const { type, scope, description, isBreaking, breaking } = readChange(commit);
  return [type, scope, description, isBreaking, breaking];
}

describe("a commit of the specification's examples", () => {
  test.each([
    [
      "feat: allow provided config object to extend other configs\n\nBREAKING CHANGE: `extends` key in config file is now used for extending other config files",
      [
        "feat",
        "",
        "allow provided config object to extend other configs",
        true,
        "`extends` key in config file is now used for extending other config files",
      ],
    ],
    [
      "feat!: send an email to the customer when a product is shipped",
      ["feat", "", "send an email to the customer when a product is shipped", true, ""],
    ],
    [
      "feat(api)!: send an email to the customer when a product is shipped",
      ["feat", "api", "send an email to the customer when a product is shipped", true, ""],
    ],
    [
      "feat!: drop support for Node 6\n\nBREAKING CHANGE: use JavaScript features not available in Node 6.",
      ["feat", "", "drop support for Node 6", true, "use JavaScript features not available in Node 6."],
    ],
    ["docs: correct spelling of CHANGELOG", ["docs", "", "correct spelling of CHANGELOG", false, ""]],
    ["feat(lang): add Polish language", ["feat", "lang", "add Polish language", false, ""]],
    [
      "fix: prevent racing of requests\n\nIntroduce a request id.\n\nReviewed-by: Z\nRefs: #123",
      ["fix", "", "prevent racing of requests", false, ""],
    ],
  ])("%j", (message, expected) => {
    expect(changeOf(message)).toEqual(expected);
  });
});

describe("rules of the specification", () => {
  test("a type is not case-sensitive (rule 15)", () => {
    expect(changeOf("Fix: x")).toEqual(["fix", "", "x", false, ""]);
  });

  test("BREAKING CHANGE must be uppercase (rule 15), and BREAKING-CHANGE is the same (rule 16)", () => {
    expect(changeOf("fix: x\n\nbreaking change: y")).toEqual(["fix", "", "x", false, ""]);
    expect(changeOf("fix: x\n\nBREAKING-CHANGE: y")).toEqual(["fix", "", "x", true, "y"]);
  });

  test("the colon is followed by a space (rule 1)", () => {
    expect(changeOf("feat:x")).toEqual(["", "", "feat:x", false, ""]);
  });

  test("a footer may go on over several lines (rule 10)", () => {
    expect(changeOf("fix: x\n\nBREAKING CHANGE: one\ntwo\n\nthree")).toEqual([
      "fix",
      "",
      "x",
      true,
      "one\ntwo\n\nthree",
    ]);
  });
});

test.each(["Merge branch 'x'", 'Revert "feat: x"', "# a heading", "fix", ": x", "feat(: x", "ä: x", "x".repeat(5000)])(
  "%j says nothing but itself",
  (message) => {
    expect(changeOf(message)).toEqual(["", "", message, false, ""]);
  },
);

test("a commit that is not conventional can still break", () => {
  expect(changeOf("Drop Node 6\n\nBREAKING CHANGE: needs Node 8")).toEqual([
    "",
    "",
    "Drop Node 6",
    true,
    "needs Node 8",
  ]);
});
