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
import { compressions, writePayload } from "./payload.ts";
import { rpmFormats } from "./rpmformat.ts";
import { signatureHeader } from "./signature.ts";

/**
 * The package in the scratch folder (rpm, docs/manual/format_v4.md, format_v6.md); `files` are what it holds. `described` stands in
 * the header besides what files and payload say, and over what they say.
 */
export async function writePackage(
  ready: ReadyPackage,
  files: FileList,
  described: HeaderValues,
  context: MakeContext,
): Promise<Made> {
  const fields = ready.options as RpmFields;
  const format = rpmFormats[fields.rpmformat];
  const compression = compressions[fields.compression];
  const options = { compression, stripped: format.isWide(files.entries), digests: format.digests };
  const payload = await writePayload(files, options, context);
  const header = writeHeader(headerTags, "header", {
    ...format.fileTags(files, payload),
    ...described,
    payloadFormat: "cpio",
    payloadCompressor: compression.name,
    payloadFlags: compression.flags,
    ...format.payloadTags(payload),
  });
  const signature = await signatureHeader({ format, header, payload, signer: ready.signer, time: ready.time });
  const lead = writeLead({
    name: nvrOf(fields),
    arch: format.hasArchInLead ? fields.arch : undefined,
    source: described.sourcePackage !== undefined,
  });
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
