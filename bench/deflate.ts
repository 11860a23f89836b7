/** Deflate on one core: our kernel, which also reads back what it wrote, against node:zlib at level 6, which does not. */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Benchmark } from "./harness/benchmark.ts";
import { compiledPackage } from "./harness/compiled.ts";
import { fivePrograms, pathsIn } from "./harness/programs.ts";

const side = (name: string): string => join(import.meta.dirname, "sides", name);

export const benchmark: Benchmark = {
  name: "deflate",
  ours: "Slipway's deflate, one thread",
  peer: "node:zlib -6",
  input: "five different programs of 36 to 53 MB (Biome 2.2.4)",
  goal: { wall: 1 },
  runs: 5,
  prepare(folder) {
    const files = pathsIn(fivePrograms());
    const ours = { command: process.execPath, args: [side("deflate-ours.ts"), compiledPackage(folder), "0", ...files] };
    const peer = { command: process.execPath, args: [side("deflate-zlib.ts"), ...files] };
    return {
      ours,
      peer,
      check() {
        const [small, large] = [ours, peer].map(({ command, args }) => Number(execFileSync(command, args)));
        console.error(`bytes after compression: ours ${small}, theirs ${large}`);
        if (small === undefined || large === undefined || !(small > 0 && small <= large))
          throw new Error(`ours is ${small} bytes, theirs ${large}`);
      },
    };
  },
};
