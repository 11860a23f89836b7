/** Makes container images from what the Plan names: no daemon, nothing is run. */
import type { ImageStepOptions } from "../../model/image.ts";
import type { Json } from "../../model/json.ts";
import type { Step } from "../../model/plan.ts";
import type { MakeContext, Maker, MakeResult } from "../maker.ts";
import { describeEntry } from "../tree.ts";
import { resolveFiles } from "../resolve-files.ts";
import { addedEntries } from "./add.ts";
import { assemble } from "./assemble.ts";
import { filesOf } from "./entries.ts";
import { layerWriter } from "./layer.ts";
import { makePlatformImage } from "./platform-image.ts";
import { settled } from "./settled.ts";

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
  const images = await settled(options.platforms, (planned) =>
    makePlatformImage(planned, options.annotations, write, context),
  );
  return assemble(step, options, images, context);
}

function optionsOf(step: Step): ImageStepOptions {
  return step.options as unknown as ImageStepOptions;
}
