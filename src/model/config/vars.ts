/** The `vars` of the config. */
import type { Template } from "../template.ts";

/** A value of `vars`: texts are templates over the release's other names. */
export type VarValue = Template | number | boolean | null | readonly VarValue[] | { readonly [name: string]: VarValue };
