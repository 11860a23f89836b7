/** Signatures of images as cosign 2 keeps them: a layer of a manifest, with everything else in its annotations (sigstore/cosign, specs/SIGNATURE_SPEC.md). */
import { z } from "zod";

import { encodeBase64 } from "../base64.ts";
import type { JsonObject } from "../../model/json.ts";
import { readJson } from "../json.ts";
import { Problem } from "../../model/problem.ts";
import type { Bundle, BundleContent } from "./bundle.ts";
import { pemOf } from "./pem.ts";

const names = {
  signature: "dev.cosignproject.cosign/signature",
  certificate: "dev.sigstore.cosign/certificate",
  chain: "dev.sigstore.cosign/chain",
  entry: "dev.sigstore.cosign/bundle",
  timestamp: "dev.sigstore.cosign/rfc3161timestamp",
} as const;

/** The annotations of the layer that holds what was signed. */
export function annotationsOfBundle({ content, key, entries, timestamps }: Bundle): Readonly<Record<string, string>> {
  const [entry] = entries;
  const [timestamp] = timestamps;
  return {
    // A DSSE envelope has its signature in itself, and clients look for the annotation all the same.
    [names.signature]: content.kind === "dsse" ? "" : encodeBase64(content.signature),
    ...(key.kind === "certificate"
      ? { [names.certificate]: pemOf("CERTIFICATE", key.certificate), [names.chain]: "" }
      : {}),
    ...(entry === undefined ? {} : { [names.entry]: JSON.stringify(rekorBundle(entry)) }),
    ...(timestamp === undefined
      ? {}
      : { [names.timestamp]: JSON.stringify({ SignedRFC3161Timestamp: encodeBase64(timestamp) }) }),
  };
}

const entrySchema = z.looseObject({
  logIndex: z.string(),
  logId: z.looseObject({ keyId: z.string() }),
  integratedTime: z.string().default("0"),
  inclusionPromise: z.looseObject({ signedEntryTimestamp: z.string() }).optional(),
  canonicalizedBody: z.string(),
});

/** cosign's own form of an entry of Rekor v1, whose promise it verifies. */
function rekorBundle(entry: JsonObject): JsonObject {
  const { logIndex, logId, integratedTime, inclusionPromise, canonicalizedBody } = entrySchema.parse(entry);
  return {
    SignedEntryTimestamp: inclusionPromise?.signedEntryTimestamp ?? "",
    Payload: {
      body: canonicalizedBody,
      integratedTime: Number(integratedTime),
      logIndex: Number(logIndex),
      logID: Buffer.from(logId.keyId, "base64").toString("hex"),
    },
  };
}

const rekorSchema = z.looseObject({
  SignedEntryTimestamp: z.string(),
  Payload: z.looseObject({
    body: z.string(),
    integratedTime: z.int().nonnegative(),
    logIndex: z.int().nonnegative(),
    logID: z.string().regex(/^[0-9a-f]{64}$/),
  }),
});

const timestampSchema = z.looseObject({ SignedRFC3161Timestamp: z.string() });

const certificateForm = /^\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/;

/** Of the layers under a tag: what a signature is over, or an envelope that has its signature in itself. */
export type TaggedContent =
  | { readonly kind: "message"; readonly sha256: Uint8Array }
  | { readonly kind: "dsse"; readonly envelope: JsonObject };

/**
 * The layer's signature as a bundle's JSON, for who verifies bundles; of version 0.1, since the entry has a promise and no proof.
 * `what` is for people. Fails with `format.invalid`.
 */
export function bundleOfAnnotations(
  annotations: Readonly<Record<string, string>>,
  content: TaggedContent,
  what: string,
): JsonObject {
  const certificate = annotations[names.certificate];
  const [, body] = certificateForm.exec(certificate ?? "") ?? [];
  if (certificate !== undefined && certificate !== "" && body === undefined)
    throw new Problem("format.invalid", `${what} has a certificate that is not in PEM`);
  const entry = annotations[names.entry];
  const timestamp = annotations[names.timestamp];
  return {
    mediaType: "application/vnd.dev.sigstore.bundle+json;version=0.1",
    verificationMaterial: {
      ...(body === undefined
        ? { publicKey: { hint: "" } }
        : { x509CertificateChain: { certificates: [{ rawBytes: body.replace(/\s/g, "") }] } }),
      ...(entry === undefined || entry === "" ? {} : { tlogEntries: [tlogEntry(entry, what)] }),
      ...(timestamp === undefined || timestamp === "" ? {} : { timestampVerificationData: stamped(timestamp, what) }),
    },
    ...(content.kind === "dsse"
      ? { dsseEnvelope: content.envelope }
      : { messageSignature: messageSignature(content.sha256, annotations[names.signature] ?? "", what) }),
  };
}

function messageSignature(sha256: Uint8Array, signature: string, what: string): JsonObject {
  if (signature === "") throw new Problem("format.invalid", `${what} has no signature in its annotations`);
  return { messageDigest: { algorithm: "SHA2_256", digest: encodeBase64(sha256) }, signature };
}

function tlogEntry(text: string, what: string): JsonObject {
  const { SignedEntryTimestamp: signedEntryTimestamp, Payload: payload } = readJson(
    Buffer.from(text),
    rekorSchema,
    what,
  );
  const { body, integratedTime, logIndex, logID } = payload;
  return {
    logIndex: String(logIndex),
    logId: { keyId: Buffer.from(logID, "hex").toString("base64") },
    kindVersion: kindOf(body, what),
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    canonicalizedBody: body,
  };
}

const kindSchema = z.looseObject({ kind: z.string(), apiVersion: z.string() });

function kindOf(body: string, what: string): JsonObject {
  const { kind, apiVersion: version } = readJson(Buffer.from(body, "base64"), kindSchema, what);
  return { kind, version };
}

function stamped(text: string, what: string): JsonObject {
  const { SignedRFC3161Timestamp: signedTimestamp } = readJson(Buffer.from(text), timestampSchema, what);
  return { rfc3161Timestamps: [{ signedTimestamp }] };
}

/** Annotations of the manifest that refers to an image with a bundle, as cosign 3 writes them: what the bundle holds. */
export function bundleAnnotations(content: BundleContent, predicateType: string): Readonly<Record<string, string>> {
  return {
    "dev.sigstore.bundle.content": content.kind === "dsse" ? "dsse-envelope" : "message-signature",
    "dev.sigstore.bundle.predicateType": predicateType,
  };
}
