/** The signature header of an rpm, which stands before all that is signed (rpm's docs/manual/format_v4.md). */
import { byteReader } from "../../../format/deflate/byte-reader.ts";
import { readChunks } from "../../../format/file.ts";
import { entrySize, headerMagic, introSize } from "../../../format/rpm/header.ts";
import { leadSize } from "../../../format/rpm/lead.ts";
import { Problem } from "../../../model/problem.ts";
import { digestOfBytes, formatOf, type Stripper } from "./kind.ts";

export const rpmSignature: Stripper = {
  name: "rpm signature",
  applies: (artifact) => ["rpm", "srpm"].includes(formatOf(artifact)),
  digest: (path) => digestOfBytes(signedPart(path)),
};

/** The main header and the payload. */
async function* signedPart(path: string): AsyncGenerator<Uint8Array> {
  const reader = byteReader(readChunks(path));
  try {
    await reader.take(leadSize);
    const intro = Buffer.from(await reader.take(introSize));
    if (intro.length < introSize || !intro.subarray(0, headerMagic.length).equals(headerMagic))
      throw new Problem("format.invalid", "The rpm package has no signature header");
    const size = intro.readUInt32BE(8) * entrySize + intro.readUInt32BE(12);
    let left = size + ((8 - (size % 8)) % 8);
    for (let chunk = await reader.chunk(); chunk !== undefined; chunk = await reader.chunk()) {
      const skipped = Math.min(left, chunk.length);
      left -= skipped;
      if (skipped < chunk.length) yield chunk.subarray(skipped);
    }
  } finally {
    await reader.close();
  }
}
