/** Signatures of minisign, pre-hashed, as `minisign -V` reads them. */
import { template, z } from "../../model/schema.ts";
import { renderText, type Template, type Text } from "../../model/template.ts";
import type { MakingSignature } from "./kind.ts";

interface MinisignOptions {
  readonly key: string;
  readonly comment?: Template | undefined;
}

export const minisign: MakingSignature<MinisignOptions> = {
  kind: "minisign",
  summary: "A signature that `minisign -V` reads (`.minisig`).",
  example: "minisign: release\nof: [checksums, release]\n",
  primary: "key",
  schema: z.strictObject({
    key: z.string().min(1).describe("Name of a key in `trust.keys`."),
    comment: template(
      "The trusted comment, which is signed too. Left out: the release's clock and the file's name, as minisign writes them.",
      ["artifact"],
    ).optional(),
  }),
  methods: ["minisign"],
  keyOf: ({ key }) => key,
  decide({ key, comment }, scope) {
    const options = comment === undefined ? {} : { comment: renderText(comment, scope) };
    return { key, suffix: ".minisig", options };
  },
  async sign({ file, options, signer, time, render }) {
    if (signer?.method !== "minisign") throw new Error(`${file.name} is to be signed by minisign, with another key`);
    const text = options["comment"] as Text | undefined;
    const comment = text === undefined ? {} : { comment: render(text, { artifact: file.name }) };
    return signer.signFile(file, comment, time);
  },
};
