/** The files inside an rpm package, decoded: what `make/` reads back and `verify/` opens. */
import { createHash } from "node:crypto";

import { Problem } from "../../model/problem.ts";
import { type CpioMember, readCpio } from "../cpio/read.ts";
import { byteReader } from "../deflate/byte-reader.ts";
import { gunzip } from "../inflate.ts";
import { type RandomAccess, range } from "../random-access.ts";
import { type Decoded, gzippedBytes, joinedBytes, type Splice } from "../splices.ts";
import { unxz } from "../xz.ts";
import { unzstd } from "../zstd.ts";
import { filesOf, readRpm } from "./read.ts";

type Bytes = AsyncIterable<Uint8Array>;

interface Payload {
  decode(bytes: Bytes): Bytes;
  spliced(payload: RandomAccess, splices: readonly Splice[]): Decoded;
}

/** How a payload is decoded, by its PAYLOADCOMPRESSOR. Without one it is not compressed. */
const payloads: Readonly<Record<string, Payload>> = {
  "": { decode: (bytes) => bytes, spliced: (payload) => range(payload, 0, payload.size) },
  gzip: { decode: (bytes) => gunzip(bytes), spliced: gzippedBytes },
  zstd: { decode: (bytes) => unzstd(bytes), spliced: (payload, splices) => joinedBytes(payload, splices, unzstd) },
  xz: { decode: (bytes) => unxz(bytes), spliced: (payload, splices) => joinedBytes(payload, splices, unxz) },
};

/** The members of the package's payload; its digest in the header is checked as the bytes pass. Fails with `format.invalid`. */
export async function* rpmMembers(bytes: Bytes): AsyncGenerator<CpioMember> {
  const reader = byteReader(bytes);
  try {
    const { header } = await readRpm(reader);
    const hash = createHash("sha256");
    async function* payload(): Bytes {
      for (let chunk = await reader.chunk(); chunk !== undefined; chunk = await reader.chunk()) {
        hash.update(chunk);
        yield chunk;
      }
    }
    yield* readCpio(payloadOf(header.payloadCompressor).decode(payload()), filesOf(header));
    const [digest] = header.payloadDigest ?? [];
    if (digest !== undefined && hash.digest("hex") !== digest)
      throw new Problem("format.invalid", "The payload of the rpm package does not have the digest its header says");
  } finally {
    await reader.close();
  }
}

/** The same, of a package that was just written; `splices` are offsets in the package. */
export async function* rpmWritten(file: RandomAccess, splices: readonly Splice[]): AsyncGenerator<CpioMember> {
  const { header, payloadOffset } = await readRpm(byteReader(range(file, 0, file.size)));
  const payload: RandomAccess = {
    size: file.size - payloadOffset,
    read: (offset, length, buffer) => file.read(payloadOffset + offset, length, buffer),
  };
  const inside = splices.map((splice) => ({ ...splice, offset: splice.offset - payloadOffset }));
  yield* readCpio(payloadOf(header.payloadCompressor).spliced(payload, inside), filesOf(header));
}

function payloadOf(compressor: string | undefined): Payload {
  const payload = payloads[compressor ?? ""];
  if (payload === undefined)
    throw new Problem(
      "format.invalid",
      `The payload of the rpm package is compressed by ${compressor}, which nobody reads here`,
    );
  return payload;
}
