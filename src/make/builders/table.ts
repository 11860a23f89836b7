/** The builders there are: one line each. */
import { kindTable, type KindTable } from "../../model/kind.ts";
import type { Builder } from "./builder.ts";
import { bun } from "./bun.ts";
import { command } from "./command.ts";
import { deno } from "./deno.ts";
import { go } from "./go.ts";
import { node } from "./node.ts";
import { prebuilt } from "./prebuilt.ts";
import { python } from "./python.ts";
import { rust } from "./rust.ts";
import { zig } from "./zig.ts";

export const builders: KindTable<Builder> = kindTable<Builder>([
  go,
  rust,
  bun,
  deno,
  node,
  python,
  zig,
  prebuilt,
  command,
]);
