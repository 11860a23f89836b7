/** A tap names the newest release: a pre-release stays away from it, and an older one leaves it alone, both in so many words. */
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";

import { type AnnounceServer, startAnnounceServer } from "../servers/announce.ts";
import { shell } from "../worlds/shell.ts";

const { project, run, fresh, env } = shell();
let server: AnnounceServer;
const tap = fresh();
const config = `slipway: 1
project: { name: tool }
release:
  files: [{ from: tool.rb.liquid, to: tool.rb, render: true }]
stores:
  site: { folder: "public/{{ version }}" }
  tap: { git: "${tap}", path: "Formula/{{ artifact }}" }
  channels: { git: "${tap}", path: "{{ channel }}/{{ artifact }}" }
publish:
  - { store: site, except: "*.rb" }
  - { store: tap, only: "*.rb" }
  - { store: channels, only: "*.rb" }
announce: [{ webhook: env:HOOK }]
`;
const folder = project(
  { "slipway.yaml": config, "tool.rb.liquid": 'version "{{ version }}"\n', ".gitignore": "dist/\npublic/\n" },
  { tag: "v2.0.0" },
);
const git = (at: string, ...args: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-C", at, ...args], {
    encoding: "utf8",
  }).trim();
const formula = (): string => git(tap, "show", "main:Formula/tool.rb");
const tagged = (tag: string): void => {
  git(folder, "commit", "-q", "--allow-empty", "-m", `feat: ${tag}`);
  git(folder, "tag", tag);
};
const why =
  "2.1.0-rc.1 is a pre-release, and what stands there is for the newest release; `prereleases: true` lets it go there";

beforeAll(async () => {
  server = await startAnnounceServer();
  server.answer(() => ({ status: 200 }));
  Object.assign(env, { HOOK: `${server.url}/hook` });
  execFileSync("git", ["init", "-q", "--bare", "-b", "main", tap]);
  expect(await run(folder, "release", "--quiet")).toMatchObject({ code: 0, stderr: "" });
  expect(formula()).toBe('version "2.0.0"');
});

afterAll(() => server.close());

test("a pre-release is planned, published and asked for without the tap, and goes there when it is told to", async () => {
  tagged("v2.1.0-rc.1");
  const plan = await run(folder, "plan");
  expect(plan.stdout).toContain(`not published to tap (git: ${tap}): ${why}\n`);
  expect(plan.stdout).toContain("publish 2. channels");

  const { code, stdout } = await run(folder, "release");
  expect({ code, line: stdout.split("\n").find((line) => line.includes("pre-release")) }).toEqual({
    code: 0,
    line: `not published to tap: ${why}`,
  });
  expect(stdout).toMatch(/announced by webhook/);
  expect(formula()).toBe('version "2.0.0"');
  expect(git(tap, "show", "main:beta/tool.rb")).toBe('version "2.1.0-rc.1"');

  const status = await run(folder, "status", "--json");
  const { places } = JSON.parse(status.stdout) as { places: readonly { store: string; state: string; why: string }[] };
  expect(status.code).toBe(0);
  expect(places.map(({ store, state }) => `${store} ${state}`)).toEqual([
    "site published",
    "channels published",
    "tap skipped",
  ]);
  expect(places.at(-1)?.why).toBe(why);

  expect(await run(folder, "publish", "--to", "tap", "--quiet")).toMatchObject({ code: 0 });
  expect(formula()).toBe('version "2.1.0-rc.1"');
});

test("an older version says which later one is there, and is announced all the same", async () => {
  tagged("v1.9.1");
  const { code, stdout } = await run(folder, "release");
  expect(code).toBe(0);
  const later = "2.1.0-rc.1, which is later, is there";
  expect(stdout).toContain(`not published to git ${tap} main: ${later}\n`);
  expect(stdout).toMatch(/announced by webhook/);
  expect(formula()).toBe('version "2.1.0-rc.1"');
  const status = await run(folder, "status");
  expect(status.code).toBe(0);
  expect(status.stdout).toMatch(new RegExp(`tap .* published .*${later}`));
});
