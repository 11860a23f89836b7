/** Digests and sizes in the signature header of an rpm package, which rpm checks before it believes anything else. */
import { createHash } from "node:crypto";

import { lentChunks } from "../../../format/file.ts";
import type { SignatureValues } from "../../../format/rpm/tags.ts";
import type { Payload } from "./payload.ts";

const large = 0x1_0000_0000;

/** As every version of rpm 4 wants them. `header` is the header's bytes. */
export async function digests4(header: Uint8Array, payload: Payload): Promise<SignatureValues> {
  const size = header.length + payload.size;
  return {
    sha1: createHash("sha1").update(header).digest("hex"),
    sha256: createHash("sha256").update(header).digest("hex"),
    md5: await md5Of(header, payload.path),
    ...(size >= large ? { longSize: [size] } : { size: [size] }),
    ...(payload.plainSize >= large ? { longPayloadSize: [payload.plainSize] } : { payloadSize: [payload.plainSize] }),
  };
}

/** Of the header alone, which says everything of the payload (rpm, docs/manual/format_v6.md). */
export async function digests6(header: Uint8Array): Promise<SignatureValues> {
  return {
    sha256: createHash("sha256").update(header).digest("hex"),
    sha3: createHash("sha3-256").update(header).digest("hex"),
  };
}

/** Of header and payload, which only versions before 4.14 need. */
async function md5Of(header: Uint8Array, payload: string): Promise<Uint8Array> {
  const hash = createHash("md5").update(header);
  for await (const chunk of lentChunks(payload)) hash.update(chunk);
  return hash.digest();
}
