/** Runs the deflate kernel: AssemblyScript in `kernel/`, compiled to WebAssembly, so that its bytes are the same everywhere. */
import { kernelWasm } from "./kernel-wasm.ts";

// Neither TypeScript's library for ES2024 nor Node's types declare it.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** What `kernel/index.ts` exports. Addresses are in the memory. */
export interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly INPUT: { readonly value: number };
  readonly OUTPUT: { readonly value: number };
  /** The most bytes one call takes. */
  readonly MAX_INPUT: { readonly value: number };
  /** Compresses the first `size` bytes of the input into blocks; returns how many bytes of output they are. */
  deflate(size: number): number;
  /** Whether the first `compressed` bytes of the output are blocks that hold the first `size` bytes of the input: 1 or 0. */
  readsBack(size: number, compressed: number): number;
}

/** An instance with a memory of its own, most of which is only touched when large chunks are compressed. */
export function createKernel(): Kernel {
  const module = new WebAssembly.Module(Buffer.from(kernelWasm, "base64"));
  return new WebAssembly.Instance(module).exports as Kernel;
}
