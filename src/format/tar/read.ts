/** Reads tar archives as streams, strictly: one meaning or none. */
import { Problem } from "../../model/problem.ts";
import { type ByteReader, byteReader } from "../deflate/byte-reader.ts";
import type { TarMember } from "./entry.ts";
import { type Header, blockSize, paddingSize, readHeader, typeflags } from "./header.ts";
import { type Description, memberOf } from "./member.ts";
import type { Decoded, KnownBytes } from "../splices.ts";
import { readPax } from "./pax.ts";

export interface ReadTarOptions {
  /** False accepts an end without the two blocks of zeros (the first parts of an apk). */
  readonly end?: boolean | undefined;
}

/** Headers that describe the next entry are kept in memory, so they are small. */
const mostDescription = 1024 * 1024;

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
      const block = await reader.take(blockSize);
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
      const content = contentReader(reader);
      const { member, size } = memberOf(parsed.header, description, content);
      content.expect(size);
      yield member;
      await content.skip();
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
  const key = describing[header.typeflag];
  if (key === undefined) return undefined;
  if (header.size > mostDescription) throw new Problem("format.invalid", "A tar header's description is too long");
  const bytes = exactly(await reader.take(header.size), header.size);
  await skipPadding(reader, header.size);
  if (key === "global") return { ...so, global: new Map([...so.global, ...readPax(bytes)]) };
  if (so[key] !== undefined || (key === "records" ? (so.longPath ?? so.longTarget) : so.records) !== undefined) {
    throw new Problem("format.invalid", "A tar entry is described twice");
  }
  return key === "records" ? { ...so, records: readPax(bytes) } : { ...so, [key]: withoutNul(bytes) };
}

const describing: Readonly<Record<string, "global" | "records" | "longPath" | "longTarget">> = {
  [typeflags.paxGlobal]: "global",
  [typeflags.paxRecords]: "records",
  [typeflags.gnuLongPath]: "longPath",
  [typeflags.gnuLongTarget]: "longTarget",
};

/** GNU tar ends these texts with one NUL. */
function withoutNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  if (end !== bytes.length - 1) throw new Problem("format.invalid", "A long name in the tar archive is damaged");
  return bytes.subarray(0, end);
}

/** Hands out one member's bytes, once, and skips what was not read. */
function contentReader(reader: ByteReader) {
  let size = 0;
  let left = 0;
  let opened = false;
  let over = false;

  async function* rest(): AsyncGenerator<Uint8Array> {
    while (left > 0) {
      const bytes = await reader.chunk();
      if (bytes === undefined) throw endsEarly();
      const part = bytes.subarray(0, left);
      reader.unread(bytes.subarray(part.length));
      left -= part.length;
      yield part;
    }
  }

  return {
    async known(): Promise<KnownBytes | undefined> {
      if (opened || over || left === 0) return undefined;
      const known = await reader.known(size);
      if (known !== undefined) left = 0;
      return known;
    },
    expect(bytes: number) {
      size = left = bytes;
    },
    open(path: string): AsyncIterable<Uint8Array> {
      if (opened || over) throw new Error(`${path}: a tar member can be read once, before the next one is asked for`);
      opened = true;
      return rest();
    },
    async skip() {
      if (left === size && left > 0 && (await reader.known(size)) !== undefined) left = 0;
      over = true;
      for await (const _ of rest());
      await skipPadding(reader, size);
    },
  };
}

async function skipPadding(reader: ByteReader, size: number): Promise<void> {
  const padding = paddingSize(size);
  if (exactly(await reader.take(padding), padding).some((byte) => byte !== 0)) {
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
