/** The checks an xz stream may hold over its uncompressed bytes (The .xz File Format 1.2, 2.1.1.2 and 6). */
import { createHash } from "node:crypto";

import { crc32 } from "../crc32.ts";
import { crc64 } from "./crc64.ts";

export interface Check {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

/** By the id in the stream's flags. Other ids are reserved. */
export const checks: ReadonlyMap<number, () => Check> = new Map<number, () => Check>([
  [0x00, () => ({ update() {}, digest: () => Buffer.alloc(0) })],
  [0x01, crc32Check],
  [0x04, crc64],
  [0x0a, () => createHash("sha256")],
]);

function crc32Check(): Check {
  let crc = 0;
  return {
    update(bytes) {
      crc = crc32(bytes, crc);
    },
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(crc);
      return bytes;
    },
  };
}
