/** A release that is public is announced once and reported; announcements that fail change nothing of it. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { type AnnounceServer, startAnnounceServer } from "../servers/announce.ts";
import { toolConfig, toolFiles } from "../worlds/project.ts";
import { shell } from "../worlds/shell.ts";

const { project, run, env } = shell();
let server: AnnounceServer;
beforeAll(async () => {
  server = await startAnnounceServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.heard.length = 0;
  server.answer(() => ({ status: 200 }));
});

const config = `${toolConfig}release: { reports: true }
announce:
  - { slack: env:BROKEN, name: broken }
  - slack: env:HOOK
    text: "{{ project }} {{ tag }}: {{ artifacts | size }} files, {{ release.urls | size }} addresses, {{ release.notes | strip }}"
`;

const hooks = (broken: string) => ({ HOOK: `${server.url}/hook`, BROKEN: `${server.url}/${broken}` });
const refusing = ({ path }: { path: string }) => ({ status: path === "/gone" ? 404 : 200 });

test("a release is announced when it is public: one that is refused is told, the other said, and again says only that one", async () => {
  const folder = project(toolFiles({ "slipway.yaml": config }));
  const early = await run(folder, "release");
  expect([early.code, early.stderr]).toEqual([
    2,
    expect.stringContaining("the environment variable BROKEN is not set"),
  ]);
  expect(existsSync(join(folder, "dist"))).toBe(false);
  server.answer(refusing);
  const summary = join(folder, "..", "step.md");
  Object.assign(env, hooks("gone"), { GITHUB_STEP_SUMMARY: summary });
  const first = await run(folder, "release");
  Object.assign(env, { GITHUB_STEP_SUMMARY: "" });
  expect([first.code, first.stdout]).toEqual([
    1,
    expect.stringContaining("not announced by broken\nannounced by slack\n"),
  ]);
  expect(first.stderr).toContain("Slack did not take it: status 404");
  expect(first.stderr).not.toContain("/gone");
  expect(server.heard.map(({ path }) => path).toSorted()).toEqual(["/gone", "/hook"]);
  const said = server.heard.find(({ path }) => path === "/hook");
  expect(JSON.parse(said?.body ?? "")).toEqual({
    text: expect.stringMatching(/^tool v1\.0\.0: 5 files, 0 addresses, ### Features\n\n- first \([0-9a-f]{7}\)$/),
  });
  expect(existsSync(join(folder, "public", "release.json"))).toBe(true);

  server.heard.length = 0;
  Object.assign(env, hooks("there"));
  const second = await run(folder, "publish");
  expect([second.code, second.stdout]).toEqual([
    0,
    expect.stringContaining("announced by broken\nannounced before by slack\n"),
  ]);
  expect(server.heard.map(({ path }) => path)).toEqual(["/there"]);

  const shown = await run(folder, "announce", "dist/1.0.0", "--dry-run");
  expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining("slack:\n  tool v1.0.0: 5 files")]);
  expect(server.heard).toHaveLength(1);
  const again = await run(folder, "announce", "dist/1.0.0", "--again", "slack");
  expect([again.code, again.stdout]).toEqual([0, "announced before by broken\nannounced by slack\n"]);
  expect((await run(folder, "announce", "--again", "nobody")).code).toBe(64);

  // What was reported, for people, programs and the CI.
  const release = join(folder, "dist", "1.0.0");
  const data = JSON.parse(readFileSync(join(release, "release-summary.json"), "utf8"));
  const names = [
    "checksums.txt",
    "index.json",
    "notes.md",
    "release.json",
    "tool_linux_amd64.tar.gz",
    "tool_windows_amd64.zip",
  ];
  expect(data).toMatchObject({
    project: "tool",
    version: "1.0.0",
    complete: true,
    places: [{ store: "site", outcome: "already", expected: 6, there: names, missing: [], other: [] }],
  });
  expect(readFileSync(join(release, "release-assets.txt"), "utf8")).toBe(names.map((name) => `${name}\n`).join(""));
  expect(readFileSync(summary, "utf8")).toMatch(/^# tool 1\.0\.0\n[^]*\| site \| .* \| published, 6 of 6 files \|\n/);
  const verified = await run(folder, "verify", "dist/1.0.0", "--json");
  expect(verified.code).toBe(0);
  expect(JSON.parse(verified.stdout)).toMatchObject({
    checks: expect.arrayContaining([
      {
        check: "extra",
        subject: "release-summary.md",
        outcome: "skipped",
        detail: expect.stringContaining("nothing vouches"),
      },
    ]),
  });
  expect((await run(folder, "release")).code).toBe(0); // reports in its folder make it no other release
  writeFileSync(join(release, "release-notes.md"), "not a report");
  expect((await run(folder, "verify", "dist/1.0.0")).code).toBe(1);
});

test("nothing is said of a snapshot, of what is public nowhere yet, of a part, and with --skip announce", async () => {
  const folder = project(toolFiles({ "slipway.yaml": config }));
  Object.assign(env, hooks("there"));
  expect((await run(folder, "release", "--snapshot")).code).toBe(0);
  expect((await run(folder, "announce", "--snapshot")).code).toBe(64);
  expect((await run(folder, "release", "--skip", "publish")).code).toBe(0);
  const early = await run(folder, "announce");
  expect([early.code, early.stderr]).toEqual([2, expect.stringContaining("the release is not public in site yet")]);
  expect((await run(folder, "publish", "--to", "site", "--skip", "announce")).code).toBe(0);
  expect(server.heard).toEqual([]);
  rmSync(join(folder, "public", "notes.md"));
  expect((await run(folder, "announce")).code).toBe(2);
  expect(server.heard).toEqual([]);
});
