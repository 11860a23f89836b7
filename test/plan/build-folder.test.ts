/** Where builds are put: what a config may say, and what is refused with its line. */
import { expect, test } from "vitest";

import { problemsOf } from "../../src/model/problem.ts";
import { readPlan, writePlan } from "../../src/plan/file.ts";
import { planText } from "../worlds/planning.ts";

function planned(to: string, more = "") {
  return planText(
    `slipway: 1\nproject: tool\nbuilds:\n  - fake: main\n    for: linux/{amd64,arm64}\n    to: ${to}\n${more}`,
  );
}

function refusals(to: string, more?: string): readonly (string | undefined)[] {
  try {
    planned(to, more);
  } catch (thrown) {
    return (problemsOf(thrown) ?? []).map(({ code, message, place }) => `${place?.line} ${code} ${message}`);
  }
  return [];
}

test("builds are put where the config says, and elsewhere by default", () => {
  const foldersOf = (to: string): readonly unknown[] =>
    planned(to)
      .steps.filter(({ section }) => section === "builds")
      .map((step) => step.to);
  expect(foldersOf('"out/v{{ version }}/{{ os }}-{{ arch }}/"')).toEqual([
    "out/v1.2.3/linux-amd64",
    "out/v1.2.3/linux-arm64",
  ]);
  const plain = planText("slipway: 1\nproject: tool\nbuilds:\n  - fake: main\n");
  expect(plain.steps.filter((step) => Object.hasOwn(step, "to"))).toEqual([]);
});

test("two builds at one place are refused, also those whose names differ in case", () => {
  expect(refusals("out")).toEqual([
    "4 plan.collision build/tool/linux/amd64 and build/tool/linux/arm64 would both be put at out/tool",
  ]);
  const other = "  - fake: main\n    name: Tool\n    for: [linux/arm64]\n    to: OUT/linux-arm64\n";
  expect(refusals('"out/{{ os }}-{{ arch }}"', other)).toEqual([
    "7 plan.collision build/tool/linux/arm64 and build/Tool/linux/arm64 would both be put at OUT/linux-arm64/Tool",
  ]);
});

test("a folder outside the project, or among what git keeps, is refused, from the config and from a plan's file", () => {
  for (const to of ["../out", "/out", ".git/hooks", ""]) {
    expect(refusals(JSON.stringify(to)).map((text) => text?.slice(0, 14))).toContain("6 plan.invalid");
    const plan = planned('"out/{{ arch }}"');
    const edited = { ...plan, steps: plan.steps.map((step) => (step.section === "builds" ? { ...step, to } : step)) };
    expect(() => readPlan(writePlan(edited), "plan.json", plan.by)).toThrow(`is put into "${to}"`);
  }
});
