/** The builders there are: one line each. */
import { kindTable, type KindTable } from "../../model/kind.ts";
import type { Builder } from "./builder.ts";
import { bun } from "./bun.ts";
import { command } from "./command.ts";
import { go } from "./go.ts";
import { prebuilt } from "./prebuilt.ts";
import { rust } from "./rust.ts";
import { python } from "./python.ts";

export const builders: KindTable<Builder> = kindTable<Builder>([go, rust, bun, python, prebuilt, command]);
