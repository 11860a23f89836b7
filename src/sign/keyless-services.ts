/** The services of keyless signing: Fulcio certifies a key, Rekor notes a signature, an authority says when. */
import { type KeyObject, randomBytes, sign as signBytes, X509Certificate } from "node:crypto";
import { z } from "zod";

import type { BundleContent } from "../format/sigstore/bundle.ts";
import { derIn } from "../format/sigstore/pem.ts";
import { entryOf, entryRequest, mostEntry, proposedEntry, tileEntryOf } from "../format/sigstore/rekor.ts";
import { checkTimestampAnswer, timestampRequest } from "../format/sigstore/timestamp.ts";
import type { JsonObject } from "../model/json.ts";
import { Problem } from "../model/problem.ts";
import type { IdentityToken } from "./keyless-token.ts";
import type { KeyContext } from "./kind.ts";

/** Asks one host, which is told nothing for others. */
export type Ask = KeyContext["request"];

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const chain = z.object({ chain: z.object({ certificates: z.array(z.string()).min(1).max(8) }) });
const certified = z.object({
  signedCertificateEmbeddedSct: chain.optional(),
  signedCertificateDetachedSct: chain.optional(),
});

/** A certificate for the key, DER, by `POST /api/v2/signingCert` (sigstore/fulcio, fulcio.proto). Fails with `store.failed`. */
export async function certify(fulcio: URL, token: IdentityToken, keys: KeyPair, ask: Ask): Promise<Uint8Array> {
  const content = keys.publicKey.export({ type: "spki", format: "pem" }).toString();
  const proof = signBytes("sha256", Buffer.from(token.subject), keys.privateKey);
  const body = {
    credentials: { oidcIdentityToken: token.text },
    publicKeyRequest: {
      publicKey: { algorithm: "ECDSA", content },
      proofOfPossession: proof.toString("base64"),
    },
  };
  const answer = certified.safeParse(
    jsonOf(await post(below(fulcio, "api/v2/signingCert"), body, "certify the key", ask)),
  );
  const given = answer.data?.signedCertificateEmbeddedSct ?? answer.data?.signedCertificateDetachedSct;
  const certificate = derIn(given?.chain.certificates[0] ?? "", ["CERTIFICATE"]);
  if (certificate === undefined || !isOf(certificate, keys.publicKey))
    throw new Problem("store.failed", `${fulcio.host} gave no certificate for the key that it was asked to certify`);
  return certificate;
}

function isOf(certificate: Uint8Array, key: KeyObject): boolean {
  try {
    return new X509Certificate(certificate).publicKey.equals(key);
  } catch {
    return false; // it is no certificate
  }
}

/** The log's entry of a signature, as bundles hold it. Fails with `store.failed`, or `format.invalid` where the answer is of something else. */
export async function note(
  { url, version }: { readonly url: URL; readonly version: 1 | 2 },
  content: BundleContent,
  certificate: Uint8Array,
  ask: Ask,
): Promise<JsonObject> {
  const doing = "note the signature";
  if (version === 2) {
    const answer = await post(below(url, "api/v2/log/entries"), entryRequest(content, certificate), doing, ask);
    return tileEntryOf(answer, content);
  }
  const answer = await post(below(url, "api/v1/log/entries"), proposedEntry(content, certificate), doing, ask);
  return entryOf(answer, content);
}

/** A time stamp of a signature: the whole response, DER (RFC 3161, 3.4). Fails as {@link note} does. */
export async function stamp(tsa: URL, signature: Uint8Array, ask: Ask): Promise<Uint8Array> {
  const nonce = randomBytes(6);
  const { status, bytes } = await ask({
    method: "POST",
    url: tsa,
    headers: { "content-type": "application/timestamp-query", accept: "application/timestamp-reply" },
    body: timestampRequest(signature, nonce),
  });
  if (status !== 200 && status !== 201) throw refused(tsa, "stamp the time", status, bytes);
  checkTimestampAnswer(bytes, signature, nonce);
  return bytes;
}

async function post(url: URL, body: object, doing: string, ask: Ask): Promise<Uint8Array> {
  const { status, bytes } = await ask({
    method: "POST",
    url,
    headers: { "content-type": "application/json", accept: "application/json" },
    body: Buffer.from(JSON.stringify(body)),
    limit: mostEntry,
  });
  if (status === 200 || status === 201) return bytes;
  throw refused(url, doing, status, bytes);
}

/** What a server says may quote what it was sent: only its own `message` is passed on, and none of it that looks like a token. */
function refused({ host }: URL, doing: string, status: number, bytes: Uint8Array): Problem {
  const said = z.object({ message: z.string() }).safeParse(jsonOf(bytes)).data?.message ?? "";
  const words = said
    .replaceAll(/[\w-]{16,}\.[\w-]{8,}\.[\w-]*/g, "...")
    .replaceAll(/[^\x20-\x7e]/g, " ")
    .slice(0, 200);
  return new Problem("store.failed", `${host} would not ${doing}: ${status}${words === "" ? "" : ` ${words}`}`);
}

function below(base: URL, path: string): URL {
  return new URL(path, base.href.endsWith("/") ? base : `${base.href}/`);
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined; // no shape is like it
  }
}
