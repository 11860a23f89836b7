/** The builders there are: one line each. */
import { kindTable, type KindTable } from "../../model/kind.ts";
import type { Builder } from "./builder.ts";
import { bun } from "./bun.ts";
import { go } from "./go.ts";

export const builders: KindTable<Builder> = kindTable<Builder>([go, bun]);
