/** Makes container images from what the Plan names: no daemon, nothing is run. */
import type { ImageStepOptions } from "../../model/image.ts";
import type { Json } from "../../model/json.ts";
import type { Step } from "../../model/plan.ts";
import { problemsOf, throwIfAny, withoutRepeats } from "../../model/problem.ts";
import type { MakeContext, Maker, MakeResult } from "../maker.ts";
import { describeEntry, resolveFiles } from "../tree.ts";
import { addedEntries } from "./add.ts";
import { assemble } from "./assemble.ts";
import { filesOf } from "./entries.ts";
import { layerWriter } from "./layer.ts";
import { makePlatformImage } from "./platform-image.ts";

/** One OCI archive per Step, of all its platforms. */
export const imageMaker: Maker = {
  kind: "oci",
  version: 1,
  memory: 128 * 1024 * 1024,
  waits: true,
  key: describeImage,
  make: makeImage,
};

/** Files of the project and the machine; programs and packages are inputs, base images stand in the options by digest. */
async function describeImage(step: Step, context: MakeContext): Promise<Json> {
  const { platforms } = optionsOf(step);
  return Promise.all(
    platforms.map(async ({ layers, add }) => {
      const files = layers.flatMap(filesOf).filter(({ source }) => source !== "artifact");
      const entries = [...(await resolveFiles(files, context)), ...(await addedEntries(add, context))];
      return entries.map(describeEntry);
    }),
  );
}

async function makeImage(step: Step, context: MakeContext): Promise<MakeResult> {
  const options = optionsOf(step);
  const write = layerWriter(context);
  const images = await settled(
    options.platforms.map((planned) => makePlatformImage(planned, options.annotations, write, context)),
  );
  return assemble(step, options, images, context);
}

/** All results, once none is still at work in the scratch folder. Throws what failed, several Problems together. */
async function settled<Result>(work: readonly Promise<Result>[]): Promise<readonly Result[]> {
  const ended = await Promise.allSettled(work);
  const failures = ended.flatMap((end) => (end.status === "rejected" ? [problemsOf(end.reason)] : []));
  const problems = failures.flatMap((all) => all ?? []);
  if (failures.every((all) => all !== undefined)) throwIfAny(withoutRepeats(problems));
  return Promise.all(work);
}

function optionsOf(step: Step): ImageStepOptions {
  return step.options as unknown as ImageStepOptions;
}
