/** What a place of uploads is told: as the config has it, and as the Plan has it. */
import { z } from "zod";

import type { SecretName } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { registryNames, type RegistryName } from "./presets.ts";

export interface HttpOptions {
  readonly http: Template;
  readonly packages?: RegistryName | undefined;
  readonly repository?: Template | undefined;
  readonly method?: "PUT" | "POST" | undefined;
  readonly username?: Template | undefined;
  readonly password?: SecretName | undefined;
  readonly token?: SecretName | undefined;
  readonly tokenHeader?: string | undefined;
  readonly headers?: Readonly<Record<string, Template>> | undefined;
  readonly checksumHeaders?: boolean | undefined;
  readonly form?: Template | undefined;
  readonly fields?: Readonly<Record<string, Template>> | undefined;
  readonly existing: "refuse" | "replace";
  readonly url?: Template | undefined;
  readonly delete?: boolean | undefined;
  readonly ca?: Template | undefined;
  readonly insecure?: boolean | undefined;
}

const secret = z.object({ from: z.enum(["env", "file", "keychain", "run"]), name: z.string() });
const text = z.union([z.string(), z.object({ late: z.string(), with: z.record(z.string(), z.json()) })]);

export const decidedSchema = z.object({
  address: text,
  registry: z.enum(registryNames).optional(),
  repository: z.string(),
  method: z.enum(["PUT", "POST"]),
  username: z.string(),
  password: secret.optional(),
  token: secret.optional(),
  /** Lower case; empty: `Authorization: Bearer`. */
  tokenHeader: z.string(),
  headers: z.record(z.string(), text),
  checksumHeaders: z.boolean(),
  /** Empty: the body is the file. */
  form: z.string(),
  fields: z.record(z.string(), text),
  existing: z.enum(["refuse", "replace"]),
  url: text.optional(),
  delete: z.boolean(),
  ca: z.string(),
  insecure: z.boolean(),
});

export type DecidedHttp = z.infer<typeof decidedSchema>;
