/** Sigstore bundles, written as v0.3 and read as clients read them (sigstore/protobuf-specs, sigstore_bundle.proto). */
import { z } from "zod";

import { encodeBase64 } from "../base64.ts";
import { Problem } from "../../model/problem.ts";
import type { JsonObject } from "../../model/json.ts";
import { readJson } from "../json.ts";
import { envelopeJson } from "./dsse.ts";

/** Of the bundles that are written here, in files and in registries. */
export const bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";

/** What is signed: a message by its digest, or the payload of a DSSE envelope. */
export type BundleContent =
  | { readonly kind: "message"; readonly sha256: Uint8Array; readonly signature: Uint8Array }
  | {
      readonly kind: "dsse";
      readonly payloadType: string;
      readonly payload: Uint8Array;
      readonly signature: Uint8Array;
    };

/** Who signed: a key that verifiers have, with a hint which, or a certificate. */
export type BundleKey =
  | { readonly kind: "hint"; readonly hint: string }
  | {
      readonly kind: "certificate";
      /** DER. */
      readonly certificate: Uint8Array;
    };

export interface Bundle {
  readonly content: BundleContent;
  readonly key: BundleKey;
  /** Entries of transparency logs, in protobuf's JSON form (sigstore_rekor.proto). */
  readonly entries: readonly JsonObject[];
  /** Time stamp responses over the signature, DER (RFC 3161). */
  readonly timestamps: readonly Uint8Array[];
}

/** A bundle of one line, keys in the order of the specification. Same bundle, same bytes. */
export function writeBundle({ content, key, entries, timestamps }: Bundle): Uint8Array {
  const stamps = timestamps.map((stamp) => ({ signedTimestamp: encodeBase64(stamp) }));
  const material = {
    ...(key.kind === "hint"
      ? { publicKey: { hint: key.hint } }
      : { certificate: { rawBytes: encodeBase64(key.certificate) } }),
    ...(entries.length === 0 ? {} : { tlogEntries: entries }),
    ...(stamps.length === 0 ? {} : { timestampVerificationData: { rfc3161Timestamps: stamps } }),
  };
  return Buffer.from(JSON.stringify({ mediaType: bundleType, verificationMaterial: material, ...signed(content) }));
}

function signed(content: BundleContent): object {
  if (content.kind === "dsse") return { dsseEnvelope: envelopeJson(content) };
  const { sha256, signature } = content;
  return {
    messageSignature: {
      messageDigest: { algorithm: "SHA2_256", digest: encodeBase64(sha256) },
      signature: encodeBase64(signature),
    },
  };
}

/** Bytes of the largest bundle: an SBOM of tens of thousands of packages in its envelope. */
export const mostBundle = 64 * 1024 * 1024;

/** Entries, and time stamps, of one bundle: checking each costs, and more than one is rare. */
const mostProofs = 16;

const bytes = z.string().transform((text, context) => {
  const found = Buffer.from(text, "base64");
  if (isSameBase64(text, found)) return new Uint8Array(found);
  context.addIssue({ code: "custom", message: "expected base64" });
  return z.NEVER;
});

const schema = z.looseObject({
  mediaType: z
    .string()
    .regex(
      /^application\/vnd\.dev\.sigstore\.bundle(\.v0\.3\+json|\+json;version=0\.[123])$/,
      "expected a bundle of version 0.1, 0.2 or 0.3",
    ),
  verificationMaterial: z.looseObject({
    publicKey: z.looseObject({ hint: z.string().default("") }).optional(),
    certificate: z.looseObject({ rawBytes: bytes }).optional(),
    x509CertificateChain: z
      .looseObject({
        certificates: z
          .array(z.looseObject({ rawBytes: bytes }))
          .min(1)
          .max(mostProofs),
      })
      .optional(),
    tlogEntries: z.array(z.record(z.string(), z.json())).max(mostProofs).nullish(),
    timestampVerificationData: z
      .looseObject({
        rfc3161Timestamps: z
          .array(z.looseObject({ signedTimestamp: bytes }))
          .max(mostProofs)
          .nullish(),
      })
      .nullish(),
  }),
  messageSignature: z
    .looseObject({
      messageDigest: z.looseObject({ algorithm: z.literal("SHA2_256"), digest: bytes }),
      signature: bytes,
    })
    .optional(),
  dsseEnvelope: z
    .looseObject({
      payload: bytes,
      payloadType: z.string(),
      signatures: z.array(z.looseObject({ sig: bytes })).length(1),
    })
    .optional(),
});

export interface ReadBundle extends Bundle {
  /** All of it, for libraries that read it themselves. */
  readonly json: JsonObject;
}

/**
 * A bundle of any version clients read today. Fails with `format.invalid` on what has two meanings, is of another shape, or has
 * several signatures, keys or contents. Nothing in it is verified.
 */
export function readBundle(text: Uint8Array, what: string): ReadBundle {
  const read = readJson(text, schema, what, mostBundle);
  const { verificationMaterial: material } = read;
  const json = JSON.parse(Buffer.from(text).toString("utf8")) as JsonObject;
  return {
    json,
    content: contentOf(read, what),
    key: keyOf(material, what),
    entries: material.tlogEntries ?? [],
    timestamps: (material.timestampVerificationData?.rfc3161Timestamps ?? []).map((stamp) => stamp.signedTimestamp),
  };
}

function contentOf(
  { messageSignature: message, dsseEnvelope: dsse }: z.infer<typeof schema>,
  what: string,
): BundleContent {
  if (message !== undefined && dsse === undefined)
    return { kind: "message", sha256: message.messageDigest.digest, signature: message.signature };
  const [first] = dsse?.signatures ?? [];
  if (dsse !== undefined && first !== undefined && message === undefined)
    return { kind: "dsse", payloadType: dsse.payloadType, payload: dsse.payload, signature: first.sig };
  throw new Problem("format.invalid", `${what} holds not one signature, but none or two`);
}

function keyOf(material: z.infer<typeof schema>["verificationMaterial"], what: string): BundleKey {
  const { publicKey, certificate, x509CertificateChain: chain } = material;
  const found = [publicKey, certificate, chain].filter((each) => each !== undefined);
  const leaf = certificate ?? chain?.certificates[0];
  if (found.length === 1 && leaf !== undefined) return { kind: "certificate", certificate: leaf.rawBytes };
  if (found.length === 1 && publicKey !== undefined) return { kind: "hint", hint: publicKey.hint };
  throw new Problem("format.invalid", `${what} does not say who signed, or says it twice`);
}

/** Whether bytes look like a bundle, whatever else is wrong with them. */
export function isBundle(text: Uint8Array): boolean {
  const head = Buffer.from(text.subarray(0, 4096)).toString("latin1");
  const tail = Buffer.from(text.subarray(Math.max(0, text.length - 4096))).toString("latin1");
  return /^\s*\{/.test(head) && `${head}${tail}`.includes("application/vnd.dev.sigstore.bundle");
}

/** Protobuf's JSON may leave out padding; nothing else may differ. */
function isSameBase64(text: string, decoded: Buffer): boolean {
  return decoded.toString("base64").replace(/=+$/, "") === text.replace(/=+$/, "");
}
