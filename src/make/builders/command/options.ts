/** The options of builder `command`: as people write them, and as a Step holds them. */
import type { Words } from "../../../model/schema.ts";
import type { Template } from "../../../model/template.ts";

/** What the outputs may be to the rest of the release. */
export const outputTypes = ["binary", "library", "package", "file"] as const;

/** As the schema returned them. */
export interface CommandOptions {
  readonly command: Words;
  readonly outputs: readonly Template[];
  readonly inputs?: readonly Template[] | undefined;
  readonly type: (typeof outputTypes)[number];
}

/** What a Step holds; paths and patterns are relative to the root. */
export type CommandStep = {
  readonly command: readonly string[];
  readonly dir: string;
  /** One for each of the Step's outputs. */
  readonly outputs: readonly string[];
  readonly inputs?: readonly string[];
  /** Variables the command gets where its environment has none of that name. */
  readonly constants: Readonly<Record<string, string>>;
};
