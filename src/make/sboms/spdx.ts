/** SBOMs of the kind `spdx`: SPDX 2.3 as JSON. */
import { writeSpdx } from "../../format/sbom/spdx.ts";
import { documentMaker, type DocumentOptions, documentSchema } from "./document.ts";
import type { SbomFormat } from "./kind.ts";

export const spdx: SbomFormat<DocumentOptions> = {
  kind: "spdx",
  summary: "SPDX 2.3 as JSON.",
  example: "spdx: '{{ artifact }}.sbom.json'\nof: [archives, images]\n",
  primary: "as",
  schema: documentSchema,
  decide: ({ as }) => ({
    attributes: { format: "spdx" },
    as,
    ofRelease: "sbom.spdx.json",
    suffix: ".spdx.json",
    options: {},
  }),
  maker: documentMaker("spdx", writeSpdx),
};
