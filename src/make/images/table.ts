/** Every way an image is made. */
import type { Maker } from "../maker.ts";
import { imageMaker } from "./maker.ts";

export const imageMakers: ReadonlyMap<string, Maker> = new Map([imageMaker].map((maker) => [maker.kind, maker]));
