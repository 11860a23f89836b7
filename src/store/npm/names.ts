/** What the packages of a Release are called, told by their bytes where the Release lies here: file names do not tell a scope. */
import { stat } from "node:fs/promises";
import { join } from "node:path";

import { readChunks } from "../../format/file.ts";
import { problemsOf } from "../../model/problem.ts";
import type { StoreContext } from "../kind.ts";
import type { PackageName } from "../packages/registry.ts";
import { readNpmPackage } from "./manifest.ts";

/** By the artifact's name; undefined for what is no npm package. What cannot be read is left to whoever publishes or verifies it. */
export async function namesInRelease({
  artifacts = [],
  release,
}: Pick<StoreContext, "artifacts" | "release">): Promise<ReadonlyMap<string, PackageName | undefined>> {
  const told = new Map<string, PackageName | undefined>();
  for (const artifact of artifacts) {
    const path = join(release, artifact.name);
    const found = await stat(path).catch(() => undefined);
    if (found?.size !== artifact.size) continue;
    try {
      const read = await readNpmPackage({ artifact, path, open: () => readChunks(path) });
      told.set(artifact.name, "unfit" in read ? undefined : { name: read.name, version: read.version });
    } catch (thrown) {
      if (problemsOf(thrown) === undefined) throw thrown;
    }
  }
  return told;
}
