/** Every way release notes come about. */
import type { Maker } from "../maker.ts";
import { changelog } from "./changelog.ts";
import { commits } from "./commits.ts";
import { file } from "./file.ts";

/** By the kind that `plan/notes.ts` decides. */
export const notesMakers: ReadonlyMap<string, Maker> = new Map(
  [commits, file, changelog].map((maker) => [maker.kind, maker]),
);
