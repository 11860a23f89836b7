/** A kind of SBOM with its making half. */
import type { SbomKind } from "../../model/sbom.ts";
import type { Maker } from "../maker.ts";

export interface SbomFormat<Options = unknown> extends SbomKind<Options> {
  readonly maker: Maker;
}
