/** Tar archives as no honest writer makes them: member by member, whatever they say (POSIX.1-2017, pax, "ustar Interchange Format"). */
import { gzipSync } from "node:zlib";

export interface OddMember {
  readonly path: string;
  /** `0` a file, `2` a symbolic link, `1` a hard link. */
  readonly type?: "0" | "1" | "2";
  readonly target?: string;
  readonly content?: Uint8Array;
  /** What the header says of the size; default: the truth. */
  readonly size?: number;
}

const block = 512;

export function oddTar(members: readonly OddMember[], end: Uint8Array = new Uint8Array(2 * block)): Uint8Array {
  return Buffer.concat([...members.flatMap((member) => [headerOf(member), padded(member.content)]), end]);
}

export function oddTarGz(members: readonly OddMember[], end?: Uint8Array): Uint8Array {
  return gzipSync(oddTar(members, end));
}

function headerOf({ path, type = "0", target = "", content = new Uint8Array(), size }: OddMember): Uint8Array {
  const header = Buffer.alloc(block);
  const octal = (value: number, width: number): string => value.toString(8).padStart(width - 1, "0");
  const said = type === "0" ? (size ?? content.length) : 0;
  header.write(path, 0, 100, "latin1");
  header.write(octal(0o644, 8), 100, "latin1");
  header.write(octal(0, 8), 108, "latin1");
  header.write(octal(0, 8), 116, "latin1");
  header.write(octal(said, 12), 124, "latin1");
  header.write(octal(0, 12), 136, "latin1");
  header.write(" ".repeat(8), 148, "latin1");
  header.write(type, 156, "latin1");
  header.write(target, 157, 100, "latin1");
  header.write("ustar\0" + "00", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 7)}\0 `, 148, "latin1");
  return header;
}

function padded(content: Uint8Array = new Uint8Array()): Uint8Array {
  return Buffer.concat([content, Buffer.alloc((block - (content.length % block)) % block)]);
}
