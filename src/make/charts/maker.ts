/** Makes a Helm chart. */
import type { Maker } from "../maker.ts";

export const chartMaker: Maker | undefined = undefined;
