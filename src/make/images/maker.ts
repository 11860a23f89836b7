/** Makes container images from what the Plan names: no daemon, nothing is run. */
import type { ImageStepOptions } from "../../model/image.ts";
import type { Json } from "../../model/json.ts";
import type { MakeContext, Maker, MakeResult, StepOf } from "../maker.ts";
import { describeEntry } from "../tree.ts";
import { resolveFiles } from "../resolve-files.ts";
import { addedEntries } from "./add.ts";
import { assemble } from "./assemble.ts";
import { layerWriter } from "./layer.ts";
import { makePlatformImage } from "./platform-image.ts";
import { settled } from "./settled.ts";

/** One OCI archive per Step, of all its platforms. */
export const imageMaker: Maker<ImageStepOptions> = {
  kind: "oci",
  version: 1,
  memory: 128 * 1024 * 1024,
  waits: true,
  key: describeImage,
  make: makeImage,
};

/** Files of the project and the machine; programs and packages are inputs, base images stand in the options by digest. */
async function describeImage(step: StepOf<ImageStepOptions>, context: MakeContext): Promise<Json> {
  const { platforms } = step.options;
  return Promise.all(
    platforms.map(async ({ layers, add }) => {
      const files = layers.flatMap(({ files: all }) => all).filter(({ source }) => source !== "artifact");
      const entries = [...(await resolveFiles(files, context)), ...(await addedEntries(add, context))];
      return entries.map(describeEntry);
    }),
  );
}

async function makeImage(step: StepOf<ImageStepOptions>, context: MakeContext): Promise<MakeResult> {
  const { options } = step;
  const write = layerWriter(context);
  const images = await settled(options.platforms, (planned) =>
    makePlatformImage(planned, options.annotations, write, context),
  );
  return assemble(step, options, images, context);
}
