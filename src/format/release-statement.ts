/** The schema of release.json: an in-toto Statement v1 with the release predicate v0.2 and our fields in it. */
import { z } from "zod";

import type { ArtifactType } from "../model/artifact.ts";
import { isReleaseSignature } from "../model/name.ts";
import { type DigestAlgorithm, digestAlgorithms } from "./digest.ts";
import { shapes } from "./json-document.ts";

export const statementType = "https://in-toto.io/Statement/v1";
export const predicateType = "https://in-toto.io/attestation/release/v0.2";

const artifactTypes: Readonly<Record<ArtifactType, ArtifactType>> = {
  binary: "binary",
  library: "library",
  archive: "archive",
  source: "source",
  package: "package",
  image: "image",
  chart: "chart",
  signature: "signature",
  sbom: "sbom",
  provenance: "provenance",
  signatures: "signatures",
  file: "file",
  notes: "notes",
  checksums: "checksums",
  index: "index",
  release: "release",
};

const digests = z.partialRecord(
  z.enum(Object.keys(digestAlgorithms) as DigestAlgorithm[]),
  z.string().regex(/^([0-9a-f]{2})+$/, "expected lower-case hex digits"),
);

const artifact = z.strictObject({
  name: shapes.text,
  type: z.enum(artifactTypes),
  platform: z
    .string()
    .regex(/^[a-z0-9]+(\/[A-Za-z0-9_]+){0,2}$/, "expected a platform such as linux/amd64")
    .optional(),
  size: shapes.size,
  digests: digests.refine((found) => found.sha256 !== undefined, "expected a sha256 digest"),
  binaries: z.array(z.strictObject({ path: shapes.text, sha256: shapes.sha256 })).optional(),
  subject: shapes.text.optional(),
  url: shapes.text.optional(),
  attributes: z.record(z.string(), z.json()).optional(),
});

export const statement = z.strictObject({
  _type: z.literal(statementType),
  subject: z.array(z.strictObject({ name: shapes.text, digest: z.strictObject({ sha256: shapes.sha256 }) })),
  predicateType: z.literal(predicateType),
  predicate: z.strictObject({
    purl: shapes.text,
    product: shapes.text,
    version: shapes.text,
    tag: z.string(),
    sequence: shapes.size,
    channel: shapes.text,
    commit: shapes.text,
    date: shapes.date,
    snapshot: z.boolean(),
    nightly: z.boolean(),
    prerelease: z.boolean(),
    signatures: z
      .array(z.string().refine(isReleaseSignature, "expected a name such as release.json.minisig"))
      .max(64)
      .optional(),
    artifacts: z.array(artifact),
    self: z.strictObject({ sha256: shapes.sha256 }),
  }),
});

export type Statement = z.infer<typeof statement>;
