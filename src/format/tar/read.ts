/** Reads tar archives as streams, strictly: one meaning or none. */
import { Problem } from "../../model/problem.ts";
import { type ByteReader, byteReader } from "../deflate/byte-reader.ts";
import type { TarMember } from "./entry.ts";
import { describesNext, type Description, withDescription } from "./description.ts";
import { type Header, blockSize, paddingSize, readHeader } from "./header.ts";
import { describedBy } from "./member.ts";
import { memberContent } from "../member-content.ts";
import type { Decoded } from "../splices.ts";

export interface ReadTarOptions {
  /** False accepts an end without the two blocks of zeros (the first parts of an apk). */
  readonly end?: boolean | undefined;
}

/**
 * The members of a tar archive, in order. A file's bytes can be read until the next member is asked for. Fails with
 * `format.invalid` on anything but a well-formed archive of one meaning: wrong checksums, early ends, what PAX and the header
 * say differently, data after the end. Paths that leave the folder are flagged (`unsafe`), not refused. Memory is bounded.
 */
export async function* readTar(source: Decoded, options: ReadTarOptions = {}): AsyncGenerator<TarMember> {
  const reader = byteReader(source);
  try {
    let description: Description = { global: new Map() };
    for (;;) {
      const block = reader.takeNow(blockSize) ?? (await reader.take(blockSize));
      if (block.length === 0 && options.end === false) break;
      const parsed = readHeader(exactly(block, blockSize));
      if (parsed === undefined) {
        await readEnd(reader);
        break;
      }
      const described = await describe(parsed.header, description, reader);
      if (described !== undefined) {
        description = described;
        continue;
      }
      const { member, size } = describedBy(parsed.header, description);
      const { skip, ...content } = memberContent(reader, size, endsEarly);
      yield member.type === "file" ? { ...member, ...content } : member;
      await skip();
      await skipPadding(reader, size);
      description = { global: description.global };
    }
    if (description.records ?? description.longPath ?? description.longTarget) {
      throw new Problem("format.invalid", "The tar archive ends with a header that describes nothing");
    }
  } finally {
    await reader.close();
  }
}

/** Adds what a describing header says; undefined when the header is an entry itself. */
async function describe(header: Header, so: Description, reader: ByteReader): Promise<Description | undefined> {
  if (!describesNext(header)) return undefined;
  const bytes = exactly(await reader.take(header.size), header.size);
  await skipPadding(reader, header.size);
  return withDescription(header, bytes, so);
}

async function skipPadding(reader: ByteReader, size: number): Promise<void> {
  const padding = paddingSize(size);
  if (padding === 0) return;
  const bytes = reader.takeNow(padding) ?? (await reader.take(padding));
  if (exactly(bytes, padding).some((byte) => byte !== 0)) {
    throw new Problem("format.invalid", "The tar archive has data where there should be padding");
  }
}

/** After the first block of zeros: a second one, and then nothing but zeros, since tapes were written in large records. */
async function readEnd(reader: ByteReader): Promise<void> {
  let zeros = 0;
  for (let bytes = await reader.chunk(); bytes !== undefined; bytes = await reader.chunk()) {
    if (bytes.some((byte) => byte !== 0)) throw new Problem("format.invalid", "The tar archive has data after its end");
    zeros += bytes.length;
  }
  if (zeros < blockSize) throw endsEarly();
}

function exactly(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length < length) throw endsEarly();
  return bytes;
}

function endsEarly(): Problem {
  return new Problem("format.invalid", "The tar archive ends early");
}
