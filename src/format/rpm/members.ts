/** The files inside an rpm package, decoded: what `make/` reads back and `verify/` opens. */
import { Problem } from "../../model/problem.ts";
import { type CpioMember, readCpio } from "../cpio/read.ts";
import { byteReader } from "../deflate/byte-reader.ts";
import { multiHasher } from "../digest.ts";
import { gunzip } from "../inflate.ts";
import { type RandomAccess, range } from "../random-access.ts";
import { type Decoded, gzippedBytes, joinedBytes, type Splice } from "../splices.ts";
import { unxz } from "../xz.ts";
import { unzstd } from "../zstd.ts";
import { filesOf, readRpm } from "./read.ts";
import type { HeaderValues } from "./tags.ts";

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

/** The members of the package's payload; its digests in the header are checked as the bytes pass. Fails with `format.invalid`. */
export async function* rpmMembers(bytes: Bytes): AsyncGenerator<CpioMember> {
  const reader = byteReader(bytes);
  try {
    const { header } = await readRpm(reader);
    const expected = payloadDigests(header);
    const hasher = multiHasher(Object.keys(expected) as (keyof typeof expected)[]);
    async function* payload(): Bytes {
      for (let chunk = await reader.chunk(); chunk !== undefined; chunk = await reader.chunk()) {
        hasher.update(chunk);
        yield chunk;
      }
    }
    yield* readCpio(payloadOf(header.payloadCompressor).decode(payload()), filesOf(header));
    for (const [algorithm, digest] of Object.entries(hasher.finish().digests))
      if (digest !== expected[algorithm as keyof typeof expected])
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

/** Those of the compressed payload, by algorithm: version 6 of the format has three. */
function payloadDigests(header: HeaderValues): Partial<Record<"sha256" | "sha512" | "sha3-256", string>> {
  const found = { sha256: header.payloadDigest?.[0], sha512: header.payloadSha512, "sha3-256": header.payloadSha3 };
  return Object.fromEntries(Object.entries(found).filter(([, digest]) => digest !== undefined));
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
