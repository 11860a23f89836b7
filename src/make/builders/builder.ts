/** A builder: one file that declares what its config entries mean and carries them out. */
import type { BuildKind } from "../../model/kind.ts";
import type { Maker } from "../maker.ts";

export type Builder<Options = unknown> = BuildKind<Options> & Maker;
