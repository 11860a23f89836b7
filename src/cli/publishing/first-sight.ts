/** What a place showed when it was first watched, kept between runs where no release is kept here. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

import { readRelease, type Release } from "../../format/release.ts";
import { digestOfHex } from "../../model/artifact.ts";
import { errnoOf, onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import type { Published, Read } from "../../publish/watch.ts";
import { makeFolder, replaceFile } from "../../store/files.ts";
import { signatureReaders } from "../../verify/signatures/table.ts";
import { mostSignature } from "../../verify/signed.ts";
import { mostStatement } from "../../verify/statement.ts";
import { registryNames } from "../verifying/elsewhere.ts";
import { stateFolder } from "../state-folder.ts";

type Reader = (name: string, most: number) => Promise<Read>;

const seen = z.array(
  z.object({ name: z.string(), digest: z.string().regex(/^sha256:[0-9a-f]{64}$/), size: z.number() }),
);

/** What was seen the first time, or is seen now. Fails with `verify.unavailable` where there is no Release. */
export async function firstSight(key: string, read: Reader): Promise<readonly Published[]> {
  const folder = join(stateFolder(process.env, process.platform), "watch");
  const path = join(folder, `${createHash("sha256").update(key).digest("hex")}.json`);
  const kept = await onDisk(path, () => readFile(path, "utf8").catch(nothingThere));
  if (kept !== undefined) return keptIn(kept, path);
  const found = await look(read);
  await makeFolder(folder);
  await replaceFile(path, Buffer.from(`${JSON.stringify(found, null, 2)}\n`), { mode: 0o644, sync: true });
  return found;
}

function keptIn(text: string, path: string): readonly Published[] {
  const { success, data } = seen.safeParse(parsed(text));
  if (success) return data.map(({ digest, ...rest }) => ({ ...rest, digest: digestOfHex(digest.slice(7)) }));
  throw new Problem("format.invalid", `${path} does not say what was seen`, { hint: "Remove it to begin anew." });
}

/** release.json says what everything it lists is; itself, and its signatures, are what they are now. */
async function look(read: Reader): Promise<readonly Published[]> {
  const statement = await bytesOf(await read("release.json", mostStatement), mostStatement);
  if (statement === undefined)
    throw new Problem("verify.unavailable", "there is no release.json to be seen", {
      hint: "Give the address of the folder that release.json lies in, or a store that the release was published to.",
    });
  const release = readRelease(Buffer.from(statement).toString("utf8"), "release.json");
  const signatures = await signaturesOf(release, read);
  return [publishedAs("release.json", statement), ...signatures, ...listedIn(release)];
}

async function signaturesOf(release: Release, read: Reader): Promise<readonly Published[]> {
  const usual = signatureReaders.flatMap(({ suffixes }) => suffixes.map((suffix) => `release.json${suffix}`));
  const found: Published[] = [];
  for (const name of new Set([...usual, ...(release.signatures ?? []).slice(0, 64)])) {
    const bytes = await bytesOf(await read(name, mostSignature), mostSignature);
    if (bytes !== undefined) found.push(publishedAs(name, bytes));
  }
  return found;
}

/** Images that are in a registry are not awaited as files. */
function listedIn({ artifacts }: Release): readonly Published[] {
  return artifacts
    .filter((artifact) => artifact.type !== "image" || registryNames(artifact).length === 0)
    .map(({ name, size, digests }) => ({ name, size, digest: digestOfHex(digests.sha256) }));
}

function publishedAs(name: string, bytes: Uint8Array): Published {
  return { name, size: bytes.length, digest: digestOfHex(createHash("sha256").update(bytes).digest("hex")) };
}

async function bytesOf(read: Read, most: number): Promise<Uint8Array | undefined> {
  if (read.state !== "there") return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of read.bytes) {
    size += chunk.length;
    if (size > most) throw new Problem("format.invalid", `it is larger than the ${most} bytes it may have`);
    chunks.push(new Uint8Array(chunk));
  }
  return Buffer.concat(chunks);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // and so not what the schema asks for
  }
}

function nothingThere(thrown: unknown): undefined {
  if (errnoOf(thrown) !== "ENOENT") throw thrown;
  return undefined;
}
