/** What `mirror` is told to take: an address, a folder, a store of the config; or an image, which is no Release. */
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

import { readConfig } from "../../input/index.ts";
import { didYouMean } from "../../model/nearest.ts";
import { Problem } from "../../model/problem.ts";
import { releaseBase } from "../../store/remote-release.ts";
import { configFile } from "../config-file.ts";
import type { Options } from "../options.ts";
import { kinds } from "../tables.ts";

/** Where a Release is taken from. */
export type ReleaseAt =
  | { readonly kind: "url"; readonly base: URL }
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "store"; readonly name: string };

/**
 * Undefined for an image. Fails with `usage` on a word that is no store, and with `file.missing` on a path without a Release: no registry
 * is asked for what somebody misspelled.
 */
export async function releaseAt(from: string, options: Options): Promise<ReleaseAt | undefined> {
  if (/^https?:\/\//i.test(from)) return { kind: "url", base: releaseBase(from) };
  if (stands(join(from, "release.json"), "file")) return { kind: "folder", path: resolve(from) };
  if (/[/\\:@]/.test(from)) return withoutRelease(from);
  const names = await storesOf(options);
  if (names.includes(from)) return { kind: "store", name: from };
  if (stands(from, "folder")) return withoutRelease(from);
  const known = names.length === 0 ? "a store of the config" : `a store (${names.join(", ")})`;
  throw new Problem("usage", `${from} is no store, and no folder of a release`, {
    expected: `${known}, a folder with a release, an address, or an image`,
    hint: didYouMean(from, names) ?? `An image of Docker Hub is written with its tag: ${from}:latest`,
  });
}

async function storesOf(options: Options): Promise<readonly string[]> {
  const file = await configFile(options);
  return file === undefined ? [] : Object.keys((await readConfig({ dir: process.cwd(), file, kinds })).stores);
}

/** `./dist/9.9.9`, and `dist/9.9.9` where there is a `dist`, are paths; anything else of that form may be an image. */
function withoutRelease(from: string): undefined {
  const [first = ""] = from.split(/[/\\]/);
  const isPath = /^(\.{0,2}[/\\]|[A-Za-z]:[/\\])/.test(from) || (!first.includes(":") && stands(first, "folder"));
  if (!isPath) return undefined;
  throw new Problem("file.missing", `${from} holds no release: there is no release.json`, {
    hint: "A release's folder is one that `slipway release` made, or a copy of all that was published.",
  });
}

function stands(path: string, what: "file" | "folder"): boolean {
  return existsSync(path) && statSync(path).isDirectory() === (what === "folder");
}
