/** Brings a file's bytes into a bucket where nobody sees them, going on with what an earlier run sent. */
import { readRangeOf } from "./range.ts";
import type { Artifact } from "../../model/artifact.ts";
import { problemsOf } from "../../model/problem.ts";
import { eachOf } from "../each.ts";
import {
  abort,
  begin,
  type BegunUpload,
  sendPart,
  type SentPart,
  sentParts,
  type Upload,
  uploadsOf,
} from "./multipart.ts";
import { compositeOf, type Part, partsOf } from "./parts.ts";
import { headersFor, type S3Settings } from "./settings.ts";

/** An upload with all its parts: it lacks nothing but a name. */
export interface Staged {
  readonly upload: Upload;
  readonly parts: readonly SentPart[];
  /** What the server will say of the whole. */
  readonly composite: string;
  /** Whether anything had to be sent. */
  readonly sent: boolean;
  /** Other uploads under the name, which nobody goes on with. */
  readonly beside: readonly Upload[];
  /** Whether there may be more of them. */
  readonly isDoubtful: boolean;
}

/** Parts on their way at once, of one file. */
const atOnce = 4;

export interface StageRequest {
  readonly artifact: Artifact;
  readonly key: string;
  /** Where its bytes lie on this machine. */
  readonly path: string;
}

/** Undefined where somebody ended the upload meanwhile, as another run does that was first. */
export async function stage(
  settings: Pick<S3Settings, "bucket" | "checked" | "partSize" | "headers">,
  { artifact, key, path }: StageRequest,
): Promise<Staged | undefined> {
  const { bucket, checked } = settings;
  const parts = await partsOf(artifact, path, settings.partSize);
  const under = await uploadsOf(bucket, key).then((found) => found.filter((each) => each.key === key));
  const found = await goingOn(settings, under, parts);
  // What the server said of parts it has, it says of those to come.
  const upload = found ?? (await begin(bucket, key, headersFor(settings, artifact)));
  const by = !checked ? "signature" : upload.isChecked ? "checksum" : "both";
  const sent = new Map((found?.sent ?? []).map((each) => [each.number, each]));
  const missing = parts.filter(({ number }) => !sent.has(number));
  try {
    await eachOf(missing, atOnce, async (part) => {
      sent.set(part.number, await sendPart(bucket, upload, { part, body: readRangeOf(artifact, path, part), by }));
    });
  } catch (thrown) {
    if (await isGone(settings, upload, thrown)) return undefined;
    throw thrown;
  }
  return {
    upload,
    parts: parts.flatMap(({ number }) => sent.get(number) ?? []),
    composite: compositeOf(parts.map(({ digest }) => digest)),
    sent: missing.length > 0,
    beside: under.filter(({ id }) => id !== upload.id),
    isDoubtful: upload.isDoubtful,
  };
}

/** The oldest upload under that name whose parts are all ours, as the server itself says. */
async function goingOn(
  { bucket, checked }: Pick<S3Settings, "bucket" | "checked">,
  uploads: readonly Upload[],
  parts: readonly Part[],
): Promise<(BegunUpload & { readonly sent: readonly SentPart[] }) | undefined> {
  if (!checked) return undefined;
  const digests = new Map(parts.map(({ number, digest }) => [number, digest]));
  for (const upload of uploads) {
    const sent = await sentParts(bucket, upload);
    const isOurs = sent.every(({ number, digest }) => digest !== undefined && digests.get(number) === digest);
    if (isOurs && sent.length > 0) return { ...upload, sent, isChecked: true, isDoubtful: false };
  }
  return undefined;
}

/** Whether a part was refused because its upload has ended. */
async function isGone({ bucket }: Pick<S3Settings, "bucket">, { key, id }: Upload, thrown: unknown): Promise<boolean> {
  if (problemsOf(thrown)?.every(({ code }) => code === "store.failed") !== true) return false;
  const under = await uploadsOf(bucket, key);
  return !under.some((each) => each.id === id);
}

/** Names asked for at once. */
const listsAtOnce = 8;

/**
 * Ends what is under way for names that are there: uploads of runs that were killed, or whose answers were lost. `beside` are those
 * that are known; `doubtful` are names that may have more of them, which are asked for one by one, since MinIO lists nothing else.
 */
export async function sweep(
  { bucket, prefix }: Pick<S3Settings, "bucket" | "prefix">,
  {
    keys,
    beside,
    doubtful,
  }: { readonly keys: ReadonlySet<string>; readonly beside: readonly Upload[]; readonly doubtful: readonly string[] },
): Promise<void> {
  const found = new Map(beside.map((upload) => [upload.id, upload]));
  const note = (uploads: readonly Upload[]): void => {
    for (const upload of uploads) if (keys.has(upload.key)) found.set(upload.id, upload);
  };
  note(await uploadsOf(bucket, prefix));
  await eachOf(doubtful, listsAtOnce, async (key) => note(await uploadsOf(bucket, key)));
  await eachOf([...found.values()], atOnce, (upload) => abort(bucket, upload));
}
