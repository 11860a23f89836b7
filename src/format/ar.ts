/** Writes and reads ar archives in the form dpkg uses: short names, decimal sizes, even offsets (ar(5), deb(5)). */
import { Problem } from "../model/problem.ts";
import { byteReader } from "./deflate/byte-reader.ts";

const magic = "!<arch>\n";
const headerSize = 60;

/** Ten decimal digits. */
const mostBytes = 9_999_999_999;

export interface ArMember {
  /** Up to 16 bytes of printable ASCII without blank or `/`. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The bytes, in chunks, each of which may only be there until the next is asked for. */
  open(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

export interface ArOptions {
  /** Of every member, seconds since 1970. */
  readonly mtime: number;
}

/**
 * The archive of `members`, in their order; owner 0, group 0, mode 100644. Fails with `format.invalid` on a name or size that has
 * no room in a header, and where a member has other than `size` bytes.
 */
export async function* writeAr(members: Iterable<ArMember>, options: ArOptions): AsyncGenerator<Uint8Array> {
  yield Buffer.from(magic, "latin1");
  for (const member of members) {
    yield header(member, options);
    let size = 0;
    for await (const chunk of member.open()) {
      size += chunk.length;
      yield chunk;
    }
    if (size !== member.size)
      throw new Problem("format.invalid", `${member.name} has ${size} bytes, not ${member.size}`);
    if (size % 2 === 1) yield Buffer.from("\n", "latin1");
  }
}

function header({ name, size }: ArMember, { mtime }: ArOptions): Uint8Array {
  if (!/^[!-.0-~]{1,16}$/.test(name))
    throw new Problem("format.invalid", `"${name}" cannot name a member of an ar archive`);
  if (size > mostBytes)
    throw new Problem(
      "format.invalid",
      `${name} has ${size} bytes, and a member of an ar archive at most ${mostBytes}`,
      {
        hint: "Divide the package: no deb can be larger.",
      },
    );
  const fields = [name.padEnd(16), String(mtime).padEnd(12), "0".padEnd(6), "0".padEnd(6), "100644".padEnd(8)];
  return Buffer.from(`${fields.join("")}${String(size).padEnd(10)}\`\n`, "latin1");
}

/** A member as it is read: its bytes can be read once, before the next member is asked for. */
export interface ReadArMember {
  /** Without the `/` that some writers put behind it. */
  readonly name: string;
  readonly size: number;
  /** Of its first byte, in the archive. */
  readonly offset: number;
  open(): AsyncIterable<Uint8Array>;
}

/**
 * The members of an ar archive, in order; what is not read is skipped. Fails with `format.invalid` on anything that is none, that
 * ends early, and on the tables of long names that BSD and GNU have and dpkg has not.
 */
export async function* readAr(source: AsyncIterable<Uint8Array>): AsyncGenerator<ReadArMember> {
  const reader = byteReader(source);
  try {
    if (text(await reader.take(magic.length)) !== magic) throw damaged("it does not begin as one");
    for (let offset = magic.length; ;) {
      const block = await reader.take(headerSize);
      if (block.length === 0) return;
      const { name, size } = parseHeader(block);
      offset += headerSize;
      let left = size;
      const rest = async function* (): AsyncGenerator<Uint8Array> {
        while (left > 0) {
          const bytes = await reader.chunk();
          if (bytes === undefined) throw damaged("it ends early");
          const part = bytes.subarray(0, left);
          reader.unread(bytes.subarray(part.length));
          left -= part.length;
          yield part;
        }
      };
      yield { name, size, offset, open: rest };
      for await (const _ of rest());
      offset += size + (size % 2);
      if (size % 2 === 1 && text(await reader.take(1)) !== "\n")
        throw damaged("a member is not padded to an even size");
    }
  } finally {
    await reader.close();
  }
}

function parseHeader(block: Uint8Array): { readonly name: string; readonly size: number } {
  const name = text(block.subarray(0, 16)).trimEnd().replace(/\/$/, "");
  const size = /^[0-9 ]{24}[0-7 ]{8}([0-9]{1,10}) *`\n$/.exec(text(block.subarray(16)))?.[1];
  if (block.length !== headerSize || !/^[!-.0-~]+$/.test(name) || size === undefined)
    throw damaged("a member's header is not valid");
  return { name, size: Number(size) };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

function damaged(how: string): Problem {
  return new Problem("format.invalid", `The ar archive is damaged: ${how}`);
}
