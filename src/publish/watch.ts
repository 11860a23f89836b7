/** Looks whether what is public is still what was published: every file is read as anybody reads it, and compared. */
import { createHash } from "node:crypto";

import { type Digest, digestOfHex } from "../model/artifact.ts";
import { type Problem, problemsOf } from "../model/problem.ts";
import { eachOf } from "../store/each.ts";

/** Files read at once from one place. */
const atOnce = 4;

/** What should stand under a name. */
export interface Published {
  readonly name: string;
  readonly digest: Digest;
  readonly size: number;
}

/** What a place says when asked for a file. */
export type Read =
  | { readonly state: "there"; readonly bytes: AsyncIterable<Uint8Array>; readonly tag?: string | undefined }
  /** Only its digest is known, as the place says it. */
  | { readonly state: "told"; readonly digest: Digest }
  /** The place says that it did not change since it was last read. */
  | { readonly state: "same" }
  | { readonly state: "gone" };

export interface WatchedPlace {
  /** Name in the config, or the address. */
  readonly name: string;
  readonly published: readonly Published[];
  /** What its names are, for people; left out: `files`. */
  readonly names?: string | undefined;
  /** `tag` is what came with the file when it was last read and was right. */
  read(name: string, tag: string | undefined): Promise<Read>;
}

/** What is not as it was published. */
export interface Change {
  readonly name: string;
  readonly published: Digest;
  /** Undefined: nothing stands there any more. */
  readonly now: Digest | undefined;
}

export interface Observed {
  readonly place: string;
  readonly files: number;
  /** What these are: `tags`; left out: files. */
  readonly names?: string | undefined;
  /** Of these: not sent again, since the place says that they are the same. */
  readonly same: number;
  /** Sorted by name. */
  readonly changes: readonly Change[];
  /** Why some of it could not be read. */
  readonly problems: readonly Problem[];
}

/** What came with files that were right, by place and name: it makes reading them again cheap. */
export type Tags = Map<string, string>;

/** Reads everything once. Nothing that is wrong with the place is thrown. */
export async function observe(place: WatchedPlace, tags: Tags, signal: AbortSignal): Promise<Observed> {
  const changes: Change[] = [];
  const problems: Problem[] = [];
  let same = 0;
  await eachOf(place.published, atOnce, async (published) => {
    signal.throwIfAborted();
    const key = `${place.name} ${published.name}`;
    try {
      const read = await place.read(published.name, tags.get(key));
      if (read.state === "same") {
        same += 1;
        return;
      }
      const now = await digestOf(read, published.size);
      tags.delete(key);
      if (now !== published.digest) changes.push({ name: published.name, published: published.digest, now });
      else if (read.state === "there" && read.tag !== undefined) tags.set(key, read.tag);
    } catch (thrown) {
      const found = problemsOf(thrown);
      if (found === undefined || signal.aborted) throw thrown;
      problems.push(...found);
    }
  });
  const sorted = changes.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const { names } = place;
  return {
    place: place.name,
    files: place.published.length,
    ...(names === undefined ? {} : { names }),
    same,
    changes: sorted,
    problems,
  };
}

/** Reads to the end, but no further than one chunk behind where it should: what is longer is another file already. */
async function digestOf(read: Exclude<Read, { state: "same" }>, size: number): Promise<Digest | undefined> {
  if (read.state === "gone") return undefined;
  if (read.state === "told") return read.digest;
  const hash = createHash("sha256");
  let seen = 0;
  for await (const chunk of read.bytes) {
    hash.update(chunk);
    seen += chunk.length;
    if (seen > size) break;
  }
  return digestOfHex(hash.digest("hex"));
}
