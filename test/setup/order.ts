/** The order of test files: those that take longest come first, so that no core is idle at the end. */

import { BaseSequencer, type TestSpecification } from "vitest/node";

// In the order of their time. What is not here follows, larger files first; a file that is missing here only costs time.
const LONGEST = [
  "equivalence/goreleaser",
  "make/builders/node",
  "publish/five-places",
  "make/builders/zig",
  "e2e/killed",
  "make/packages/rpm-large",
  "make/builders/python",
  "make/packages/deb-large",
  "examples/cell0",
  "e2e/init",
  "examples/restic-manager",
  "conformance/tuf",
  "prove/rebuild",
  "e2e/cut",
  "e2e/pipeline",
  "store/git/store",
  "store/gitea",
  "store/github-faults",
  "scaffold/ci",
  "store/gitea-faults",
  "e2e/publishing",
  "e2e/sbom",
  "examples/llstack",
  "store/s3",
  "examples/engram-tap",
  "e2e/trust-root",
  "verify/mutations",
  "make/attach",
  "make/builders/rust",
  "make/builders/go/reads",
  "e2e/places",
  "make/builders/bun",
  "equivalence/nfpm/nfpm",
  "make/builders/deno",
  "packages/many",
  "e2e/reproducible",
].map((name) => `/test/${name}.slow.test.ts`);

/** As vitest orders files, but for {@link LONGEST}: a fresh clone knows no times of its own. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is the order's own, not an array's
    const usual = await super.sort(files);
    const long = usual.filter(({ moduleId }) => rank(moduleId) >= 0);
    const rest = usual.filter(({ moduleId }) => rank(moduleId) < 0);
    return [...long.toSorted((a, b) => rank(a.moduleId) - rank(b.moduleId)), ...rest];
  }
}

function rank(moduleId: string): number {
  return LONGEST.findIndex((ending) => moduleId.endsWith(ending));
}
