/** The thread that compresses chunks: one request in, one reply out. */
import { parentPort } from "node:worker_threads";

import { compressChunk } from "./chunk.ts";
import { failureOf, type Reply, type Request } from "./message.ts";

parentPort?.on("message", (request: Request) => {
  void answer(request).then((reply) => {
    const moved = [reply.bytes.buffer];
    if ("piece" in reply.result && ownsBuffer(reply.result.piece.data)) moved.push(reply.result.piece.data.buffer);
    parentPort?.postMessage(reply, moved);
  });
});

async function answer({ job, codec, bytes }: Request): Promise<Reply> {
  try {
    return { job, bytes, result: { piece: await compressChunk(codec, bytes) } };
  } catch (thrown) {
    return { job, bytes, result: { failure: failureOf(thrown) } };
  }
}

/** Whether the buffer can be moved to another thread, since nothing else is in it. Otherwise it is copied. */
function ownsBuffer(data: Uint8Array): data is Uint8Array<ArrayBuffer> {
  return data.buffer instanceof ArrayBuffer && data.byteLength === data.buffer.byteLength;
}
