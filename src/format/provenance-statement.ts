/** The schema of provenance.json: an in-toto Statement v1 with SLSA's provenance v1, and what of it a Release says. */
import { z } from "zod";

import { shapes } from "./json-document.ts";
import { statementType } from "./release-statement.ts";

/** SLSA v1.2, "Build: Provenance". */
export const provenanceType = "https://slsa.dev/provenance/v1";

/** What the parameters mean: docs/provenance.md, "The build type". */
export const buildType = "pkg:npm/slipway#release/v1";

const gitObject = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, "expected the id of a git object");
const sha256 = z.strictObject({ sha256: shapes.sha256 });

const source = z.strictObject({
  name: z.literal("source"),
  uri: shapes.text.optional(),
  digest: z.strictObject({ gitCommit: gitObject, gitTree: gitObject }),
});

const image = z.strictObject({
  name: shapes.text,
  digest: sha256,
  annotations: z.strictObject({
    kind: z.literal("image"),
    manifests: z.array(z.strictObject({ platform: shapes.text, sha256: shapes.sha256 })).min(1),
  }),
});

const toolchain = z.strictObject({
  name: shapes.text,
  uri: z.string().startsWith("pkg:generic/"),
  annotations: z.strictObject({
    kind: z.literal("toolchain"),
    version: shapes.text,
    steps: z.array(shapes.text).min(1),
  }),
});

export const provenanceStatement = z.strictObject({
  _type: z.literal(statementType),
  subject: z.array(z.strictObject({ name: shapes.text, digest: sha256 })).min(1),
  predicateType: z.literal(provenanceType),
  predicate: z.strictObject({
    buildDefinition: z.strictObject({
      buildType: z.literal(buildType),
      externalParameters: z.strictObject({
        repository: shapes.text.optional(),
        ref: shapes.text.optional(),
        config: z.strictObject({ path: shapes.text, digest: sha256 }),
        tag: shapes.text.optional(),
        snapshot: z.boolean(),
        nightly: z.boolean(),
        targets: z.array(shapes.text).nonempty().optional(),
        skip: z.array(shapes.text).nonempty().optional(),
        version: shapes.text.optional(),
      }),
      internalParameters: z.strictObject({
        product: shapes.text,
        version: shapes.text,
        date: shapes.date,
        dirty: z.boolean(),
        plan: sha256,
        platform: shapes.text.optional(),
      }),
      resolvedDependencies: z.array(z.union([source, image, toolchain])).min(1),
    }),
    runDetails: z.strictObject({
      builder: z.strictObject({ id: shapes.text, version: z.strictObject({ slipway: shapes.text }) }),
      byproducts: z.array(z.strictObject({ name: shapes.text, digest: sha256 })).optional(),
    }),
  }),
});

export type ProvenanceStatement = z.infer<typeof provenanceStatement>;
export type Dependency = ProvenanceStatement["predicate"]["buildDefinition"]["resolvedDependencies"][number];
