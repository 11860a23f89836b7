/** TUF metadata: what each role's file says, read strictly and written in one form (TUF 1.0.34, section 4). */
import { z } from "zod";

import type { Json, JsonObject } from "../../model/json.ts";
import { readableJson } from "../../model/json.ts";
import { Problem, throwIfAny } from "../../model/problem.ts";
import { readStrictJson } from "./strict-json.ts";

/** The roles whose metadata every client reads. */
const topRoles = ["root", "targets", "snapshot", "timestamp"] as const;

export type TopRole = (typeof topRoles)[number];

/** Longest metadata that is read, in bytes, where the metadata above does not say. */
export const mostBytes: Readonly<Record<TopRole, number>> = {
  root: 512_000,
  timestamp: 16_384,
  snapshot: 2_000_000,
  targets: 5_000_000,
};

const version = z.int().min(1);
const hashes = z
  .record(z.string(), z.string().regex(/^[0-9a-f]+$/))
  .refine((map) => Object.keys(map).length > 0, "expected at least one hash");
const distinct = z
  .array(z.string().min(1))
  .refine((ids) => new Set(ids).size === ids.length, "expected every key id once");
const role = { keyids: distinct, threshold: z.int().min(1) } as const;
const keys = z.record(
  z.string(),
  z.looseObject({
    keytype: z.string(),
    scheme: z.string(),
    keyval: z.looseObject({ public: z.string().optional() }),
  }),
);
const meta = z.looseObject({ version, length: z.int().min(0).optional(), hashes: hashes.optional() });
const target = z.looseObject({
  length: z.int().min(0),
  hashes,
  custom: z.record(z.string(), z.unknown()).optional(),
});

const common = {
  spec_version: z.string().regex(/^1\.\d+(\.\d+)?$/, "expected version 1 of the specification"),
  version,
  expires: z.iso.datetime({ precision: 0 }).refine((text) => text.endsWith("Z"), "expected a time in UTC"),
} as const;

/** A delegated role shares no file with one of the four, also where file names know no case. */
const roleName = z
  .string()
  .min(1)
  .refine((name) => encodeURIComponent(name).length <= 200, "expected a name that files can have")
  .refine((name) => !topRoles.some((top) => top === name.toLowerCase()), "expected a name that is no top-level role");

const delegation = z
  .looseObject({
    name: roleName,
    ...role,
    terminating: z.boolean(),
    paths: z.array(z.string()).optional(),
    path_hash_prefixes: z.array(z.string().regex(/^[0-9a-f]+$/)).optional(),
  })
  .refine(
    ({ paths, path_hash_prefixes: prefixes }) => (paths === undefined) !== (prefixes === undefined),
    "expected either paths or path_hash_prefixes",
  );

const delegations = z
  .looseObject({
    keys,
    roles: z
      .array(delegation)
      .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, "expected every role once")
      .optional(),
    succinct_roles: z.looseObject({ ...role, bit_length: z.int().min(1).max(32), name_prefix: roleName }).optional(),
  })
  .refine(
    ({ roles, succinct_roles: succinct }) => (roles === undefined) !== (succinct === undefined),
    "expected either roles or succinct_roles",
  );

const schemas = {
  root: z.looseObject({
    _type: z.literal("root"),
    ...common,
    consistent_snapshot: z.boolean().optional(),
    keys,
    roles: z.looseObject({
      root: z.looseObject(role),
      targets: z.looseObject(role),
      snapshot: z.looseObject(role),
      timestamp: z.looseObject(role),
    }),
  }),
  targets: z.looseObject({
    _type: z.literal("targets"),
    ...common,
    targets: z.record(z.string(), target),
    delegations: delegations.optional(),
  }),
  snapshot: z.looseObject({ _type: z.literal("snapshot"), ...common, meta: z.record(z.string(), meta) }),
  timestamp: z.looseObject({
    _type: z.literal("timestamp"),
    ...common,
    meta: z.looseObject({ "snapshot.json": meta }),
  }),
} as const satisfies Readonly<Record<TopRole, z.ZodType>>;

const envelope = z.looseObject({
  signatures: z
    .array(z.looseObject({ keyid: z.string().min(1), sig: z.string() }))
    .refine(
      (all) => new Set(all.map(({ keyid }) => keyid)).size === all.length,
      "expected one signature for each key id",
    ),
  signed: z.record(z.string(), z.unknown()),
});

export type Root = z.infer<(typeof schemas)["root"]>;
export type Targets = z.infer<(typeof schemas)["targets"]>;
export type Snapshot = z.infer<(typeof schemas)["snapshot"]>;
export type Timestamp = z.infer<(typeof schemas)["timestamp"]>;
export type TargetFile = z.infer<typeof target>;
export type Delegations = z.infer<typeof delegations>;

/** Role by its `_type`. */
export interface SignedByType {
  readonly root: Root;
  readonly targets: Targets;
  readonly snapshot: Snapshot;
  readonly timestamp: Timestamp;
}

/** `keyid` names a key of whoever delegates to the role; `sig` is lower-case hex. */
export interface TufSignature {
  readonly keyid: string;
  readonly sig: string;
}

export interface Metadata<Type extends TopRole> {
  readonly signed: SignedByType[Type];
  /** What the signatures are over, with every field there is. */
  readonly raw: JsonObject;
  readonly signatures: readonly TufSignature[];
}

/** Reads the metadata of a role; delegated roles are of type `targets`. No signature is looked at. Fails with `format.invalid`. */
export function readMetadata<Type extends TopRole>(bytes: Uint8Array, type: Type, file: string): Metadata<Type> {
  const data = readStrictJson(bytes, file);
  const { signatures } = fit(envelope, data, file);
  const raw = (data as { readonly signed: JsonObject }).signed;
  const signed = fit(schemas[type] as z.ZodType as z.ZodType<SignedByType[Type]>, raw, `${file}: signed`);
  return { signed, raw, signatures };
}

function fit<T>(schema: z.ZodType<T>, data: Json, file: string): T {
  const result = schema.safeParse(data);
  if (!result.success)
    throwIfAny(
      result.error.issues
        .slice(0, 20)
        .map(
          ({ path, message }) => new Problem("format.invalid", `${file}: ${[...path.map(String), message].join(": ")}`),
        ),
    );
  return result.data as T;
}

/** The file's bytes: one form for the same data, in lines, so that people can see what changed. */
export function writeMetadata(raw: JsonObject, signatures: readonly TufSignature[]): Uint8Array {
  const sorted = signatures
    .toSorted((a, b) => (a.keyid < b.keyid ? -1 : 1))
    .map(({ keyid, sig }): JsonObject => ({ keyid, sig }));
  return new TextEncoder().encode(readableJson({ signatures: sorted, signed: raw }));
}
