/** Whether a log's entry is of the very key that signed: the library compares artifact and signature, and not this. */
import { X509Certificate } from "node:crypto";
import { z } from "zod";

import type { JsonObject } from "../../model/json.ts";
import { readJson } from "../../format/json.ts";
import { derIn } from "../../format/sigstore/pem.ts";

const pem = z.looseObject({ content: z.string() });
const tile = z.looseObject({ x509Certificate: z.looseObject({ rawBytes: z.string() }) });

/** Entries by kind and version, as far as they say who signed. */
const forms: Readonly<Record<string, (body: Uint8Array) => readonly string[]>> = {
  "hashedrekord/0.0.1": (body) => [
    pemBody(read(body, z.looseObject({ signature: z.looseObject({ publicKey: pem }) })).signature.publicKey.content),
  ],
  "dsse/0.0.1": (body) =>
    read(body, z.looseObject({ signatures: z.array(z.looseObject({ verifier: z.string() })).max(1) })).signatures.map(
      ({ verifier }) => pemBody(verifier),
    ),
  "intoto/0.0.2": (body) =>
    read(body, z.looseObject({ content: z.looseObject({ envelope: envelopes }) })).content.envelope.signatures.map(
      ({ publicKey }) => pemBody(publicKey),
    ),
  "hashedrekord/0.0.2": (body) => [
    read(body, z.looseObject({ hashedRekordV002: z.looseObject({ signature: z.looseObject({ verifier: tile }) }) }))
      .hashedRekordV002.signature.verifier.x509Certificate.rawBytes,
  ],
  "dsse/0.0.2": (body) =>
    read(
      body,
      z.looseObject({ dsseV002: z.looseObject({ signatures: z.array(z.looseObject({ verifier: tile })).max(1) }) }),
    ).dsseV002.signatures.map(({ verifier }) => verifier.x509Certificate.rawBytes),
};

const envelopes = z.looseObject({ signatures: z.array(z.looseObject({ publicKey: z.string() })).max(1) });

/** The entry's own part; `kind` and `apiVersion` stand beside it. */
function read<Schema extends z.ZodType>(body: Uint8Array, spec: Schema): z.infer<Schema> {
  return readJson(body, z.looseObject({ spec }), "The log's entry").spec as z.infer<Schema>;
}

/** Base64 of a PEM block, as base64 of what is in it. */
function pemBody(text: string): string {
  const der = derIn(Buffer.from(text, "base64").toString("latin1"), ["CERTIFICATE"]);
  return der === undefined ? "" : Buffer.from(der).toString("base64");
}

const entrySchema = z.looseObject({
  kindVersion: z.looseObject({ kind: z.string(), version: z.string() }),
  canonicalizedBody: z.string(),
});

/**
 * Whether every entry is by the certificate's key. Fails with `format.invalid` on entries that cannot be read or are of a kind nobody
 * here knows: they say nothing.
 */
export function entriesAreBy(certificate: Uint8Array, entries: readonly JsonObject[]): boolean {
  const own = new X509Certificate(certificate);
  return entries.every((entry) => {
    const { kindVersion, canonicalizedBody } = entrySchema.parse(entry);
    const form = `${kindVersion.kind}/${kindVersion.version}`;
    const reader = Object.hasOwn(forms, form) ? forms[form] : undefined;
    const [verifier, ...others] = reader?.(Buffer.from(canonicalizedBody, "base64")) ?? [];
    return verifier !== undefined && others.length === 0 && Buffer.from(verifier, "base64").equals(own.raw);
  });
}
