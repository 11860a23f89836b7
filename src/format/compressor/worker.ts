/** The thread that compresses chunks: one message in, one message out, in order. */
import { parentPort } from "node:worker_threads";

import { compressChunk } from "./chunk.ts";
import { type Reply, type Request, failureOf } from "./message.ts";

parentPort?.on("message", (request: Request) => {
  void answer(request).then((reply) => {
    parentPort?.postMessage(reply, reply.piece === undefined ? [] : [reply.piece.data.buffer as ArrayBuffer]);
  });
});

async function answer({ job, codec, bytes }: Request): Promise<Reply> {
  try {
    const piece = await compressChunk(codec, bytes);
    return { job, piece: { ...piece, data: ownBytes(piece.data) } };
  } catch (thrown) {
    return { job, failure: failureOf(thrown) };
  }
}

/** `data` in a buffer of its own, so that the buffer can be moved to another thread whole. */
function ownBytes(data: Uint8Array): Uint8Array {
  return data.byteLength === data.buffer.byteLength && data.buffer instanceof ArrayBuffer ? data : data.slice();
}
