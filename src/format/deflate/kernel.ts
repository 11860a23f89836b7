/** Runs the deflate kernel: AssemblyScript in `kernel/`, compiled to WebAssembly, so that its bytes are the same everywhere. */
import { kernelWasm } from "./kernel-wasm.ts";

/** The most bytes the kernel takes at once. */
export const maxInput = 2 * 1024 * 1024;

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Addresses in the memory. */
  readonly INPUT: { readonly value: number };
  readonly OUTPUT: { readonly value: number };
  /** Compresses the first `size` bytes of the input; returns the size of the output. */
  deflate(size: number): number;
}

let loaded: Exports | undefined;

/** `bytes`, at most {@link maxInput} of them, as deflate blocks: see `deflate` in `kernel/index.ts` for what they promise. */
export function deflateBlocks(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (bytes.length > maxInput) throw new RangeError(`the deflate kernel takes at most ${maxInput} bytes, not ${bytes.length}`);
  loaded ??= load();
  const memory = new Uint8Array(loaded.memory.buffer);
  memory.set(bytes, loaded.INPUT.value);
  const size = loaded.deflate(bytes.length);
  return memory.slice(loaded.OUTPUT.value, loaded.OUTPUT.value + size);
}

function load(): Exports {
  const module = new WebAssembly.Module(Buffer.from(kernelWasm, "base64"));
  return new WebAssembly.Instance(module).exports as unknown as Exports;
}
