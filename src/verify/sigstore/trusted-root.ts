/** Sigstore's trusted root: the authorities and logs that certificates are believed by (sigstore/protobuf-specs, sigstore_trustroot.proto). */
import type { toSignedEntity, Verifier } from "@sigstore/verify";
import { z } from "zod";

import type { JsonObject } from "../../model/json.ts";
import { Problem } from "../../model/problem.ts";

/** A trusted root, ready to verify by; the library is loaded when there is one. */
export interface OpenedRoot {
  readonly toSignedEntity: typeof toSignedEntity;
  readonly verifier: Verifier;
}

const most = 64;
const key = z.looseObject({ publicKey: z.looseObject({ validFor: z.looseObject({ start: z.string() }) }) });

/** A key without a beginning would be believed for any time; the specification demands one. */
const schema = z.looseObject({
  mediaType: z
    .string()
    .regex(/^application\/vnd\.dev\.sigstore\.trustedroot(\.v0\.[12]\+json|\+json;version=0\.[12])$/),
  tlogs: z.array(key).max(most).default([]),
  ctlogs: z.array(key).max(most).default([]),
  certificateAuthorities: z.array(z.looseObject({})).max(most).default([]),
  timestampAuthorities: z.array(z.looseObject({})).max(most).default([]),
});

/**
 * Opens a `trusted_root.json`. A log that it names has to have noted what is verified by it; every signature needs one time that a log
 * or an authority vouches for. Fails with `key.invalid`: damaged, or without anybody who certifies.
 */
export async function openTrustedRoot(json: JsonObject, name: string): Promise<OpenedRoot> {
  const read = schema.safeParse(json);
  if (!read.success) throw damaged(name, read.error.issues[0]?.message ?? "it has another shape");
  const { tlogs, ctlogs, certificateAuthorities, timestampAuthorities } = read.data;
  if (tlogs.length === 0 && timestampAuthorities.length === 0)
    throw damaged(name, "nobody in it says when something was signed");
  if (certificateAuthorities.length === 0) throw damaged(name, "nobody in it certifies");
  const [library, { TrustedRoot }] = await Promise.all([
    import("@sigstore/verify"),
    import("@sigstore/protobuf-specs"),
  ]);
  try {
    const material = library.toTrustMaterial(TrustedRoot.fromJSON(json));
    const options = { ctlogThreshold: Math.min(1, ctlogs.length), tlogThreshold: Math.min(1, tlogs.length) };
    return {
      toSignedEntity: library.toSignedEntity,
      verifier: new library.Verifier(material, { ...options, timestampThreshold: 1 }),
    };
  } catch (cause) {
    throw damaged(name, "its keys or certificates cannot be read", cause);
  }
}

function damaged(name: string, why: string, cause?: unknown): Problem {
  return new Problem("key.invalid", `${name}: the trusted root cannot be used: ${why}`, { cause });
}
