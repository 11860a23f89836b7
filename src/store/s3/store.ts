/** A bucket as a Store: uploads in parts, which have no name before they are completed, and a prefix that follows the newest. */
import type { Artifact, Digest } from "../../model/artifact.ts";
import { Problem } from "../../model/problem.ts";
import type { Named, Receipt, Store } from "../../model/store.ts";
import { advanceLatest } from "./latest.ts";
import { openListing } from "./listing.ts";
import { abort, complete, type Upload } from "./multipart.ts";
import { digestThere, look, read, type Standing, vouchedEqual } from "./object.ts";
import { compositeOf, partsOf } from "./parts.ts";
import { withPath } from "./range.ts";
import type { S3Settings } from "./settings.ts";
import { stage, type Staged, sweep } from "./staging.ts";
import { stateOf, withdrawRelease } from "./withdraw.ts";

/** How often an upload is begun anew that somebody else ended. */
const attempts = 3;

/** Fails with `store.denied`, `store.unreachable` and `store.failed`. */
export function s3Store(settings: S3Settings): Store {
  const { bucket, prefix, existing } = settings;
  const staged = new Map<string, Staged>();
  /** What this run has to tidy up behind itself and behind others. */
  const beside: Upload[] = [];
  const doubtful = new Set<string>();
  const before = openListing(bucket, prefix);
  const there = new Map<string, Artifact>();
  /** What objects in several parts are, as was found out here. */
  const known = new Map<string, Digest>();
  const keyOf = (name: string): string => `${prefix}${name}`;
  const isThere = (artifact: Artifact): void => void there.set(artifact.name, artifact);

  /** Whether the bytes are the artifact's; they are downloaded only where nobody vouches for them. */
  const isEqual = async (found: Standing, artifact: Artifact, composite: string | undefined): Promise<boolean> => {
    const vouched = vouchedEqual(found, artifact, composite);
    const equal = vouched ?? (await digestThere(bucket, found)) === artifact.digest;
    if (equal && found.composite !== undefined) known.set(found.composite, artifact.digest);
    return equal;
  };
  const conflict = async (found: Standing, { digest }: Artifact): Promise<string> =>
    `other bytes stand under the name: ${(await digestThere(bucket, found)) ?? "none"}, not ${digest}`;

  /** Why it cannot be put; "already" where it is there. */
  const judged = async (artifact: Artifact, composite: () => Promise<string>): Promise<string | undefined> => {
    const found = await look(bucket, keyOf(artifact.name));
    if (found === undefined) return undefined;
    const needsComposite = found.composite !== undefined && found.digest === undefined && found.size === artifact.size;
    if (await isEqual(found, artifact, needsComposite ? await composite() : undefined)) return "already";
    return existing === "replace" ? undefined : conflict(found, artifact);
  };

  const put = async (artifact: Artifact, path: string): Promise<Receipt> => {
    const composite = async (): Promise<string> =>
      compositeOf((await partsOf(artifact, path, settings.partSize)).map(({ digest }) => digest));
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const isFree = attempt === 0 && !there.has(artifact.name) && !(await before.mayHold(keyOf(artifact.name)));
      const why = isFree ? undefined : await judged(artifact, composite);
      if (why === "already") isThere(artifact);
      if (why !== undefined) return receipt("put", artifact, why);
      const done = await stage(settings, { artifact, key: keyOf(artifact.name), path });
      if (done === undefined) continue;
      staged.set(artifact.name, done);
      beside.push(...done.beside);
      if (done.isDoubtful) doubtful.add(keyOf(artifact.name));
      return receipt("put", artifact, done.sent ? "done" : "already");
    }
    throw ended(artifact);
  };

  const point = async (artifact: Artifact): Promise<Receipt> => {
    const upload = staged.get(artifact.name);
    if (upload === undefined && there.has(artifact.name)) return receipt("point", artifact, "already");
    const composite = async (): Promise<string> => upload?.composite ?? "";
    const { outcome, after } = await settled(upload, () => judged(artifact, composite));
    if (upload !== undefined && outcome === "taken") await abort(bucket, upload.upload);
    if (after === undefined) {
      if (outcome === "gone") throw ended(artifact);
      return receipt("point", artifact, "its bytes are not there");
    }
    if (after === "done" || after === "already") isThere(artifact);
    if (upload !== undefined) known.set(upload.composite, artifact.digest);
    staged.delete(artifact.name);
    return receipt("point", artifact, after);
  };
  /** Tries again where the name is refused as taken and nothing stands there: somebody else is just about to have it. */
  const settled = async (
    upload: Staged | undefined,
    judge: () => Promise<string | undefined>,
  ): Promise<{ readonly outcome: "done" | "taken" | "gone"; readonly after: string | undefined }> => {
    for (let attempt = 1; ; attempt += 1) {
      const found = await judge();
      const outcome = found === undefined && upload !== undefined ? await name(upload) : "taken";
      const after = outcome === "done" ? "done" : (found ?? (await judge()));
      if (outcome !== "taken" || after !== undefined || upload === undefined || attempt === attempts)
        return { outcome, after };
    }
  };
  const name = async ({ upload, parts }: Staged): Promise<"done" | "taken" | "gone"> =>
    (await complete(bucket, upload, { parts, fresh: existing === "refuse" })).outcome;

  return {
    where: `s3 ${bucket.name}/${prefix}`.replace(/\/$/, ""),
    proves: true,
    async put(artifact, bytes, path) {
      const why = settings.latest === undefined ? undefined : uncopiable(artifact);
      if (why !== undefined) return receipt("put", artifact, why);
      return withPath(artifact, { bytes, path }, (at) => put(artifact, at));
    },
    point: async (artifact) => [await point(artifact)],
    async show() {
      const keys = new Set([...there.keys()].map(keyOf));
      if (keys.size > 0) await sweep(settings, { keys, beside, doubtful: [...doubtful] });
      return [];
    },
    ...(settings.latest === undefined && settings.after === undefined
      ? {}
      : { advance: () => advanceLatest(settings, [...there.values()]) }),
    async look(wanted): Promise<Named | undefined> {
      const found = await look(bucket, keyOf(wanted));
      if (found === undefined) return undefined;
      const digest = found.digest ?? known.get(found.composite ?? "") ?? (await digestThere(bucket, found));
      return digest === undefined ? undefined : { name: wanted, digest, size: found.size };
    },
    state: () => stateOf(settings),
    read: (wanted) =>
      settings.url === "" ? read(bucket, keyOf(wanted)) : settings.readPublic(new URL(addressOf(settings, wanted))),
    async vouches({ name: wanted, digest }) {
      // Behind another address stands somebody else, of whom the server knows nothing.
      const found = settings.url === "" ? await look(bucket, keyOf(wanted)) : undefined;
      return found !== undefined && (found.digest ?? known.get(found.composite ?? "")) === digest;
    },
    address: (wanted = "") => addressOf(settings, wanted),
    withdraw: (withdrawal) => withdrawRelease(settings, withdrawal),
    async close() {
      // What was put and never named helps the next run: it goes on with it.
      settings.close();
    },
  };
}

function addressOf({ url, bucket, prefix }: S3Settings, name: string): string {
  const key = `${prefix}${name}`;
  if (url === "") return bucket.address(key).href;
  return `${url}/${key.split("/").map(encodeURIComponent).join("/")}`;
}

/** CopyObject takes no more than 5 GiB. */
function uncopiable({ size }: Artifact): string | undefined {
  return size > 5 * 1024 ** 3 ? "it is larger than 5 GiB, which no server copies to `latest`" : undefined;
}

function ended({ name }: Artifact): Problem {
  return new Problem("store.failed", `somebody ended the upload of ${name} before it had its name`, {
    hint: "Is another run publishing the same release? Run the same command again.",
  });
}

/** `what`: an outcome, or why it was refused. */
function receipt(act: "put" | "point", { name, digest }: Artifact, what: string): Receipt {
  const common = { act, name, digest };
  if (what === "done" || what === "already") return { ...common, outcome: what };
  return { ...common, outcome: "refused", why: what };
}
