/** Makes a Release: everything in the Plan, and then the statement over all of it. */
import { closeRelease } from "../make/close.ts";
import type { Artifact } from "../model/artifact.ts";
import { writeReleaseFolder } from "../store/release-folder.ts";
import { carryOut } from "./carry-out.ts";
import type { Decided } from "./decide.ts";
import type { Options } from "./options.ts";
import { fileSigner } from "./signing.ts";

/** Writes the Release into `folder`, an absolute path, and gives what is in it. */
export async function makeRelease(decided: Decided, folder: string, options: Options): Promise<readonly Artifact[]> {
  const { plan, render } = decided;
  return carryOut(decided, options, async (evidence, cache, signal) => {
    const { artifacts: made } = evidence;
    const sign = fileSigner(decided, signal);
    const noCache = options.cache === false;
    const artifacts = await closeRelease({ plan, made, evidence, cache, render, sign, noCache });
    // A snapshot is made again and again; a release is only replaced by one who says so.
    const existing = options.clean === true || plan.isSnapshot ? "replace" : "refuse";
    await writeReleaseFolder({ folder, layout: plan.release.layout, artifacts, from: cache, existing, signal });
    return artifacts;
  });
}
