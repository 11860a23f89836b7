/** The compiled kernel in the repository is what its source compiles to. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

import { compileKernel, moduleOf } from "../../../scripts/kernel.ts";

test("compiling the kernel's source gives the module that is checked in", async () => {
  const module = new URL("../../../src/format/deflate/kernel-wasm.ts", import.meta.url);
  expect(moduleOf(await compileKernel())).toBe(await readFile(module, "utf8"));
});
