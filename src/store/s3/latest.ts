/** The prefix whose objects are always the newest Release's: copied within the bucket, release.json last, what is left over removed. */
import { type Release, readRelease } from "../../format/release.ts";
import type { Artifact, Digest } from "../../model/artifact.ts";
import { isReleaseSignature } from "../../model/name.ts";
import { Problem } from "../../model/problem.ts";
import type { Receipt } from "../../model/store.ts";
import { eachOf } from "../each.ts";
import { isLater } from "../image-version.ts";
import { laterWords } from "../later.ts";
import { runAfter } from "./after.ts";
import type { Bucket } from "./client.ts";
import { digestThere, look, read, type Standing } from "./object.ts";
import { withdrawal } from "./record.ts";
import { errorOf } from "./refusal.ts";
import { headersFor, type Latest, type S3Settings } from "./settings.ts";
import { escapedPath } from "./sign.ts";

const statement = "release.json";
const atOnce = 4;
const mostStatement = 64 * 1024 * 1024;

export type Copied = Pick<Artifact, "name" | "digest">;

/** A Receipt for each name. An older version, and a pre-release where there is no prefix of its channel, move nothing. */
export async function advanceLatest(settings: S3Settings, artifacts: readonly Artifact[]): Promise<readonly Receipt[]> {
  const receipts = settings.latest === undefined ? [] : await moved(settings, settings.latest, artifacts);
  if (!receipts.some(({ outcome }) => outcome === "skipped")) await runAfter(settings);
  return receipts;
}

async function moved(
  settings: S3Settings,
  latest: Latest,
  artifacts: readonly Artifact[],
): Promise<readonly Receipt[]> {
  const before = await releaseAt(settings.bucket, latest.prefix);
  const statementOf = artifacts.find(({ type }) => type === "release");
  const why = await whyNot(settings, { latest, before, release: statementOf?.digest });
  const release = statementOf ?? artifacts[0];
  if (why !== undefined && release !== undefined)
    return [
      { act: "advance", name: `${latest.prefix}${release.name}`, digest: release.digest, outcome: "skipped", why },
    ];
  return copyAll(settings, { from: settings.prefix, to: latest.prefix, objects: artifacts, before });
}

async function whyNot(
  settings: S3Settings,
  {
    latest,
    before,
    release,
  }: { readonly latest: Latest; readonly before: Release | undefined; readonly release: Digest | undefined },
): Promise<string | undefined> {
  const { isSnapshot, isNightly, isPrerelease, version, project } = settings.context.about;
  if (!latest.byChannel && (isSnapshot || isNightly || isPrerelease))
    return `${version} is no final version: only a prefix that holds its channel would follow it`;
  if ((await withdrawal(settings, release)) !== undefined) return "it was taken back";
  if (before === undefined) return undefined;
  if (before.product !== project)
    throw new Problem("store.conflict", `${latest.prefix} in ${settings.bucket.name} is that of ${before.product}`, {
      hint: "Give each project a `latest` of its own: `{{ project.name }}/latest`.",
    });
  return isLater(before.version, version) ? laterWords(before.version) : undefined;
}

export interface CopyAll {
  /** Prefixes, with their slashes. */
  readonly from: string;
  readonly to: string;
  readonly objects: readonly Copied[];
  /** What stood there: its files go where they are not the new one's. */
  readonly before: Release | undefined;
}

export async function copyAll(
  settings: S3Settings,
  { from, to, objects, before }: CopyAll,
): Promise<readonly Receipt[]> {
  const moved = new Map<string, Receipt>();
  const copy = async (object: Copied): Promise<void> => {
    const { name } = object;
    moved.set(name, await copied(settings, { from: `${from}${name}`, to: `${to}${name}`, object }));
  };
  await eachOf(
    objects.filter(({ name }) => name !== statement),
    atOnce,
    copy,
  );
  await eachOf(
    objects.filter(({ name }) => name === statement),
    1,
    copy,
  );
  const receipts = objects.flatMap(({ name }) => moved.get(name) ?? []);
  const kept = new Set(objects.map(({ name }) => name));
  const left = namesOf(before).filter(({ name }) => !kept.has(name));
  await eachOf(left, atOnce, async (object) => {
    receipts.push(...(await removed(settings.bucket, `${to}${object.name}`, object.digest)));
  });
  return receipts;
}

/** Takes a file away; nothing is said where there is none. */
export async function removed(bucket: Bucket, key: string, digest: Digest): Promise<readonly Receipt[]> {
  const found = await look(bucket, key);
  if (found === undefined) return [];
  await bucket.must(`remove ${key}`, { method: "DELETE", key });
  return [{ act: "remove", name: key, digest: found.digest ?? digest, outcome: "done" }];
}

/** Everything a Release lists, and what signs it; release.json itself is always there. */
export function namesOf(release: Release | undefined): readonly Copied[] {
  if (release === undefined) return [];
  const listed = release.artifacts.map(({ name, digests }): Copied => ({ name, digest: `sha256:${digests.sha256}` }));
  const signatures = (release.signatures ?? []).filter(isReleaseSignature);
  return [...listed, ...signatures.map((name): Copied => ({ name, digest: `sha256:${"0".repeat(64)}` }))];
}

/** The Release below a prefix; undefined where there is none that can be read. */
export async function releaseAt(bucket: Bucket, prefix: string): Promise<Release | undefined> {
  const bytes = await read(bucket, `${prefix}${statement}`);
  if (bytes === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    if ((size += chunk.length) > mostStatement)
      throw new Problem("format.invalid", `${prefix}${statement} is too long`);
    chunks.push(new Uint8Array(chunk));
  }
  return readRelease(Buffer.concat(chunks).toString("utf8"), `${prefix}${statement}`);
}

interface Copying {
  readonly from: string;
  readonly to: string;
  readonly object: Copied;
}

async function copied(settings: S3Settings, { from, to, object }: Copying): Promise<Receipt> {
  const { bucket } = settings;
  const receipt = { act: "advance", name: to, digest: object.digest } as const;
  const [source, there] = await Promise.all([look(bucket, from), look(bucket, to)]);
  if (source === undefined) throw new Problem("store.failed", `${from} went away while it was to be copied to ${to}`);
  if (there !== undefined && (await isSame(bucket, source, there))) return { ...receipt, outcome: "already" };
  const answer = await bucket.ask({
    method: "PUT",
    key: to,
    headers: {
      ...headersFor(settings, object, true),
      "x-amz-copy-source": escapedPath(`/${bucket.name}/${from}`),
      "x-amz-copy-source-if-match": source.etag,
      "x-amz-metadata-directive": "REPLACE",
    },
  });
  // It may be refused after the 200 that kept the connection alive.
  if (answer.status !== 200 || errorOf(answer).code !== "") throw bucket.refusal(`copy ${from} to ${to}`, answer);
  return { ...receipt, outcome: "done" };
}

async function isSame(bucket: Bucket, source: Standing, there: Standing): Promise<boolean> {
  if (source.size !== there.size) return false;
  if (source.composite !== undefined && source.composite === there.composite) return true;
  return (await digestThere(bucket, source)) === (await digestThere(bucket, there));
}
