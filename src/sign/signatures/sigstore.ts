/** Sigstore bundles of files (sigstore/protobuf-specs), as `cosign verify-blob --bundle` reads them. */
import { z } from "../../model/schema.ts";
import type { OnlyTypes } from "../../model/signature.ts";
import type { MakingSignature } from "./kind.ts";

interface SigstoreOptions {
  readonly key: string;
  readonly attest?: boolean | undefined;
}

/** Only these say something of others; images are signed by statements anyway. */
const attested: OnlyTypes = {
  option: "attest: true",
  types: ["sbom", "provenance", "image"],
  expected: "of: [sboms, provenance], and another entry for all else",
};

export const sigstore: MakingSignature<SigstoreOptions> = {
  kind: "sigstore",
  summary: "A sigstore bundle, as `cosign verify-blob` reads it; images are signed in their registries.",
  example: "sigstore: keyless\nof: [release, images]\n",
  primary: "key",
  schema: z.strictObject({
    key: z
      .string()
      .min(1)
      .describe("Name of a key in `trust.keys`; `keyless` signs with the identity of the CI job or person."),
    attest: z
      .boolean()
      .describe(
        "Whether what an SBOM or a provenance says is signed, for `cosign verify-blob-attestation`, and not its bytes.",
      )
      .meta({ default: false })
      .optional(),
  }),
  methods: ["sigstore"],
  attaches: true,
  keyOf: ({ key }) => key,
  decide({ key, attest = false }) {
    const options = { content: attest ? "statement" : "message" };
    return { key, suffix: ".sigstore.json", options, only: attest ? attested : undefined };
  },
  async sign({ file, options, signer, time }) {
    if (signer?.method !== "sigstore") throw new Error(`${file.name} is to be signed by sigstore, with another key`);
    return signer.signFile(file, options, time);
  },
};
