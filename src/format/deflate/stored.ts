/** Deflate blocks that hold bytes as they are (RFC 1951, 3.2.4): for what is compressed already, such as a package's inner archives. */
import { crc32 } from "../crc32.ts";
import type { Compressed, Content } from "../segment.ts";

const mostBytes = 0xffff;
const headerSize = 5;

/** A content for gzip, which takes it as it is. Its bytes are read once now, for their CRC-32. */
export async function storedContent(content: Omit<Content, "compressed">): Promise<Content> {
  let crc = 0;
  for await (const bytes of content.open()) crc = crc32(bytes, crc);
  const { size } = content;
  const form: Compressed = {
    size,
    crc32: crc,
    compressedSize: size + Math.ceil(size / mostBytes) * headerSize,
    open: () => storedBlocks(content.open()),
  };
  return {
    ...content,
    async compressed(codec) {
      if (codec !== "deflate") throw new Error(`${codec} has no blocks that are stored`);
      return form;
    },
  };
}

/** Whole blocks but for the last, wherever the source's chunks are cut; none of them final. */
async function* storedBlocks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pending: Uint8Array[] = [];
  let pendingSize = 0;
  const block = (): Uint8Array => {
    const header = Buffer.alloc(headerSize); // BFINAL 0, BTYPE 00, and nothing up to the byte's end
    header.writeUInt16LE(pendingSize, 1);
    header.writeUInt16LE(pendingSize ^ 0xffff, 3);
    const whole = Buffer.concat([header, ...pending]);
    pending = [];
    pendingSize = 0;
    return whole;
  };
  for await (const bytes of source) {
    for (let start = 0; start < bytes.length;) {
      const part = bytes.slice(start, start + mostBytes - pendingSize);
      pending.push(part);
      pendingSize += part.length;
      start += part.length;
      if (pendingSize === mostBytes) yield block();
    }
  }
  if (pendingSize > 0) yield block();
}
