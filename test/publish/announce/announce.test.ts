/** Announcing: each announcement once, none hides or blocks another, and what nobody knows is not guessed. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

import { kindTable } from "../../../src/model/kind.ts";
import type { AnnouncePlan } from "../../../src/model/plan.ts";
import { Problem } from "../../../src/model/problem.ts";
import { z } from "../../../src/model/schema.ts";
import { announceAll, type AnnounceResult } from "../../../src/publish/announce/announce.ts";
import type { Announcer } from "../../../src/publish/announce/kind.ts";
import { announcedPath, openRecord } from "../../../src/publish/announce/record.ts";
import { maybeSaid } from "../../../src/publish/announce/send.ts";
import { ROOT } from "../../setup/imports.ts";
import { planText } from "../../worlds/planning.ts";
import { announceContext } from "./world.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-announce-test-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const fresh = (): string => announcedPath(join(mkdtempSync(join(home, "a-")), "1.2.3"));

/** What was said, by name; fails as the options tell. */
function voice(said: string[], repeatable = false): Announcer {
  return {
    kind: repeatable ? "repeatable" : "voice",
    summary: "",
    example: "",
    primary: "fails",
    repeatable,
    schema: z.unknown(),
    decide: () => ({}),
    preview: () => "",
    async announce({ fails }, { once }) {
      if (fails === "refused") throw new Problem("store.denied", "no");
      if (fails === "doubt") throw maybeSaid(new Problem("store.unreachable", "gone"), "Voice");
      if (fails === "killed") throw new Error("killed");
      said.push(once);
      return { outcome: "done", url: "https://said.example/1" };
    },
  };
}

interface Asked {
  readonly path: string;
  readonly said: string[];
  readonly again?: readonly string[];
  readonly release?: string;
}

async function announce(
  plans: readonly (readonly [name: string, fails: string, kind?: string])[],
  asked: Asked,
): Promise<readonly AnnounceResult[]> {
  const release = `sha256:${(asked.release ?? "1").repeat(64)}` as const;
  return announceAll({
    announce: plans.map(([name, fails, kind = "voice"]): AnnouncePlan => ({ name, kind, options: { fails }, env: {} })),
    kinds: kindTable([voice(asked.said), voice(asked.said, true)]),
    release,
    record: await openRecord(asked.path, release, () => 0),
    again: asked.again ?? [],
    contextOf: (_, once) => announceContext({ once }),
  });
}

const outcomes = (results: readonly AnnounceResult[]): readonly unknown[] =>
  results.map(({ name, outcome, problems }) => [name, outcome, ...problems.map(({ code }) => code)]);

describe("announcing", () => {
  test("goes on where the first fails, and says only what was not said before the next time", async () => {
    const [path, said] = [fresh(), [] as string[]];
    expect(
      outcomes(
        await announce(
          [
            ["one", "refused"],
            ["two", ""],
          ],
          { path, said },
        ),
      ),
    ).toEqual([
      ["one", "failed", "store.denied"],
      ["two", "done"],
    ]);
    expect(said).toHaveLength(1);
    expect(
      outcomes(
        await announce(
          [
            ["one", ""],
            ["two", ""],
          ],
          { path, said },
        ),
      ),
    ).toEqual([
      ["one", "done"],
      ["two", "already"],
    ]);
    expect(new Set(said).size).toBe(2);
    expect((await announce([["two", ""]], { path, said }))[0]?.url).toBe("https://said.example/1");
  });

  test("does not guess whether something was said: it asks the operator, who may have it said again", async () => {
    const [path, said] = [fresh(), [] as string[]];
    await announce([["one", "doubt"]], { path, said });
    const [result] = await announce([["one", ""]], { path, said });
    expect(result).toMatchObject({ outcome: "failed", problems: [{ code: "store.unreachable" }] });
    expect(result?.problems[0]?.hint).toContain("slipway announce --again one");
    expect(said).toEqual([]);
    expect(outcomes(await announce([["one", ""]], { path, said, again: ["one"] }))).toEqual([["one", "done"]]);
    expect(outcomes(await announce([["one", ""]], { path, said }))).toEqual([["one", "already"]]);
  });

  test("knows after a kill in the middle that nobody knows; a service that knows repeats is asked again by the same key", async () => {
    const [path, said] = [fresh(), [] as string[]];
    await expect(announce([["one", "killed"]], { path, said })).rejects.toThrow("killed");
    expect(outcomes(await announce([["one", ""]], { path, said }))).toEqual([["one", "failed", "store.unreachable"]]);
    const other = fresh();
    await announce([["one", "doubt", "repeatable"]], { path: other, said });
    expect(outcomes(await announce([["one", "", "repeatable"]], { path: other, said }))).toEqual([["one", "done"]]);
    rmSync(other);
    await announce([["one", "", "repeatable"]], { path: other, said });
    expect(said[0]).toBe(said[1]);
  });

  test("forgets what was said of another release in the same folder", async () => {
    const [path, said] = [fresh(), [] as string[]];
    await announce([["one", ""]], { path, said });
    await announce([["one", ""]], { path, said, release: "2" });
    expect(new Set(said).size).toBe(2);
  });

  test("keeps its record beside the release, and does not take another file for it", async () => {
    const [path, said] = [fresh(), [] as string[]];
    expect(path).toMatch(/1\.2\.3\.announced\.json$/);
    expect(existsSync(path)).toBe(false);
    await announce([["one", ""]], { path, said });
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
      release: `sha256:${"1".repeat(64)}`,
      announcements: { one: { state: "said", time: "1970-01-01T00:00:00.000Z", url: "https://said.example/1" } },
    });
    writeFileSync(path, "{}");
    await expect(announce([["one", ""]], { path, said })).rejects.toMatchObject({ code: "format.invalid" });
  });
});

describe("the Plan", () => {
  const config = (text: string): string => `slipway: 1\nproject: tool\nannounce:\n${text}`;

  test("has every announcement by its name, in order; one that is skipped stops no other", () => {
    const { announce: planned, skipped } = planText(
      config(`  - { slack: env:A, when: "{{ isPrerelease }}" }
  - { slack: env:B, name: team, text: "{{ tag }} {{ release.url }} {{ env.WORD }}" }
  - { discord: env:C }
`),
    );
    expect(planned.map(({ name, kind }) => [name, kind])).toEqual([
      ["team", "slack"],
      ["discord", "discord"],
    ]);
    expect(planned[0]?.options["text"]).toEqual({
      late: "{{ tag }} {{ release.url }} {{ env.WORD }}",
      with: { tag: "v1.2.3" },
    });
    expect(skipped.map(({ what }) => what)).toContain("announce[0]");
  });

  test("tells everything that is wrong at once, the first entry's and the last's", () => {
    const text = config(`  - { mastodon: "ftp://x", token: env:A }
  - { slack: env:B }
  - { slack: env:C }
  - { dockerhub: acme/tool, username: ada, token: env:D }
`);
    expect(() => planText(text)).toThrow(
      expect.objectContaining({
        all: [
          expect.objectContaining({ code: "plan.invalid", place: expect.objectContaining({ line: 4 }) }),
          expect.objectContaining({ code: "plan.invalid", place: expect.objectContaining({ line: 7 }) }),
          expect.objectContaining({ code: "plan.collision", place: expect.objectContaining({ line: 6 }) }),
        ],
      }),
    );
  });

  test("closes the milestone on the forge that the release goes to, or on none", () => {
    const forges =
      "stores: { site: { folder: a }, forge: { gitea: acme/tool, endpoint: https://f.example, token: env:T } }\n";
    const planned = (entry: string, more = forges): unknown =>
      planText(`${config(`  - ${entry}\n`)}${more}`).announce[0]?.options;
    const project = { repository: "acme/tool", endpoint: "https://f.example/", token: { from: "env", name: "T" } };
    expect(planned("milestone")).toMatchObject({ title: "v1.2.3", forge: "gitea", project });
    expect(planned('{ milestone: "{{ rawVersion }}", store: forge }')).toMatchObject({ title: "1.2.3", project });
    expect(() => planned("{ milestone: x, store: site }")).toThrow('"site" is no forge that the release goes to');
    expect(() => planned("milestone", "")).toThrow("the release goes to no forge");
  });

  test("announces no snapshot, and nothing with --skip announce", () => {
    const text = config("  - slack: env:A\n");
    expect(planText(text, { facts: { isSnapshot: true } }).announce).toEqual([]);
    expect(planText(text, { skip: new Set(["announce"]) }).announce).toEqual([]);
  });

  test.each([
    ["  - { slack: https://hooks.slack.com/services/T0123/B0123/abcdefghij0123456789 }\n", "a Slack webhook"],
    ["  - { teams: 'https://prod.logic.azure.com/workflows/1?sig=abcdefghij0123456789xyz' }\n", "a webhook of Teams"],
    ["  - { slack: env:A, text: '{{ release.adress }}' }\n", '"release" has no "adress"'],
    ["  - { slack: env:A, discord: env:B }\n", "names two kinds"],
    ["  - { smtp: mail.example.org, from: a@b.example }\n", "to"],
    ["  - { carrier: pigeon }\n", "names no kind"],
  ])("is not decided from %j", (text, message) => {
    expect(() => planText(config(text))).toThrow(message);
  });
});

test("what the documentation shows is read as it stands", () => {
  const pages = ["announce", "notes", "reports"].map((page) => readFileSync(join(ROOT, "docs", `${page}.md`), "utf8"));
  const examples = pages.flatMap((page) => [...page.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, yaml = ""]) => yaml));
  expect(examples.length).toBeGreaterThan(4);
  for (const yaml of examples)
    planText(
      `slipway: 1\nproject: tool\nstores: { forge: { gitea: acme/tool, endpoint: https://f.example } }\n${yaml}`,
    );
});
