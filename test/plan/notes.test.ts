/** The notes' Step: its text is decided with the Plan, and only what must wait does. */
import { describe, expect, test } from "vitest";

import type { Facts } from "../../src/model/facts.ts";
import type { PlannedStep } from "../../src/model/plan.ts";
import { facts, planText } from "../worlds/planning.ts";
import { commitsOf } from "./notes/commits.ts";

const config = (notes: string): string =>
  `slipway: 1\nproject: { name: tool }\nbefore: [make notes]\nbuilds: [{ fake: main }]\narchives: [{}]\n${notes}`;

function notesStep(notes: string, more: Partial<Facts> = {}): PlannedStep | undefined {
  const commits = commitsOf("feat: a", "docs: b");
  return planText(config(notes), { facts: { commits, ...more } }).steps.find(({ section }) => section === "notes");
}

describe("notes from commits", () => {
  test("are in the Plan, grouped as usual where the config says nothing", () => {
    const step = notesStep("");
    expect(step).toMatchObject({
      id: "notes",
      kind: "commits",
      needs: [],
      outputs: [{ name: "notes.md", type: "notes", listed: true }],
    });
    expect(step?.options).toMatchObject({
      changelog: "### Features\n\n- a (0000000)\n\n### Other changes\n\n- docs: b (1000000)",
      header: "",
      footer: "",
      template: "",
    });
  });

  test("follow the config's groups and filters", () => {
    const step = notesStep(
      'notes: { groups: [{ title: Documents, match: "^docs" }, { title: Rest }], exclude: ["^feat"], abbrev: 0 }',
    );
    expect(step?.options).toMatchObject({ changelog: "### Documents\n\n- b" });
  });

  test("say since when nothing changed", () => {
    expect(notesStep("", { commits: [] })?.options).toMatchObject({ changelog: "No changes since v1.2.2." });
    expect(notesStep("", { commits: [], git: { ...facts.git, previousTag: "" } })?.options).toMatchObject({
      changelog: "No changes.",
    });
  });

  test("have header and footer rendered", () => {
    const step = notesStep('notes: { header: "# {{ tag }}", footer: "{{ commit }}", file: "NOTES-{{ version }}.md" }');
    expect(step?.options).toMatchObject({ header: "# v1.2.3", footer: facts.git.commit });
    expect(step?.outputs[0]?.name).toBe("NOTES-1.2.3.md");
  });
});

describe("notes from elsewhere", () => {
  test("wait for the hooks, which may write them", () => {
    const before = planText(config(""))
      .steps.filter(({ section }) => section === "before")
      .map(({ id }) => id);
    expect(before.length).toBe(1);
    expect(notesStep("notes: file:NOTES.md")).toMatchObject({
      kind: "file",
      needs: before,
      options: { path: "NOTES.md" },
    });
  });

  test("of a changelog are the version's section, and for a snapshot that of what comes next", () => {
    expect(notesStep("notes: changelog:CHANGELOG.md")?.options).toMatchObject({
      path: "CHANGELOG.md",
      versions: ["1.2.3"],
    });
    const version = { ...facts.version, version: "1.2.4-SNAPSHOT-abc", rawVersion: "1.2.4" };
    expect(notesStep("notes: changelog:CHANGELOG.md", { version, isSnapshot: true })?.options).toMatchObject({
      versions: ["1.2.4-SNAPSHOT-abc", "1.2.4", "Unreleased"],
    });
  });

  test("with a template wait for everything that is listed, which the template may name", () => {
    const step = notesStep("notes: { template: notes.liquid }");
    const archives = planText(config(""))
      .steps.filter(({ section }) => section === "archives")
      .map(({ id }) => id);
    expect(step?.needs).toEqual(expect.arrayContaining(archives));
    expect(step?.options).toMatchObject({ template: "notes.liquid", scope: { version: "1.2.3" } });
  });
});

test("no notes are made where the config says so, where `when` is false, or where they are skipped", () => {
  expect(notesStep("notes: false")).toBeUndefined();
  expect(notesStep('notes: { when: "{{ isSnapshot }}" }')).toBeUndefined();
  expect(planText(config(""), { skip: new Set(["notes"]) }).steps.some(({ section }) => section === "notes")).toBe(
    false,
  );
});

test("a pattern that is none is an error at its place", () => {
  expect(() => notesStep('notes: { groups: [{ title: A, match: "(" }] }')).toThrow(
    expect.objectContaining({
      code: "config.invalid",
      message: expect.stringContaining("regular expression") as string,
    }),
  );
});

test("a header or footer may name artifacts, and then waits for all that are listed", () => {
  const step = notesStep('notes: { footer: "{{ tag }}: {{ checksums }}" }');
  expect(step?.options).toMatchObject({
    header: "",
    footer: { late: "{{ tag }}: {{ checksums }}", with: { tag: "v1.2.3" } },
  });
  expect(step?.needs.some((id) => id.startsWith("archive/"))).toBe(true);
});

describe("notes of the command line", () => {
  const written = (notes: string): unknown =>
    planText(config(notes), { notes: "/tmp/n.md" }).steps.filter(({ section }) => section === "notes");
  const step = {
    kind: "file",
    options: { path: "/tmp/n.md", header: "", footer: "", template: "" },
    outputs: [{ name: "notes.md", type: "notes", listed: true }],
  };

  test.each(["", "notes: { header: H, template: t.md }", "notes: false"])("take the place of `%s`", (notes) => {
    expect(written(notes)).toMatchObject([step]);
  });

  test("have the file name of the config's own", () => {
    expect(written("notes: { file: NEWS.md }")).toMatchObject([{ title: "NEWS.md", outputs: [{ name: "NEWS.md" }] }]);
  });
});
