/** The order of test files: those that take longest come first, so that no core is idle at the end. */

import { BaseSequencer, type TestSpecification } from "vitest/node";

// In the order of their time; all quick ones run before the slow ones. What is not here follows, larger files first; a file that is
// missing here only costs time.
const LONGEST = [
  "e2e/exit-codes",
  "format/compressor",
  "format/splices",
  "e2e/json",
  "input/facts/gather",
  "format/xz",
  "equivalence/goreleaser",
  "make/builders/node",
  "e2e/killed",
  "publish/five-places",
  "make/packages/rpm-large",
  "make/builders/python",
  "make/packages/deb-large",
  "conformance/tuf",
  "make/builders/zig",
  "e2e/init",
  "equivalence/nfpm/nfpm",
  "prove/rebuild",
  "store/git/gitea",
  "e2e/places",
  "examples/restic-manager",
  "examples/cell0",
  "prove/attack",
  "make/builders/go/reads",
  "examples/llstack",
  "package",
  "store/gitea",
  "e2e/reproducible",
  "examples/jaco",
  "e2e/registry",
  "make/builders/rust",
  "e2e/plan-file",
  "e2e/cut",
  "e2e/publishing",
  "e2e/verify",
  "make/packages/deb",
  "store/gitea-faults",
  "store/github-faults",
  "e2e/trust-root",
  "e2e/again",
  "e2e/disks",
  "e2e/stopping",
  "e2e/signing",
  "packages/versions",
  "make/attach",
  "scaffold/ci",
  "make/builders/deno",
  "examples/engram-image",
  "format/same-bytes",
  "packages/many",
  "make/builders/bun",
  "store/git/store",
  "make/builders/go/stamp",
  "store/s3",
  "examples/engram-tap",
  "e2e/pipeline",
  "e2e/sbom",
  "verify/mutations",
];

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
  const name = moduleId.replace(/(\.slow)?\.test\.ts$/, "");
  return LONGEST.findIndex((ending) => name.endsWith(`/test/${ending}`));
}
