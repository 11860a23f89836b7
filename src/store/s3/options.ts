/** What a bucket's store is told: as the config has it, and as the Plan has it. */
import { z } from "zod";

import type { SecretName, Words } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import type { SecretVariables } from "../variables.ts";

export interface S3Options {
  readonly s3: Template;
  readonly endpoint?: Template | undefined;
  readonly region?: Template | undefined;
  readonly path?: Template | undefined;
  readonly pathStyle?: boolean | undefined;
  readonly accessKey?: SecretName | undefined;
  readonly secretKey?: SecretName | undefined;
  readonly sessionToken?: SecretName | undefined;
  readonly profile?: Template | undefined;
  readonly role?: Template | undefined;
  readonly existing: "refuse" | "replace";
  readonly url?: Template | undefined;
  readonly latest?: Template | undefined;
  readonly after?: Words | undefined;
  readonly secrets?: SecretVariables | undefined;
  readonly cacheControl?: Template | undefined;
  readonly contentDisposition?: Template | undefined;
  readonly acl?: Template | undefined;
  readonly storageClass?: Template | undefined;
  readonly kms?: Template | undefined;
  readonly checksum: "sha256" | "none";
  /** Mebibytes. */
  readonly partSize: number;
  readonly ca?: Template | undefined;
  readonly insecure?: boolean | undefined;
}

const secret = z.object({ from: z.enum(["env", "file", "keychain", "run"]), name: z.string() });
const late = z.object({ late: z.string(), with: z.record(z.string(), z.json()) });
const text = z.union([z.string(), late]);

export const decidedSchema = z.object({
  bucket: z.string(),
  endpoint: z.string(),
  region: z.string(),
  path: z.string(),
  pathOf: late.optional(),
  pathStyle: z.boolean().optional(),
  accessKey: secret.optional(),
  secretKey: secret.optional(),
  sessionToken: secret.optional(),
  profile: z.string(),
  role: z.string().default(""),
  existing: z.enum(["refuse", "replace"]),
  url: z.string(),
  latest: z.string(),
  latestByChannel: z.boolean(),
  after: z.union([text, z.array(text)]).optional(),
  env: z.record(z.string(), text).default({}),
  secrets: z.record(z.string(), secret).default({}),
  headers: z.record(z.string(), z.string()),
  checksum: z.enum(["sha256", "none"]),
  partSize: z.number(),
  ca: z.string(),
  insecure: z.boolean(),
});

export type DecidedS3 = z.infer<typeof decidedSchema>;
