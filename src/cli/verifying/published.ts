/** Compares the files that a Release should have where it is published with those that are there. */
import { readdir, stat } from "node:fs/promises";

import { onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import { httpClient } from "../../store/http.ts";
import { publishedNames, releaseBase } from "../../store/remote-release.ts";
import { readWhole } from "../../verify/read-whole.ts";
import type { RemoteContext } from "./remote.ts";

export interface Assets {
  /** Where was looked. */
  readonly where: string;
  readonly expected: readonly string[];
  readonly published: readonly string[];
  readonly missing: readonly string[];
  /** Of addresses nobody can say: they are asked for names. */
  readonly unexpected: readonly string[];
}

/** `where` is a folder, an address, or a file of names, one a line. All lists are sorted. */
export async function compareAssets(where: string, names: readonly string[], context: RemoteContext): Promise<Assets> {
  const expected = names.toSorted();
  const published = (await namesAt(where, expected, context)).toSorted();
  const [wanted, found] = [new Set(expected), new Set(published)];
  return {
    where,
    expected,
    published,
    missing: expected.filter((name) => !found.has(name)),
    unexpected: published.filter((name) => !wanted.has(name)),
  };
}

async function namesAt(where: string, expected: readonly string[], context: RemoteContext): Promise<readonly string[]> {
  if (/^https?:\/\//i.test(where)) return askFor(where, expected, context);
  const isFolder = (await onDisk(where, () => stat(where))).isDirectory();
  if (!isFolder) return listed(Buffer.from(await readWhole(where, 16 * 1024 * 1024)).toString("utf8"), where);
  const entries = await onDisk(where, () => readdir(where, { withFileTypes: true }));
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

async function askFor(
  where: string,
  expected: readonly string[],
  { env, signal }: RemoteContext,
): Promise<readonly string[]> {
  const http = httpClient({ env, signal, silence: 30_000 });
  try {
    return await publishedNames({ http, base: releaseBase(where) }, expected);
  } finally {
    http.close();
  }
}

/** As `gh release view --json assets --jq '.assets[].name'` prints them. */
function listed(text: string, file: string): readonly string[] {
  const names = text.split(/\r?\n/).filter((line) => line !== "");
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Problem("format.invalid", `${file}: ${JSON.stringify(twice)} stands there twice`);
  return names;
}
