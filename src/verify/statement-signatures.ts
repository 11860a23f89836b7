/** Finds and checks the signatures of a Release's statement, which lie beside it and are listed nowhere. */
import { hash } from "node:crypto";
import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { digestOfHex } from "../model/artifact.ts";
import { onDisk } from "../model/disk.ts";
import type { FileToSign } from "../model/signer.ts";
import { checkSignature, isSignature, mostSignature } from "./signed.ts";
import type { TrustedKey } from "./signatures/kind.ts";
import type { Trust } from "./trust.ts";
import type { Check } from "./verdict.ts";

export const statementName = "release.json";

/** Signatures of release.json that are looked at. */
const mostSignatures = 64;

export interface CheckedSignatures {
  readonly checks: readonly Check[];
  readonly by: readonly TrustedKey[];
  /** Of all that can be read. */
  readonly names: ReadonlySet<string>;
  /** Of those that are right, or called as signatures are: anything can be made to look like one that somebody else made. */
  readonly called: ReadonlySet<string>;
  /** Of all files that are called `release.json.SUFFIX`. */
  readonly files: ReadonlySet<string>;
}

/** Signatures over the very bytes that were read. What is wrong with one is in its check. */
export async function checkSignatures(folder: string, bytes: Uint8Array, trust: Trust): Promise<CheckedSignatures> {
  const file: FileToSign = {
    name: statementName,
    digest: digestOfHex(hash("sha256", bytes)),
    size: bytes.length,
    async *open() {
      yield bytes;
    },
  };
  const checks: Check[] = [];
  const by: TrustedKey[] = [];
  const [names, called] = [new Set<string>(), new Set<string>()];
  const suffixes = trust.readers.flatMap((reader) => reader.suffixes);
  const files = await namedLikeIt(folder);
  for (const { name, bytes: signature } of await findSignatures(folder, files, trust)) {
    const checked = await checkSignature({ subject: name, bytes: signature }, file, trust);
    names.add(name);
    checks.push(checked.check);
    if (checked.by !== undefined) by.push(checked.by);
    const isWell = checked.check.outcome !== "skipped" || suffixes.some((suffix) => name.endsWith(suffix));
    if (isWell) called.add(name);
  }
  return { checks, by, names, called, files: new Set(files) };
}

async function namedLikeIt(folder: string): Promise<readonly string[]> {
  const entries = await onDisk(folder, () => readdir(folder, { withFileTypes: true }));
  const named = entries.filter((entry) => entry.isFile() && entry.name.startsWith(`${statementName}.`));
  return named.map(({ name }) => name).toSorted();
}

/** Files called `release.json.SUFFIX` that are signatures by their content; all else of that name is a file like any other. */
async function findSignatures(
  folder: string,
  names: readonly string[],
  trust: Trust,
): Promise<readonly { readonly name: string; readonly bytes: Uint8Array }[]> {
  const found: { name: string; bytes: Uint8Array }[] = [];
  for (const name of names.slice(0, mostSignatures)) {
    const path = join(folder, name);
    if ((await onDisk(path, () => lstat(path))).size > mostSignature) continue;
    const bytes = await onDisk(path, () => readFile(path));
    if (isSignature(bytes, trust)) found.push({ name, bytes });
  }
  return found;
}
