/** Reads cpio archives as streams, strictly: newc, and the stripped form of rpm where the header's files are given. */
import { Problem } from "../../model/problem.ts";
import { type ByteReader, byteReader } from "../deflate/byte-reader.ts";
import { type MemberContent, memberContent } from "../member-content.ts";
import type { Decoded } from "../splices.ts";
import { type CpioHeader, fixedSize, hexFields, magics, paddingSize, strippedSize, trailerName } from "./header.ts";

export interface CpioMember extends CpioHeader, MemberContent {}

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
      const { skip, ...content } = memberContent(reader, header.size, () => damaged("ends early"));
      yield { ...header, ...content };
      await skip();
      await takeZeros(reader, paddingSize(header.size));
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
    await takeZeros(reader, paddingSize(strippedSize));
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
  await takeZeros(reader, paddingSize(fixedSize + nameSize));
  if (name.indexOf(0) !== nameSize - 1) throw damaged("has a name that ends nowhere");
  return { inode, mode, mtime, size, path: decode(name.subarray(0, -1)) };
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
  const bytes = reader.takeNow(length) ?? (await reader.take(length));
  if (bytes.length < length) throw damaged("ends early");
  return bytes;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new Problem("format.invalid", "A name in the cpio archive is not UTF-8", { cause });
  }
}

function damaged(how: string): Problem {
  return new Problem("format.invalid", `The cpio archive ${how}`);
}
