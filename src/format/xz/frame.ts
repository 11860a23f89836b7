/** What stands around a stream's blocks (The .xz File Format 1.2, 2.1). */
import { crc32 } from "../crc32.ts";
import { type BlockRecord, indexOf } from "./blocks.ts";

/** `flags`: the two bytes that name the check. */
export function streamHeader(flags: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from("fd377a585a00", "hex"), flags, littleEndian(crc32(flags))]);
}

/** Index and footer. */
export function streamEnd(records: readonly BlockRecord[], flags: Uint8Array): Uint8Array {
  const index = indexOf(records);
  const sized = Buffer.concat([littleEndian((index.length + 4) / 4 - 1), flags]);
  const footer = [littleEndian(crc32(sized)), sized, Buffer.from("YZ", "latin1")];
  return Buffer.concat([index, littleEndian(crc32(index)), ...footer]);
}

function littleEndian(number: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}
