/** The prefix that follows the newest release: it moves last, never back by itself, keeps nothing that is old, and goes back when told to. */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { writeRelease } from "../../src/format/release.ts";
import type { ReleaseAbout } from "../../src/model/about.ts";
import { type Artifact, digestOfHex } from "../../src/model/artifact.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { Receipt, Store } from "../../src/model/store.ts";
import { judge } from "../judges.ts";
import { type ObjectServer, objectServers, objectUser, startObjectServer } from "../worlds/object-server.ts";
import { aboutOf } from "./context.ts";
import { contextFor, decidedFor, openS3, textOf, unread } from "./s3/opened.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-latest-test-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const hex = (text: string): string => createHash("sha256").update(text).digest("hex");

interface Small {
  readonly about: ReleaseAbout;
  readonly artifacts: readonly Artifact[];
  readonly folder: string;
}

/** A Release of two files, one of which has its version in its name. */
function releaseOf(version: string, more: Partial<ReleaseAbout> = {}, product = "tool"): Small {
  const folder = mkdtempSync(join(home, "r-"));
  const about = aboutOf({
    project: product,
    version,
    tag: `v${version}`,
    isPrerelease: version.includes("-"),
    ...more,
  });
  const files = [`tool_${version}.zip`, "install.sh"].map((name) => ({ name, text: `${name} of ${version}` }));
  const { tag, channel, commit, epoch, isSnapshot, isNightly, isPrerelease } = about;
  const statement = writeRelease({
    product,
    version,
    tag,
    sequence: 1,
    channel,
    commit,
    epoch,
    isSnapshot,
    isNightly,
    isPrerelease,
    artifacts: files.map(({ name, text }) => ({
      name,
      type: "file" as const,
      size: text.length,
      digests: { sha256: hex(text) },
    })),
  });
  const all = [...files, { name: "release.json", text: statement }];
  for (const { name, text } of all) writeFileSync(join(folder, name), text);
  const artifacts = all.map(({ name, text }): Artifact => ({
    name,
    type: name === "release.json" ? "release" : "file",
    listed: true,
    attributes: {},
    digest: digestOfHex(hex(text)),
    size: Buffer.byteLength(text),
    refs: [],
  }));
  return { about, artifacts, folder };
}

describe.each(objectServers)("%s", (kind) => {
  let server: ObjectServer;
  beforeAll(async () => {
    if (judge(kind) !== undefined) server = await startObjectServer(kind, ["releases"]);
  });
  afterAll(() => server?.stop());
  const on = (title: string, body: (at: string) => Promise<void>): void =>
    test(title, async ({ skip }) => {
      skip(judge(kind) === undefined, `${kind} is not installed`);
      await body(`t${(count += 1)}`);
    });
  let count = 0;

  const open = ({ about, artifacts }: Small, at: string, more: JsonObject = {}): Promise<Store> =>
    openS3(
      decidedFor(server.url, {
        path: `${at}/${about.tag}/`,
        pathOf: { late: `${at}/{{ tag }}`, with: {} },
        latest: `${at}/latest/`,
        ...more,
      }),
      contextFor(home, { about, artifacts }),
    );
  const publish = async (release: Small, at: string, more: JsonObject = {}): Promise<readonly Receipt[]> => {
    const store = await open(release, at, more);
    for (const artifact of release.artifacts) await store.put(artifact, unread(), join(release.folder, artifact.name));
    for (const artifact of release.artifacts) await store.point(artifact);
    await store.show?.();
    return (await store.advance?.()) ?? [];
  };
  /** What anybody finds below `latest`, by name. */
  const latest = async (at: string, names: readonly string[]): Promise<readonly (string | undefined)[]> => {
    const store = await openS3(decidedFor(server.url, { path: `${at}/latest/` }), contextFor(home));
    return Promise.all(
      names.map(async (name) => {
        const bytes = await store.read?.(name);
        return bytes === undefined ? undefined : textOf(bytes);
      }),
    );
  };
  const summary = (receipts: readonly Receipt[], at: string): readonly string[] =>
    receipts.map(({ act, name, outcome }) => `${act} ${name.replace(`${at}/`, "")} ${outcome}`);

  on("where the path itself is that of the newest, a later one stays until it is taken back", async (at) => {
    const [older, newer] = [releaseOf("1.0.0"), releaseOf("2.0.0")];
    const fixed = { path: `${at}/latest/`, latest: "", existing: "replace" };
    const text = async (): Promise<string | undefined> => (await latest(at, ["install.sh"]))[0];
    await publish(newer, at, fixed);
    const store = await open(older, at, fixed);
    const [first] = older.artifacts;
    if (first === undefined) throw new Error("it has no files");
    expect(await store.put(first, unread(), join(older.folder, first.name))).toMatchObject({ outcome: "skipped" });
    expect(store.left?.()).toContain("2.0.0, which is later, is there and stays");
    const [, , statement] = newer.artifacts;
    if (statement === undefined) throw new Error("it has no release.json");
    const taken = await open(newer, at, fixed);
    await taken.withdraw?.({ why: "Broken.", release: statement.digest });
    expect(await taken.state?.()).toMatchObject({ visibility: "withdrawn" });
    await publish(older, at, fixed);
    expect(await text()).toBe("install.sh of 1.0.0");
    // The record beside the files is of another.
    expect(await (await open(older, at, fixed)).state?.()).toBeUndefined();
  });

  on("it moves to each newer release, release.json after the files, and old files go", async (at) => {
    const [one, two] = [releaseOf("1.0.0"), releaseOf("1.1.0")];
    await publish(one, at);
    expect(summary(await publish(two, at), at)).toEqual([
      "advance latest/tool_1.1.0.zip done",
      "advance latest/install.sh done",
      "advance latest/release.json done",
      "remove latest/tool_1.0.0.zip done",
    ]);
    expect(await latest(at, ["tool_1.1.0.zip", "install.sh", "tool_1.0.0.zip"])).toEqual([
      "tool_1.1.0.zip of 1.1.0",
      "install.sh of 1.1.0",
      undefined,
    ]);
    expect((await publish(two, at)).every(({ outcome }) => outcome === "already")).toBe(true);
  });

  on("an older release, a pre-release and another project's do not move it", async (at) => {
    await publish(releaseOf("1.1.0"), at);
    expect(await publish(releaseOf("1.0.9"), at)).toMatchObject([
      { outcome: "skipped", why: "1.1.0, which is later, is there" },
    ]);
    expect(await publish(releaseOf("2.0.0-rc.1"), at)).toMatchObject([{ outcome: "skipped" }]);
    expect(await latest(at, ["install.sh"])).toEqual(["install.sh of 1.1.0"]);
    await expect(publish(releaseOf("3.0.0", {}, "other"), at)).rejects.toMatchObject({ code: "store.conflict" });
    const byChannel = { latest: `${at}/rc/`, latestByChannel: true };
    expect(summary(await publish(releaseOf("2.0.0-rc.2", { tag: "v2.0.0-rc.2" }), at, byChannel), at)[0]).toBe(
      "advance rc/tool_2.0.0-rc.2.zip done",
    );
  });

  on("what is taken back is marked, and it goes back to the release before, for good", async (at) => {
    const [one, two] = [releaseOf("1.0.0"), releaseOf("1.1.0")];
    await publish(one, at);
    await publish(two, at);
    const release = two.artifacts.at(-1)?.digest ?? "sha256:";
    const back = { why: "it breaks", release, backTo: { version: "1.0.0", tag: "v1.0.0" } };
    const receipts = await (await open(two, at)).withdraw?.(back);
    expect(summary(receipts ?? [], at)).toContain("remove v1.1.0/withdrawn.json done");
    expect(await latest(at, ["install.sh", "tool_1.1.0.zip", "tool_1.0.0.zip"])).toEqual([
      "install.sh of 1.0.0",
      undefined,
      "tool_1.0.0.zip of 1.0.0",
    ]);
    expect(await (await open(two, at)).state?.()).toMatchObject({ visibility: "withdrawn", why: "it breaks" });
    expect((await (await open(two, at)).look("install.sh"))?.size).toBe(19);
    expect(summary((await (await open(two, at)).withdraw?.(back)) ?? [], at)).toEqual([
      "remove v1.1.0/withdrawn.json already",
    ]);
    expect(await publish(two, at)).toMatchObject([{ outcome: "skipped", why: "it was taken back" }]);
  });

  on("without a release before, nothing is left below it", async (at) => {
    const one = releaseOf("1.0.0");
    await publish(one, at);
    const release = one.artifacts.at(-1)?.digest ?? "sha256:";
    await (await open(one, at)).withdraw?.({ why: "it breaks", release });
    expect(await latest(at, ["release.json", "install.sh", "tool_1.0.0.zip"])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  on("another release than the one that is meant is left alone", async (at) => {
    const one = releaseOf("1.0.0");
    await publish(one, at);
    const other = digestOfHex("0".repeat(64));
    expect(await (await open(one, at)).withdraw?.({ why: "", release: other })).toMatchObject([{ outcome: "skipped" }]);
    expect(await latest(at, ["install.sh"])).toEqual(["install.sh of 1.0.0"]);
  });

  on("a program runs once all names have moved, each time", async (at) => {
    const log = join(home, `${kind}.log`);
    const more = {
      after: ["sh", "-c", `echo "$AWS_ACCESS_KEY_ID $AWS_REGION $CDN $CDN_KEY" >> ${log}`],
      env: { CDN: { late: "{{ env.CDN_NAME | default: 'none' }}", with: {} } },
      secrets: { CDN_KEY: { from: "env", name: "SECRET" } },
    };
    await publish(releaseOf("1.0.0"), at, more);
    await publish(releaseOf("1.0.0"), at, more);
    const told = `${objectUser.accessKey} us-east-1 none ${objectUser.secretKey}\n`;
    expect(readFileSync(log, "utf8")).toBe(told + told);
    await expect(publish(releaseOf("1.0.1"), at, { after: "false" })).rejects.toMatchObject({ code: "step.failed" });
  });
});
