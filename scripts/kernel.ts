/** Compiles the deflate kernel to WebAssembly and writes it as a module: `npm run kernel`, after any change to its source. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import asc from "assemblyscript/asc";

const source = fileURLToPath(new URL("../src/format/deflate/kernel/", import.meta.url));
const target = fileURLToPath(new URL("../src/format/deflate/kernel-wasm.ts", import.meta.url));

/** 64 KiB each: room for the addresses in `memory.ts` and the output behind the last. */
const memoryPages = 224;

const options = `-O3 --converge --noAssert --enable simd --runtime stub --memoryBase 64 --initialMemory ${memoryPages}`;

/** The kernel as compiled from its source in this checkout. The same bytes on every machine. */
export async function compileKernel(): Promise<Uint8Array> {
  const files = new Map<string, string>();
  for (const name of await readdir(source)) files.set(name, await readFile(join(source, name), "utf8"));
  const written = new Map<string, Uint8Array | string>();
  const messages: (string | Uint8Array)[] = [];
  const { error } = await asc.main(["index.ts", "--outFile", "kernel.wasm", ...options.split(" ")], {
    readFile: (name) => files.get(name) ?? null,
    writeFile: (name, contents) => void written.set(name, contents),
    listFiles: () => [],
    stderr: { write: (message) => void messages.push(message) },
  });
  const wasm = written.get("kernel.wasm");
  if (error !== null || !(wasm instanceof Uint8Array)) throw new Error(messages.join(""), { cause: error });
  return wasm;
}

/** The module that carries the compiled kernel, so that neither tsc nor bundlers need to know of another kind of file. */
export function moduleOf(wasm: Uint8Array): string {
  const lines =
    Buffer.from(wasm)
      .toString("base64")
      .match(/.{1,110}/g) ?? [];
  return [
    "/** The compiled deflate kernel in base64. Written by `npm run kernel` from `kernel/`; do not edit. */",
    "",
    "export const kernelWasm =",
    `${lines.map((line) => `  "${line}"`).join(" +\n")};`,
    "",
  ].join("\n");
}

if (import.meta.main) {
  const wasm = await compileKernel();
  await writeFile(target, moduleOf(wasm));
  console.log(`${wasm.length} bytes of WebAssembly in ${target}`);
}
