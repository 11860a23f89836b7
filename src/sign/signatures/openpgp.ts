/** Detached OpenPGP signatures of files (RFC 9580), as `gpg --verify` and `sq verify` read them. */
import { z } from "../../model/schema.ts";
import type { MakingSignature } from "./kind.ts";

interface OpenpgpOptions {
  readonly key: string;
  readonly armor?: boolean | undefined;
}

export const openpgp: MakingSignature<OpenpgpOptions> = {
  kind: "openpgp",
  summary: "A detached OpenPGP signature, as `gpg --verify` reads it.",
  example: "openpgp: release\nof: [checksums]\n",
  primary: "key",
  schema: z.strictObject({
    key: z.string().min(1).describe("Name of a key in `trust.keys`."),
    armor: z.boolean().describe("Text (`.asc`) instead of bytes (`.sig`).").meta({ default: true }).optional(),
  }),
  methods: ["openpgp"],
  keyOf: ({ key }) => key,
  decide({ key, armor = true }) {
    return { key, suffix: armor ? ".asc" : ".sig", options: { armor } };
  },
  async sign({ file, options, signer, time }) {
    if (signer?.method !== "openpgp") throw new Error(`${file.name} is to be signed by OpenPGP, with another key`);
    return signer.detached(file.open(), { time, armor: options["armor"] === true });
  },
};
