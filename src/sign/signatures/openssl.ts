/** Detached signatures as bare bytes, as `openssl dgst -verify` and `openssl pkeyutl -verify` read them. */
import { z } from "../../model/schema.ts";
import type { MakingSignature } from "./kind.ts";

interface OpensslOptions {
  readonly key: string;
  readonly hash?: "sha256" | "sha384" | "sha512" | undefined;
}

export const openssl: MakingSignature<OpensslOptions> = {
  kind: "openssl",
  summary:
    "A detached signature that `openssl dgst -sha256 -verify` reads (`.sig`): RSA, ECDSA, or Ed25519 by pkeyutl.",
  example: "openssl: release\nof: [archives, index]\n",
  primary: "key",
  schema: z.strictObject({
    key: z.string().min(1).describe("Name of a key in `trust.keys`."),
    hash: z
      .enum(["sha256", "sha384", "sha512"])
      .describe("What RSA and ECDSA sign of the file; Ed25519 has its own.")
      .meta({ default: "sha256" })
      .optional(),
  }),
  methods: ["openssl"],
  keyOf: ({ key }) => key,
  decide: ({ key, hash = "sha256" }) => ({ key, suffix: ".sig", options: { hash } }),
  async sign({ file, options, signer, time }) {
    if (signer?.method !== "openssl") throw new Error(`${file.name} is to be signed for openssl, with another key`);
    return signer.signFile(file, options, time);
  },
};
