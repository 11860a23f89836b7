/** The Release that a forge's release is made from: its digest, which marks it, and what its release.json says of its files. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { digestOfFile } from "../../format/file.ts";
import { readRelease } from "../../format/release.ts";
import type { Digest } from "../../model/artifact.ts";
import { errnoOf, onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import type { StoreContext } from "../kind.ts";

export interface ReleaseHere {
  /** Of release.json. */
  readonly digest: Digest;
  /** File name of the notes, where they are a file of the Release. */
  readonly notesName: string | undefined;
}

type Where = Pick<StoreContext, "release" | "artifacts">;

/** Undefined where no Release lies on this machine and none is on its way: nothing was made yet. */
export async function findReleaseHere(where: Where): Promise<ReleaseHere | undefined> {
  return (await readFolder(where)) ?? amongArtifacts(where);
}

/** Of what comes from elsewhere, what goes there tells. */
function amongArtifacts({ artifacts = [] }: Where): ReleaseHere | undefined {
  const statement = artifacts.find(({ type }) => type === "release");
  if (statement === undefined) return undefined;
  return { digest: statement.digest, notesName: artifacts.find(({ type }) => type === "notes")?.name };
}

async function readFolder({ release }: Where): Promise<ReleaseHere | undefined> {
  const path = join(release, "release.json");
  try {
    const text = await readFile(path, "utf8");
    const notes = readRelease(text, "release.json").artifacts.find(({ type }) => type === "notes");
    return { digest: (await digestOfFile(path)).digest, notesName: notes?.name };
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (errno === "ENOENT" || errno === "ENOTDIR") return undefined;
    return thrown instanceof Problem ? Promise.reject(thrown) : onDisk(path, () => Promise.reject(thrown as Error));
  }
}

/** The same, where there has to be one: what is put somewhere is part of a Release. */
export async function releaseHere(context: Where): Promise<ReleaseHere> {
  const found = await findReleaseHere(context);
  if (found !== undefined) return found;
  throw new Problem(
    "file.missing",
    `${context.release} holds no release.json, which a release on a forge is marked with`,
    {
      hint: "Make it first: slipway release",
    },
  );
}
