/** A word under `trust`. */
import type { z } from "../../../model/schema.ts";
import type { Tree } from "../../yaml/tree.ts";
import type { ReadableKinds, SectionContext } from "../section.ts";

export interface TrustPart<T> {
  readonly summary: string;
  schema(kinds: ReadableKinds): z.ZodType;
  /** `tree` is undefined where the file leaves the word out. */
  read(tree: Tree | undefined, context: SectionContext): T;
}
