/** Writes and reads signatures.json: every signature of a Release that is a file of its own, and which key made it. */
import { z } from "zod";

import { readDocument, shapes, writeDocument } from "./json-document.ts";
import type { ReleaseArtifact } from "./release.ts";

const shape = z.strictObject({
  schema: z.literal(1),
  product: shapes.text,
  version: shapes.text,
  signatures: z.array(
    z.strictObject({
      name: shapes.text,
      subject: shapes.text,
      format: shapes.text,
      /** Name and fingerprint of the key; absent for a signature by a command. */
      key: shapes.text.optional(),
      fingerprint: shapes.text.optional(),
      size: shapes.size,
      sha256: shapes.sha256,
    }),
  ),
});

export type SignatureList = z.infer<typeof shape>;

export interface SignatureListFacts {
  readonly product: string;
  readonly version: string;
  /** Those of the Release that have a subject. */
  readonly signatures: readonly ReleaseArtifact[];
}

/** The file's text, sorted by name. */
export function writeSignatureList({ product, version, signatures }: SignatureListFacts): string {
  const sorted = signatures.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return writeDocument({ schema: 1, product, version, signatures: sorted.map(lineOf) });
}

/** Reads a signatures.json. Fails with `format.invalid`, naming each field that is wrong. */
export function readSignatureList(text: string, file: string): SignatureList {
  return readDocument(text, shape, file);
}

function lineOf({ name, subject, size, digests, attributes = {} }: ReleaseArtifact) {
  const { format, key, fingerprint } = attributes;
  return { name, subject, format: format ?? "unknown", key, fingerprint, size, sha256: digests.sha256 };
}
