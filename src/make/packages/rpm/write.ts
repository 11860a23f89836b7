/** Writes an rpm package: payload, header, signature header, lead; and reads it back. */
import { rm } from "node:fs/promises";

import { lentChunks } from "../../../format/file.ts";
import { writeHeader } from "../../../format/rpm/header.ts";
import { writeLead } from "../../../format/rpm/lead.ts";
import { headerTags, type HeaderValues } from "../../../format/rpm/tags.ts";
import { throwIfAny } from "../../../model/problem.ts";
import type { Made, MakeContext } from "../../maker.ts";
import { readBack } from "../../read-back.ts";
import type { PackageEntry, ReadyPackage } from "../format.ts";
import { outsideOf } from "./check-contents.ts";
import { nvrOf, type RpmFields } from "./fields.ts";
import { type FileList, isGhost } from "./files.ts";
import { compressions, type Payload, writePayload } from "./payload.ts";
import { signatureHeader } from "./signature.ts";

/** What stands in the header besides what the payload says of itself. */
export type TagsOf = (payload: Payload) => HeaderValues;

/** The package in the scratch folder (rpm, docs/manual/format_v4.md); `files` are what it holds, whose tags `tagsOf` gives too. */
export async function writePackage(
  ready: ReadyPackage,
  files: FileList,
  tagsOf: TagsOf,
  context: MakeContext,
): Promise<Made> {
  const fields = ready.options as RpmFields;
  const compression = compressions[fields.compression];
  const payload = await writePayload(files, compression, context);
  const tags: HeaderValues = {
    ...tagsOf(payload),
    payloadFormat: "cpio",
    payloadCompressor: compression.name,
    payloadFlags: compression.flags,
    payloadDigest: [payload.sha256],
    payloadDigestAlgo: [8],
    payloadDigestAlt: [payload.plainSha256],
  };
  const header = writeHeader(headerTags, "header", tags);
  const signature = await signatureHeader(header, payload, ready.signer, ready.time);
  const lead = writeLead({ name: nvrOf(fields), arch: fields.arch, source: tags.sourcePackage !== undefined });
  const made = await context.write(ready.fileName, joined([lead, signature, header], payload.path));
  await rm(payload.path);
  const start = lead.length + signature.length + header.length;
  const splices = payload.splices.map((splice) => ({ ...splice, offset: splice.offset + start }));
  await readBack(
    { kind: "rpm", single: false },
    made.path,
    files.entries.filter((entry) => !isGhost(entry)).map(asWritten),
    splices,
  );
  return made;
}

/** Fails with `plan.invalid` where a file of a relocatable package cannot be relocated. */
export function refuseOutside(entries: readonly PackageEntry[], prefixes: readonly string[]): void {
  throwIfAny(entries.flatMap(({ path }) => outsideOf(`/${path}`, prefixes, undefined)));
}

/** Links have no mode of their own. */
function asWritten(entry: PackageEntry): PackageEntry {
  return { ...entry, mode: entry.type === "symlink" ? 0o777 : entry.mode & 0o7777 };
}

async function* joined(headers: readonly Uint8Array[], payload: string): AsyncGenerator<Uint8Array> {
  yield* headers;
  yield* lentChunks(payload);
}
