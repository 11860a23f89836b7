/** What `slipway verify` is given: a folder, a file, an address, or an image. */
import { stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";

import { errnoOf, onDisk } from "../../model/disk.ts";
import { releaseBase } from "../../store/remote-release.ts";

export type Target =
  | { readonly kind: "folder" | "file"; readonly path: string }
  | { readonly kind: "url"; readonly base: URL }
  | { readonly kind: "image"; readonly reference: string };

/** `docker://` before it, a transport of files, or a registry's host, which has a dot or a port. */
const image = /^(docker:\/\/|oci:|oci-archive:|docker-archive:|[A-Za-z0-9][A-Za-z0-9-]*([.:][A-Za-z0-9.:-]*)\/)/;

/** What stands on this machine goes before what could be asked of another; a release.json stands for its folder. */
export async function targetOf(text: string): Promise<Target> {
  if (/^https?:\/\//i.test(text)) return { kind: "url", base: releaseBase(text) };
  const path = resolve(text);
  const found = await onDisk(path, () => stat(path).catch(nothingThere));
  if (found?.isFile() === true)
    return basename(path) === "release.json" ? { kind: "folder", path: dirname(path) } : { kind: "file", path };
  if (found === undefined && image.test(text)) return { kind: "image", reference: text };
  return { kind: "folder", path };
}

function nothingThere(thrown: unknown): undefined {
  if (!["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(errnoOf(thrown) ?? "")) throw thrown;
  return undefined;
}
