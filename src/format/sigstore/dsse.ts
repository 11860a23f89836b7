/** DSSE, the Dead Simple Signing Envelope: what its signatures are made over (secure-systems-lab/dsse, protocol.md). */
import { encodeBase64 } from "../base64.ts";

/** The payload type of in-toto statements (in-toto attestation spec, envelope.md). */
export const inTotoType = "application/vnd.in-toto+json";

/** What is signed, never the payload itself: `DSSEv1 LEN(type) type LEN(payload) payload`. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

export interface Envelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** The envelope as JSON, of one signature. Clients take a key id for a hint only, so there is none. */
export function envelopeJson({ payloadType, payload, signature }: Envelope): {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly { readonly sig: string }[];
} {
  return { payload: encodeBase64(payload), payloadType, signatures: [{ sig: encodeBase64(signature) }] };
}
