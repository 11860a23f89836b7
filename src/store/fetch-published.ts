/** Fetches a published Release from an opened store: its statement first, then what that lists, each file whole and right or not there. */
import { join } from "node:path";

import type { Release } from "../format/release.ts";
import { verified } from "../format/verified.ts";
import { digestOfHex } from "../model/artifact.ts";
import { isReleaseSignature } from "../model/name.ts";
import { Problem, problemsOf } from "../model/problem.ts";
import type { Store } from "../model/store.ts";
import { eachOf } from "./each.ts";
import { writeNew } from "./files.ts";
import { paced, usualPace } from "./http/paced.ts";
import { namedSignatures, NotPublished } from "./remote-release.ts";

const statementName = "release.json";
const atOnce = 4;

export interface PublishedRelease {
  readonly store: Pick<Store, "where" | "read">;
  /** A private folder that is written into. */
  readonly folder: string;
}

/**
 * Writes release.json into the folder, and those of its signatures that are there, by the usual `names` or as it calls
 * them; nothing in them is looked at. Fails with
 * `verify.unavailable` where the store shows no Release.
 */
export async function fetchStatementFrom(
  { store, folder }: PublishedRelease,
  names: readonly string[],
  limits: { readonly statement: number; readonly signature: number },
): Promise<void> {
  if (!(await fetchTo({ store, folder }, statementName, limits.statement)))
    throw new Problem("verify.unavailable", `${store.where} shows no release: there is no ${statementName}`, {
      hint: "Look how far it is there: slipway status",
    });
  const all = new Set([...names, ...(await namedSignatures({ folder }))]);
  await eachOf([...all].filter(isReleaseSignature), atOnce, async (name) => {
    await fetchTo({ store, folder }, name, limits.signature);
  });
}

/** Writes what the Release lists into the folder. Returns what became of those that are not there, or not right. */
export async function fetchArtifactsFrom(
  published: PublishedRelease,
  { artifacts }: Pick<Release, "artifacts">,
): Promise<ReadonlyMap<string, Problem>> {
  const absent = new Map<string, Problem>();
  await eachOf(artifacts, atOnce, async ({ name, size, digests }) => {
    try {
      const expected = { name, size, digest: digestOfHex(digests.sha256) };
      if (!(await fetchTo(published, name, size, expected))) absent.set(name, new NotPublished());
    } catch (thrown) {
      const [problem] = problemsOf(thrown) ?? [];
      if (problem === undefined || problem.code.startsWith("step.") || problem.code.startsWith("disk.")) throw thrown;
      absent.set(name, problem);
    }
  });
  return absent;
}

/** False where there is no such file. */
async function fetchTo(
  { store, folder }: PublishedRelease,
  name: string,
  most: number,
  expected?: Parameters<typeof verified>[1],
): Promise<boolean> {
  const bytes = await store.read?.(name);
  if (bytes === undefined) return false;
  const some = paced(bytes, { what: name, most, pace: usualPace });
  const checked = expected === undefined ? some : verified(some, expected);
  await writeNew(join(folder, name), checked, { mode: 0o600, sync: false, as: name });
  return true;
}
