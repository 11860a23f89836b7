/** The SBOM of one Go program of 42 MB as SPDX, by syft and by `slipway sbom`, whole processes. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark } from "./harness/benchmark.ts";
import { compiledSlipway } from "./harness/compiled.ts";
import { golangciLint } from "./harness/golangci-lint.ts";
import { programOf } from "./harness/peer.ts";

export const benchmark: Benchmark = {
  name: "sbom",
  ours: "slipway sbom",
  peer: "syft v1.54.0",
  input: "golangci-lint 2.15.0, a Go program of 42 MB, to SPDX 2.3",
  goal: { wall: 0.2 },
  runs: 9,
  prepare(folder) {
    const program = golangciLint();
    const [ours, theirs] = [join(folder, "ours.spdx.json"), join(folder, "theirs.spdx.json")];
    return {
      ours: { command: compiledSlipway(folder), args: ["sbom", program, "--output", ours] },
      peer: {
        command: programOf("syft"),
        args: ["scan", `file:${program}`, "--quiet", "--output", `spdx-json=${theirs}`],
        env: { SYFT_CHECK_FOR_APP_UPDATE: "false" },
      },
      check() {
        const [own, other] = [packagesOf(ours), packagesOf(theirs)];
        console.error(`packages: ours ${own.size}, theirs ${other.size}`);
        const lost = [...other].filter((purl) => !own.has(purl));
        if (other.size < 100 || lost.length > 0) throw new Error(`packages that ours lacks: ${lost.join(", ")}`);
      },
    };
  },
};

/** Package URLs of everything in an SPDX document. */
function packagesOf(file: string): ReadonlySet<string> {
  const { packages } = JSON.parse(readFileSync(file, "utf8")) as {
    readonly packages: readonly {
      readonly externalRefs?: readonly { readonly referenceType: string; readonly referenceLocator: string }[];
    }[];
  };
  const references = packages.flatMap(({ externalRefs = [] }) => externalRefs);
  return new Set(
    references.flatMap(({ referenceType, referenceLocator }) => (referenceType === "purl" ? [referenceLocator] : [])),
  );
}
