/** Places whose names go from Release to Release keep the later one, and say why; whoever takes that back may go back. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { ReleaseAbout } from "../../src/model/about.ts";
import type { StoreResult } from "../../src/publish/publish.ts";
import { folder } from "../../src/store/folder.ts";
import { http } from "../../src/store/http-upload.ts";
import { openReleased } from "../../src/store/released.ts";
import { startUploads } from "../servers/uploads.ts";
import { planText } from "../worlds/planning.ts";
import { aboutOf, contextOf } from "./context.ts";
import { type Release, smallRelease } from "./gitea-world.ts";
import { publishAt } from "./publish-at.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-later-"));
const epoch = 1_769_774_400;
const nightly = { isNightly: true, isPrerelease: true, tag: "" };
const one = { version: "1.9.0", epoch: epoch + 10 };
const two = { version: "2.0.0", epoch };
/** Their commits' ids tell no order. */
const earlier = { ...nightly, version: "2.1.0-ffffff1-nightly", epoch: epoch + 20 };
const later = { ...nightly, version: "2.1.0-aaaaaa2-nightly", epoch: epoch + 30 };
const made = new Map<object, Release>();

beforeAll(async () => {
  for (const of of [one, two, earlier, later]) made.set(of, await smallRelease(home, of.version, made.size + 300, of));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Place {
  readonly path: string;
  publish(of: Partial<ReleaseAbout>, until?: "staged"): Promise<StoreResult>;
  version(): Promise<string>;
}

function newPlace(): Place {
  const path = join(mkdtempSync(join(home, "p-")), "newest");
  const options = { folder: path, existing: "replace" };
  return {
    path,
    async publish(of, until) {
      const release = made.get(of) ?? made.get(one);
      if (release === undefined) throw new Error("nothing was made");
      const { artifacts, from } = await openReleased(release.dist, "flat");
      const context = { ...contextOf(release.root, release.dist), about: aboutOf(of) };
      return publishAt({ kind: folder, options, artifacts, from, context, until });
    },
    version: async () => (await openReleased(path, "flat")).release.version,
  };
}

test.each([
  ["an older version, also one that was made later", two, one],
  ["of two nightlies the one of the earlier commit", later, earlier],
])("%s leaves the later one where it is, and says how to go back", async (_, newer, older) => {
  const { publish: to, version, path } = newPlace();
  expect(await to(newer)).toMatchObject({ outcome: "done" });
  const words = `${newer.version}, which is later, is there and stays; to go back to ${older.version}, take that back first: slipway yank ${newer.version}`;
  const left = await to(older);
  expect(left).toMatchObject({ outcome: "skipped", why: words, problems: [] });
  expect(new Set(left.receipts.map(({ outcome, why }) => `${outcome} ${why}`))).toEqual(new Set([`skipped ${words}`]));
  expect(await version()).toBe(newer.version);
  expect(await to(older, "staged")).toMatchObject({ outcome: "skipped", why: words });

  const context = { ...contextOf(home, join(home, "elsewhere")), about: aboutOf(older) };
  const asked = await folder.probe?.({ folder: path, existing: "replace" }, context, []);
  expect(asked?.at(-1)).toEqual({ what: "names", outcome: "warning", detail: words });

  const store = await folder.open({ folder: path, existing: "replace" }, contextOf(home, join(home, "elsewhere")));
  const [statement] = (made.get(newer)?.artifacts ?? []).filter(({ type }) => type === "release");
  if (statement === undefined) throw new Error("it has no release.json");
  expect(await store.withdraw?.({ why: "Broken.", release: statement.digest })).toMatchObject([{ outcome: "done" }]);
  expect(await to(older)).toMatchObject({ outcome: "done" });
  expect(await version()).toBe(older.version);
});

test.each([
  ["a later version", one, two],
  ["the nightly of a later commit", earlier, later],
  ["the same once more", two, two],
  ["a snapshot, which somebody wants to show,", two, { version: "1.0.0", epoch: 1, isSnapshot: true }],
  ["one of another project", two, { project: "other", version: "1.0.0" }],
])("%s takes the place", async (_, first, next) => {
  const { publish: to } = newPlace();
  await to(first);
  expect(await to(next)).toMatchObject({ outcome: first === next ? "already" : "done", problems: [] });
});

test("what cannot be read keeps nobody out", async () => {
  const { publish: to, path } = newPlace();
  await to(two);
  writeFileSync(join(path, "release.json"), "{}");
  expect(await to(one)).toMatchObject({ outcome: "done" });
});

test("fixed addresses that files are sent to keep the later one too, and that is said before anything is sent", async () => {
  const uploads = await startUploads();
  try {
    const stores = { newest: { http: `${uploads.url}/newest/`, existing: "replace" } };
    const config = { slipway: 1, project: { name: "tool" }, builds: [{ fake: "main" }], stores };
    const options = planText(JSON.stringify(config)).publish[0]?.options ?? {};
    const to = async (of: Partial<ReleaseAbout>): Promise<StoreResult> => {
      const release = made.get(of) as Release;
      const { artifacts, from } = await openReleased(release.dist, "flat");
      const context = { ...contextOf(release.root, release.dist), about: aboutOf(of), artifacts };
      return publishAt({ kind: http, options, artifacts, from, context });
    };
    expect(await to(one)).toMatchObject({ outcome: "done" });
    expect(await to(two)).toMatchObject({ outcome: "done" });
    const before = new Map(uploads.files);
    const why = expect.stringContaining("2.0.0, which is later, is there and stays") as string;
    expect(await to(one)).toMatchObject({ outcome: "skipped", why, problems: [] });
    expect(uploads.files).toEqual(before);

    const { artifacts } = made.get(one) as Release;
    const probed = await http.probe?.(options, { ...contextOf(home, home), about: aboutOf(one) }, artifacts);
    expect(probed?.slice(0, 2)).toEqual([
      { what: "names", outcome: "ok", detail: expect.stringContaining("and are replaced: ") as string },
      { what: "names", outcome: "warning", detail: why },
    ]);
  } finally {
    await uploads.stop();
  }
});
