/** Target files of a TUF repository: streamed into a folder, and given their name only once length and hashes are right (TUF 1.0.34, 5.7). */
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { checkFile } from "../../format/tuf/hashes.ts";
import type { TargetFile } from "../../format/tuf/metadata.ts";
import { onDisk } from "../../model/disk.ts";
import { Problem, problemsOf } from "../../model/problem.ts";
import { asked } from "./client.ts";

/** A target's bytes from the repository; undefined where there are none. Whoever reads may stop at any time. */
export type FetchTarget = (path: string) => Promise<AsyncIterable<Uint8Array> | undefined>;

export interface DownloadRequest {
  readonly path: string;
  readonly said: TargetFile;
  readonly folder: string;
  /** Whether the repository's names begin with hashes (consistent snapshots). */
  readonly prefixed: boolean;
  readonly fetch: FetchTarget;
}

/** The file's path, a name that can do no harm; a file that is already right is not fetched again. Fails with `verify.mismatch` or `verify.unavailable`. */
export async function downloadTarget({ path, said, folder, prefixed, fetch }: DownloadRequest): Promise<string> {
  const to = join(folder, encodeURIComponent(path));
  if (await isRight(to, said)) return to;
  const beside = `${to}.${process.pid}.new`;
  try {
    await onDisk(folder, () => mkdir(folder, { recursive: true }));
    const bytes = await asked(() => fetch(prefixed ? prefixedPath(path, said) : path));
    if (bytes === undefined) throw new Problem("verify.unavailable", `${path} is not there`);
    await asked(() => save(bytes, beside, said, path));
    await onDisk(to, () => rename(beside, to));
    return to;
  } finally {
    await rm(beside, { force: true });
  }
}

/** `dir/name` is kept as `dir/HASH.name`, for any of its hashes; ours and most others' come with one. */
function prefixedPath(path: string, { hashes }: Pick<TargetFile, "hashes">): string {
  const [hash = ""] = Object.values(hashes);
  const parts = path.split("/");
  return [...parts.slice(0, -1), `${hash}.${parts.at(-1) ?? ""}`].join("/");
}

async function save(bytes: AsyncIterable<Uint8Array>, to: string, said: TargetFile, path: string): Promise<void> {
  const check = checkFile(said, path);
  const file = await onDisk(to, () => open(to, "w", 0o600));
  try {
    for await (const chunk of bytes) {
      check.update(chunk);
      await onDisk(to, () => file.writeFile(chunk));
    }
    check.finish();
    await onDisk(to, () => file.sync());
  } finally {
    await file.close();
  }
}

async function isRight(path: string, said: TargetFile): Promise<boolean> {
  const check = checkFile(said, path);
  try {
    for await (const chunk of createReadStream(path)) check.update(chunk as Buffer);
    check.finish();
    return true;
  } catch (thrown) {
    if (problemsOf(thrown) !== undefined || (thrown instanceof Error && "code" in thrown)) return false;
    throw thrown;
  }
}
