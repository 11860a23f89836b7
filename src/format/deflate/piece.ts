/** Compresses one chunk into deflate blocks that can be joined with others, and reads them back at once. */
import { Problem } from "../../model/problem.ts";
import { createKernel, type Kernel } from "./kernel.ts";

let kernel: Kernel | undefined;

/**
 * The blocks (RFC 1951) of up to 2 MiB: byte-aligned at both ends, no final block, no reference to anything before. They were
 * decoded again and compared with `bytes`; fails with `verify.mismatch` when they differ.
 */
export function deflatePiece(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  kernel ??= createKernel();
  if (bytes.length > kernel.MAX_INPUT.value) throw new RangeError(`too large for one deflate piece: ${bytes.length}`);
  const memory = new Uint8Array(kernel.memory.buffer);
  const input = memory.subarray(kernel.INPUT.value, kernel.INPUT.value + bytes.length);
  input.set(bytes);
  const size = kernel.deflate(bytes.length);
  const blocks = memory.slice(kernel.OUTPUT.value, kernel.OUTPUT.value + size);
  if (kernel.readsBack(bytes.length, size) !== 1 || Buffer.compare(input, bytes) !== 0) {
    throw new Problem("verify.mismatch", "A chunk that was just compressed does not decompress to the same bytes", {
      hint: "The machine's memory may be faulty. If it happens again, please report it with the file.",
    });
  }
  return blocks;
}
