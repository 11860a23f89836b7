/** Asks a bucket, before anything is made, whether a Release could go there: key, rights, clock, names, versions and locks. */
import type { ExpectedArtifact } from "../../model/artifact.ts";
import { probeClock } from "../clock.ts";
import { eachOf } from "../each.ts";
import type { Probed } from "../kind.ts";
import { isStopped, probing, probingAll } from "../probing.ts";
import { abort, begin } from "./multipart.ts";
import { look } from "./object.ts";
import { errorOf } from "./refusal.ts";
import { headersFor, type S3Settings } from "./settings.ts";
import { readXml } from "./xml.ts";

/** An upload is begun and ended again, which nobody can see: nothing else says whether one may be. */
export async function probeBucket(
  settings: S3Settings,
  expected: readonly ExpectedArtifact[],
  now: () => number,
): Promise<readonly Probed[]> {
  const reached = await probing("token", async () => reach(settings));
  if (isStopped([reached])) return [reached];
  return [
    reached,
    ...(await probingAll("clock", async () => [await clock(settings, now)])),
    await probing("scope", async () => mayUpload(settings)),
    await probing("names", async () => names(settings, expected)),
    await probing("settings", async () => buckets(settings)),
  ];
}

type Answered = Omit<Probed, "what">;

/** Fails where the key, the region or the bucket is wrong. */
export async function reach({ bucket }: Pick<S3Settings, "bucket">): Promise<Answered> {
  // Answers to HEAD do not say why: a list does.
  const query = { "list-type": "2", "max-keys": "1" };
  await bucket.must(`look into the bucket ${bucket.name}`, { method: "GET", key: "", query });
  return { outcome: "ok", detail: `the key may read the bucket ${bucket.name}` };
}

async function clock({ bucket }: S3Settings, now: () => number): Promise<Probed> {
  const { headers } = await bucket.ask({ method: "HEAD", key: "" });
  return probeClock(headers.date, now());
}

async function mayUpload(settings: S3Settings): Promise<Answered> {
  const name = ".slipway-probe";
  const headers = headersFor(settings, { name, digest: `sha256:${"0".repeat(64)}` });
  await abort(settings.bucket, await begin(settings.bucket, `${settings.prefix}${name}`, headers));
  return { outcome: "ok", detail: `uploads may be begun and ended below ${settings.prefix || "its root"}` };
}

async function names(
  { bucket, prefix, existing }: S3Settings,
  expected: readonly ExpectedArtifact[],
): Promise<Answered> {
  const taken: string[] = [];
  await eachOf(expected, 8, async ({ name }) => {
    if ((await look(bucket, `${prefix}${name}`)) !== undefined) taken.push(name);
  });
  if (taken.length === 0) return { outcome: "ok", detail: `${expected.length} names are free` };
  const what = existing === "replace" ? "will be replaced" : "must be equal, or nothing is published";
  const shown = taken.toSorted().slice(0, 3).join(", ");
  return {
    outcome: "warning",
    detail: `${taken.length} of ${expected.length} names stand there and ${what}: ${shown}`,
  };
}

async function buckets({ bucket }: S3Settings): Promise<Answered> {
  const versioning = await settingOf(bucket, "versioning", "VersioningConfiguration", "Status");
  const lock = await settingOf(bucket, "object-lock", "ObjectLockConfiguration", "ObjectLockEnabled");
  if (versioning === undefined && lock === undefined)
    return { outcome: "unknown", detail: "the server does not say whether it keeps versions" };
  const kept = versioning === "Enabled" ? "keeps versions" : "keeps no versions";
  return { outcome: "ok", detail: lock === "Enabled" ? `${kept}, and locks objects` : kept };
}

/** Empty: it is off. Undefined: it is not told, as to keys that may not ask. */
async function settingOf(
  bucket: S3Settings["bucket"],
  name: string,
  root: string,
  field: string,
): Promise<string | undefined> {
  const answer = await bucket.ask({ method: "GET", key: "", query: { [name]: "" } });
  if (answer.status === 404 || errorOf(answer).code === "ObjectLockConfigurationNotFoundError") return "";
  if (answer.status !== 200) return undefined;
  return readXml(Buffer.from(answer.bytes).toString("utf8"), root)?.of(field);
}
