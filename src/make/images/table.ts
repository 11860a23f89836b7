/** Every way an image is made. */
import type { Maker } from "../maker.ts";
import { dockerfileMaker } from "./dockerfile.ts";
import { imageMaker } from "./maker.ts";

export const imageMakers: ReadonlyMap<string, Maker> = new Map(
  [imageMaker, dockerfileMaker].map((maker) => [maker.kind, maker]),
);
