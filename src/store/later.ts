/** Places whose names go from Release to Release, such as the tag `nightly`: a later one that is out there already stays. */
import { createHash } from "node:crypto";

import { type Release, readRelease } from "../format/release.ts";
import type { ReleaseAbout } from "../model/about.ts";
import { type Artifact, type Digest, digestOfHex } from "../model/artifact.ts";
import { problemsOf } from "../model/problem.ts";
import type { Receipt, Store } from "../model/store.ts";
import { paced, usualPace } from "./http/paced.ts";
import { isLater } from "./image-version.ts";
import type { Probed } from "./kind.ts";

const statementName = "release.json";

/** Bytes of a release.json that is looked into. */
const mostStatement = 64 * 1024 * 1024;

/** Why a name stays as it is: `2.0.0, which is later, is there`. */
export function laterWords(version: string): string {
  return `${version}, which is later, is there`;
}

export interface Leaving {
  /** What is published. */
  readonly about: ReleaseAbout;
  /** Whether a Release that is out there, told by the digest of its release.json, was taken back: nobody is kept from replacing that. */
  isWithdrawn(release: Digest): Promise<boolean>;
}

/**
 * The same store, which skips everything where its names stand for a later Release of the same project, told by the release.json that it
 * shows. Snapshots replace whatever is there: somebody wants to show that very one.
 */
export function leavingLater(store: Store, leaving: Leaving): Store {
  let asked: Promise<string | undefined> | undefined;
  const why = (): Promise<string | undefined> => {
    asked ??= whyLeft(store, leaving);
    asked.catch(() => (asked = undefined));
    return asked;
  };
  let left: string | undefined;
  return {
    ...store,
    async put(artifact, bytes, path) {
      left = await why();
      return left === undefined ? store.put(artifact, bytes, path) : skipped("put", artifact, left);
    },
    async point(artifact) {
      return left === undefined ? store.point(artifact) : [skipped("point", artifact, left)];
    },
    left: () => left,
    ...unlessLeft("show"),
    ...unlessLeft("advance"),
  };

  function unlessLeft(act: "show" | "advance"): Partial<Pick<Store, "show" | "advance">> {
    const does = store[act];
    return does === undefined ? {} : { [act]: async () => (left === undefined ? does() : []) };
  }
}

/** The same before anything is sent: a line where all of it would be left. */
export async function laterLines(store: Pick<Store, "read">, leaving: Leaving): Promise<readonly Probed[]> {
  const why = await whyLeft(store, leaving);
  return why === undefined ? [] : [{ what: "names", outcome: "warning", detail: why }];
}

async function whyLeft(store: Pick<Store, "read">, { about, isWithdrawn }: Leaving): Promise<string | undefined> {
  if (about.isSnapshot && !about.isNightly) return undefined;
  const there = await statementIn(store);
  if (there === undefined || !isAfter(there.release, about) || (await isWithdrawn(there.digest))) return undefined;
  const { version } = there.release;
  return `${laterWords(version)} and stays; to go back to ${about.version}, take that back first: slipway yank ${version}`;
}

/** By version, as everything that names the newest; by their clocks where versions tell no order, as those of nightlies. */
function isAfter(there: Pick<Release, "product" | "version" | "epoch">, about: ReleaseAbout): boolean {
  if (there.product !== about.project || isLater(about.version, there.version)) return false;
  return isLater(there.version, about.version) || there.epoch > about.epoch;
}

interface Standing {
  readonly release: Release;
  readonly digest: Digest;
}

/** Undefined where there is none that can be read: then nothing says what stands there. */
async function statementIn(store: Pick<Store, "read">): Promise<Standing | undefined> {
  const found = await store.read?.(statementName);
  if (found === undefined) return undefined;
  try {
    const bytes = await whole(found);
    const digest = digestOfHex(createHash("sha256").update(bytes).digest("hex"));
    return { release: readRelease(bytes.toString("utf8"), statementName), digest };
  } catch (thrown) {
    const [problem] = problemsOf(thrown) ?? [];
    if (problem?.code === "format.invalid" || problem?.code === "verify.mismatch") return undefined;
    throw thrown;
  }
}

async function whole(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const some = paced(bytes, { what: statementName, most: mostStatement, pace: usualPace });
  for await (const chunk of some) chunks.push(new Uint8Array(chunk));
  return Buffer.concat(chunks);
}

function skipped(act: Receipt["act"], { name, digest }: Pick<Artifact, "name" | "digest">, why: string): Receipt {
  return { act, name, digest, outcome: "skipped", why };
}
