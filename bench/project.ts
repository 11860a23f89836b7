/** A release made once more: actionlint, eleven targets, with everything that each side can remember remembered. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { differences, isText } from "../test/equivalence/compare.ts";
import { ROOT } from "../test/setup/imports.ts";
import { actionlintRepository } from "../test/worlds/module.ts";
import type { Benchmark } from "./harness/benchmark.ts";
import { compiledSlipway } from "./harness/compiled.ts";
import { programOf } from "./harness/peer.ts";

export const benchmark: Benchmark = {
  name: "project",
  ours: "Slipway",
  peer: "GoReleaser v2.16.0",
  input: "actionlint v1.7.12, eleven targets, released again with nothing changed; all caches warm on both sides",
  goal: { wall: 0.4 },
  runs: 5,
  prepare(folder) {
    const goreleaser = programOf("goreleaser");
    const config = readFileSync(join(ROOT, "test", "equivalence", "actionlint.slipway.yaml"), "utf8");
    const theirs = actionlintRepository();
    const ours = actionlintRepository({ "slipway.yaml": config });
    return {
      peer: { command: goreleaser, args: ["release", "--clean", "--skip=publish,homebrew"], cwd: theirs },
      ours: {
        command: compiledSlipway(folder),
        args: ["release", "--clean"],
        cwd: ours,
        env: { SLIPWAY_CACHE: join(folder, "cache") },
      },
      check() {
        const found = differences(join(theirs, "dist"), join(ours, "dist", "1.7.12"), isText);
        if (found.length > 0) throw new Error(found.join("\n"));
      },
    };
  },
};
