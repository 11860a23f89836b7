/** Reads cpio archives as streams, strictly: newc, and the stripped form of rpm where the header's files are given. */
import { Problem } from "../../model/problem.ts";
import { type ByteReader, byteReader } from "../deflate/byte-reader.ts";
import type { Decoded, KnownBytes } from "../splices.ts";
import { type CpioHeader, fixedSize, hexFields, magics, padding, strippedSize, trailerName } from "./header.ts";

export interface CpioMember extends CpioHeader {
  /** What is known of the bytes without reading them, where the source knew; asked before `open`. */
  known(): Promise<KnownBytes | undefined>;
  /** The bytes, once, and only before the next member is asked for; what is not read is skipped. */
  open(): AsyncIterable<Uint8Array>;
}

const longestPath = 64 * 1024;

/**
 * The members of a cpio archive, in order. `files` are those of the rpm header, which members of the stripped form are taken
 * from by index. Fails with `format.invalid` on anything else than a well-formed archive. Memory is bounded.
 */
export async function* readCpio(source: Decoded, files: readonly CpioHeader[] = []): AsyncGenerator<CpioMember> {
  const reader = byteReader(source);
  try {
    for (;;) {
      const header = await readHeader(reader, files);
      if (header.path === trailerName) break;
      const content = contentReader(reader, header);
      yield { ...header, known: () => content.known(), open: () => content.open() };
      await content.skip();
    }
    await readEnd(reader);
  } finally {
    await reader.close();
  }
}

async function readHeader(reader: ByteReader, files: readonly CpioHeader[]): Promise<CpioHeader> {
  const magic = text(await take(reader, magics.newc.length));
  if (magic === magics.stripped) {
    const [index = -1] = hexFields(text(await take(reader, strippedSize - magic.length)));
    await takeZeros(reader, padding(strippedSize).length);
    const file = files[index];
    if (file === undefined) throw damaged("has a file that its header does not know");
    return file;
  }
  if (magic !== magics.newc && magic !== magics.checked) throw damaged("has no header where one should be");
  const [inode = 0, mode = 0, , , , mtime = 0, size = 0, , , , , nameSize = 0] = hexFields(
    text(await take(reader, fixedSize - magic.length)),
  );
  if (nameSize < 2 || nameSize > longestPath) throw damaged("has a name of a wrong length");
  const name = await take(reader, nameSize);
  await takeZeros(reader, padding(fixedSize + nameSize).length);
  if (name.indexOf(0) !== nameSize - 1) throw damaged("has a name that ends nowhere");
  return { inode, mode, mtime, size, path: decode(name.subarray(0, -1)) };
}

/** Hands out one member's bytes, once, and skips what was not read. */
function contentReader(reader: ByteReader, { size, path }: CpioHeader) {
  let left = size;
  let opened = false;

  async function* rest(): AsyncGenerator<Uint8Array> {
    while (left > 0) {
      const bytes = await reader.chunk();
      if (bytes === undefined) throw damaged("ends early");
      const part = bytes.subarray(0, left);
      reader.unread(bytes.subarray(part.length));
      left -= part.length;
      yield part;
    }
  }

  return {
    async known(): Promise<KnownBytes | undefined> {
      if (opened || left === 0) return undefined;
      const known = await reader.known(size);
      if (known !== undefined) left = 0;
      return known;
    },
    open(): AsyncIterable<Uint8Array> {
      if (opened) throw new Error(`${path}: a cpio member can be read once`);
      opened = true;
      return rest();
    },
    async skip(): Promise<void> {
      if (left === size && left > 0 && (await reader.known(size)) !== undefined) left = 0;
      for await (const _ of rest());
      await takeZeros(reader, padding(size).length);
    },
  };
}

/** Zeros may follow, since tapes were written in blocks. */
async function readEnd(reader: ByteReader): Promise<void> {
  for (let bytes = await reader.chunk(); bytes !== undefined; bytes = await reader.chunk())
    if (bytes.some((byte) => byte !== 0)) throw damaged("has data after its end");
}

async function takeZeros(reader: ByteReader, length: number): Promise<void> {
  if ((await take(reader, length)).some((byte) => byte !== 0)) throw damaged("has data where there should be padding");
}

async function take(reader: ByteReader, length: number): Promise<Uint8Array> {
  const bytes = await reader.take(length);
  if (bytes.length < length) throw damaged("ends early");
  return bytes;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Problem("format.invalid", "A name in the cpio archive is not UTF-8", { cause });
  }
}

function damaged(how: string): Problem {
  return new Problem("format.invalid", `The cpio archive ${how}`);
}
