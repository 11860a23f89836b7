/** SBOMs of the kind `cyclonedx`: CycloneDX 1.6 as JSON. */
import { writeCycloneDx } from "../../format/sbom/cyclonedx.ts";
import { documentMaker, type DocumentOptions, documentSchema } from "./document.ts";
import type { SbomFormat } from "./kind.ts";

export const cyclonedx: SbomFormat<DocumentOptions> = {
  kind: "cyclonedx",
  summary: "CycloneDX 1.6 as JSON.",
  example: "cyclonedx: '{{ project }}_{{ version }}.cdx.json'\n",
  primary: "as",
  schema: documentSchema,
  decide: ({ as }) => ({
    attributes: { format: "cyclonedx" },
    as,
    ofRelease: "sbom.cdx.json",
    suffix: ".cdx.json",
    options: {},
  }),
  maker: documentMaker("cyclonedx", writeCycloneDx),
};
