/** Names documents by what they say: the same content has the same name, on every machine. */
import { createHash } from "node:crypto";

import { canonicalJson, plain } from "../../model/json.ts";

/** A UUID of version 8 from the SHA-256 of the content (RFC 9562, 5.8 and B.2). */
export function uuidOf(content: unknown): string {
  const bytes = createHash("sha256")
    .update(canonicalJson(plain(content)))
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
