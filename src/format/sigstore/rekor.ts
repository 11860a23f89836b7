/** What Rekor, the transparency log, is asked to note, and what it answers (sigstore/rekor, openapi.yaml; sigstore/rekor-tiles for version 2). */
import { z } from "zod";

import { encodeBase64 } from "../base64.ts";
import { Problem } from "../../model/problem.ts";
import type { JsonObject } from "../../model/json.ts";
import { readJson } from "../json.ts";
import { type BundleContent, mostBundle } from "./bundle.ts";
import { envelopeJson, preAuthEncoding } from "./dsse.ts";
import { pemOf } from "./pem.ts";
import { hash } from "node:crypto";

/** An entry for version 1: `hashedrekord` of a message, `dsse` of an envelope. `certificate` is DER. */
export function proposedEntry(content: BundleContent, certificate: Uint8Array): JsonObject {
  const verifier = encodeBase64(Buffer.from(pemOf("CERTIFICATE", certificate)));
  if (content.kind === "dsse") {
    const envelope = JSON.stringify(envelopeJson(content));
    return { apiVersion: "0.0.1", kind: "dsse", spec: { proposedContent: { envelope, verifiers: [verifier] } } };
  }
  const { sha256, signature } = content;
  return {
    apiVersion: "0.0.1",
    kind: "hashedrekord",
    spec: {
      data: { hash: { algorithm: "sha256", value: Buffer.from(sha256).toString("hex") } },
      signature: { content: encodeBase64(signature), publicKey: { content: verifier } },
    },
  };
}

/** The same for version 2, which knows `hashedrekord` only: of an envelope, it notes what was signed. */
export function entryRequest(content: BundleContent, certificate: Uint8Array): JsonObject {
  const digest =
    content.kind === "message"
      ? Buffer.from(content.sha256)
      : hash("sha256", preAuthEncoding(content.payloadType, content.payload), "buffer");
  const verifier = { x509Certificate: { rawBytes: encodeBase64(certificate) }, keyDetails: "PKIX_ECDSA_P256_SHA_256" };
  const signature = { content: encodeBase64(content.signature), verifier };
  return { hashedRekordRequestV002: { digest: encodeBase64(digest), signature } };
}

const count = z.int().nonnegative();
const base64Text = z.base64();
const hex = z.string().regex(/^([0-9a-f]{2})+$/);

const logged = z.record(
  z.string(),
  z.looseObject({
    body: base64Text,
    integratedTime: count,
    logID: hex,
    logIndex: count,
    verification: z.looseObject({
      signedEntryTimestamp: base64Text,
      inclusionProof: z.looseObject({
        checkpoint: z.string(),
        hashes: z.array(hex).max(64),
        logIndex: count,
        rootHash: hex,
        treeSize: count,
      }),
    }),
  }),
);

const kinds = z.looseObject({ kind: z.string(), apiVersion: z.string() });

/** The entry in version 1's answer, as bundles hold it. Fails with `format.invalid`, also where another signature was noted. */
export function entryOf(answer: Uint8Array, content: BundleContent): JsonObject {
  const [entry, ...others] = Object.values(readJson(answer, logged, "Rekor's answer"));
  if (entry === undefined || others.length > 0) throw new Problem("format.invalid", "Rekor answered with no entry");
  const { body, integratedTime, logID, logIndex, verification } = entry;
  const { checkpoint, hashes, rootHash, ...proof } = verification.inclusionProof;
  refuseOther(body, content);
  const { kind, apiVersion: version } = readJson(Buffer.from(body, "base64"), kinds, "Rekor's entry");
  return {
    logIndex: String(logIndex),
    logId: { keyId: hexToBase64(logID) },
    kindVersion: { kind, version },
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp: verification.signedEntryTimestamp },
    inclusionProof: {
      logIndex: String(proof.logIndex),
      rootHash: hexToBase64(rootHash),
      treeSize: String(proof.treeSize),
      hashes: hashes.map(hexToBase64),
      checkpoint: { envelope: checkpoint },
    },
    canonicalizedBody: body,
  };
}

const tile = z.looseObject({
  logId: z.looseObject({ keyId: base64Text }),
  kindVersion: z.looseObject({ kind: z.string(), version: z.string() }),
  inclusionProof: z.record(z.string(), z.json()),
  canonicalizedBody: base64Text,
});

/** The entry in version 2's answer, which is in a bundle's form already. Fails as {@link entryOf} does. */
export function tileEntryOf(answer: Uint8Array, content: BundleContent): JsonObject {
  const entry = readJson(answer, tile, "Rekor's answer");
  refuseOther(entry.canonicalizedBody, content);
  return entry as JsonObject;
}

/** A signature stands in an entry as base64, in JSON. */
function refuseOther(body: string, { signature }: BundleContent): void {
  if (Buffer.from(body, "base64").toString("utf8").includes(encodeBase64(signature))) return;
  throw new Problem("format.invalid", "Rekor noted another signature than the one it was given");
}

/** Bytes of the longest answer: it may hold an envelope. */
export const mostEntry = mostBundle;

function hexToBase64(text: string): string {
  return Buffer.from(text, "hex").toString("base64");
}
