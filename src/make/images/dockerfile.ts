/** Makes images by Dockerfiles, for those who need RUN: a tool of the machine builds, the result is an image like any other. */
import { join } from "node:path";

import type { ImageStepOptions, PlannedDockerfile, PlannedImage } from "../../model/image.ts";
import { Problem } from "../../model/problem.ts";
import type { MakeContext, Maker, MakeResult, StepOf } from "../maker.ts";
import { describeEntry } from "../tree.ts";
import { assemble } from "./assemble.ts";
import { readBuilt } from "./dockerfile/built.ts";
import { folderEntries, targetPlatform, writeFolder } from "./dockerfile/folder.ts";
import { asking, type BuildTool, chooseTool } from "./dockerfile/tools.ts";
import { describeImage, type PlatformImage } from "./platform-image.ts";

/** It runs every time: what a Dockerfile's commands and FROM lines read cannot be known. The tool's own cache makes that short. */
export const dockerfileMaker: Maker<ImageStepOptions> = {
  kind: "dockerfile",
  version: 1,
  async key(step, context) {
    const { platforms } = step.options;
    return Promise.all(
      platforms.map(async (planned) => {
        const entries = await folderEntries(dockerfileOf(planned), planned, context, {
          artifacts: false,
          place: step.place,
        });
        return entries.map(describeEntry);
      }),
    );
  },
  async make(step, context): Promise<MakeResult> {
    const { options } = step;
    const images: PlatformImage[] = [];
    // One after the other: the tools lock their storage, and use all cores themselves.
    for (const planned of options.platforms) {
      const name = dockerfileOf(planned).tool;
      const tool = await context.once(`build tool ${name}`, () => chooseTool(name, asking(context.run)));
      images.push(await buildPlatform(planned, step, tool, context));
    }
    const { made } = await assemble(step, options, images, context);
    return { made };
  },
};

async function buildPlatform(
  planned: PlannedImage,
  step: StepOf<ImageStepOptions>,
  tool: BuildTool,
  context: MakeContext,
): Promise<PlatformImage> {
  const dockerfile = dockerfileOf(planned);
  const name = planned.platform.replaceAll("/", "-");
  const folder = join(context.scratch, `context-${name}`);
  const entries = await folderEntries(dockerfile, planned, context, { artifacts: true, place: step.place });
  await writeFolder(folder, entries);
  const archive = join(context.scratch, `built-${name}.tar`);
  const { target, args } = dockerfile;
  await tool.build({ folder, platform: targetPlatform(planned.platform), target, args, archive }, context);
  const base = await readBuilt(archive, context);
  const platform = [base.config.os, base.config.architecture].join("/");
  if (!`${targetPlatform(planned.platform)}/`.startsWith(`${platform}/`))
    throw new Problem("step.failed", `${tool.name} built an image for ${platform}, not ${planned.platform}`);
  return describeImage(planned, step.options.annotations, { base, layers: [] }, context);
}

function dockerfileOf({ dockerfile, platform }: PlannedImage): PlannedDockerfile {
  if (dockerfile === null) throw new Error(`the image for ${platform} has no Dockerfile`);
  return dockerfile;
}
