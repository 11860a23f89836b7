/** Reports: what should be in a place and is not there is told, and what strangers wrote is only text. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import type { PublishPlan } from "../../../src/model/plan.ts";
import type { StoreResult } from "../../../src/publish/publish.ts";
import { summaryMarkdown } from "../../../src/publish/report/markdown.ts";
import { summaryJson, summaryOf } from "../../../src/publish/report/summary.ts";
import { surveyPlaces } from "../../../src/publish/report/survey.ts";
import { openReleased } from "../../../src/store/released.ts";
import { stores } from "../../../src/store/table.ts";
import { aboutOf, contextOf } from "../../store/context.ts";
import { makeRelease } from "../../worlds/release.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-report-test-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const nothing = { types: [], names: [] };
const placeAt = (store: string, folder: string): PublishPlan => ({
  store,
  kind: "folder",
  options: { folder, existing: "refuse" },
  only: nothing,
  except: nothing,
  optional: false,
});
const resultOf = (store: string, outcome: StoreResult["outcome"], why = ""): StoreResult => ({
  store,
  where: `folder ${store}`,
  names: "files",
  outcome,
  why,
  receipts: [],
  problems: [],
});

test("a place that lost a file, and one with other bytes, are told by name; those that wait are not looked at", async () => {
  const made = await makeRelease(home, { formats: ["zip"] });
  const folder = join(home, "1.2.3");
  await made.write(folder);
  const whole = join(home, "whole");
  const broken = join(home, "broken");
  await made.write(whole);
  await made.write(broken);
  rmSync(join(broken, "notes.md"));
  writeFileSync(join(broken, "install.sh"), "#!/bin/sh\nexit 9\n");
  const { artifacts } = await openReleased(folder, "flat");
  const publish = [placeAt("whole", whole), placeAt("broken", broken), placeAt("later", join(home, "never"))];
  const places = await surveyPlaces({ publish, artifacts, stores, context: contextOf(home, folder) }, [
    resultOf("whole", "done"),
    resultOf("broken", "already"),
    resultOf("later", "pending", "a draft | waits"),
  ]);
  expect(places.map(({ expected, there, missing, other }) => [expected, there.length, missing, other])).toEqual([
    [6, 6, [], []],
    [6, 4, ["notes.md"], ["install.sh"]],
    [0, 0, [], []],
  ]);
  expect(places.flatMap(({ problems }) => problems)).toMatchObject([
    { code: "verify.mismatch", lines: ["missing: notes.md", "other bytes: install.sh"] },
  ]);

  const about = aboutOf({ title: "tool <script> | `x`\n# 1.2.3" });
  const summary = summaryOf(about, artifacts, places);
  expect(summaryJson(summary)).toMatchObject({ complete: false, release: artifacts.at(-1)?.digest });
  const text = summaryMarkdown(summary);
  expect(text.split("\n")[0]).toBe(String.raw`# tool \<script\> \| \`x\` \# 1.2.3`);
  expect(text).toContain("**Not everything is where it should be.**");
  expect(text).toContain("- broken lacks `notes.md`\n- broken has other bytes under `install.sh`");
  expect(text).toContain(String.raw`| later | folder later | waits: a draft \| waits |`);
  expect(text).toMatch(/\| `tool_windows_amd64\.zip` \| windows\/amd64 \| \d+ \| `[0-9a-f]{64}` \|/);
});
