/** The `builds` of the config. */
import type { Entry } from "./entry.ts";
import type { Hook } from "./hooks.ts";
import type { ByTarget, Template } from "../template.ts";

export interface BuildEntry extends Entry {
  /** Which builder: `go`, `rust`, ... */
  readonly kind: string;
  /** The builder's own options as its schema returned them. */
  readonly options: unknown;
  readonly binary: ByTarget<Template> | undefined;
  readonly dir: Template | undefined;
  /** Where `slipway build` puts the programs. */
  readonly to: Template | undefined;
  readonly hooks: { readonly pre: readonly Hook[]; readonly post: readonly Hook[] };
}
