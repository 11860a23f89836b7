/** The builders there are: one line each. */
import type { Builder } from "./builder.ts";
import { bun } from "./bun.ts";
import { go } from "./go.ts";

export const builders: readonly Builder[] = [go, bun];
