/** What a bundle proves: that a trusted key, or somebody with a trusted identity, signed these bytes. */
import { type KeyObject, X509Certificate } from "node:crypto";

import { type Bundle, type ReadBundle } from "../../format/sigstore/bundle.ts";
import { preAuthEncoding } from "../../format/sigstore/dsse.ts";
import type { TrustedIdentity } from "../../format/trust-file.ts";
import { problemsOf } from "../../model/problem.ts";
import type { ToSign } from "../../model/signer.ts";
import type { SignatureProof, TrustedKey } from "../signatures/kind.ts";
import { failed, type Refusal, unknownKey } from "../signatures/reading.ts";
import { type CertifiedIdentity, differenceOf, fulcioExtensions } from "./identity.ts";
import { entriesAreBy } from "./log-binding.ts";
import { digestSigned, readSigned, type SignedBytes } from "./signed-bytes.ts";
import type { OpenedRoot } from "./trusted-root.ts";

/** Somebody whose bundles are believed. */
export interface SigstoreKey extends TrustedKey {
  readonly trusted:
    | { readonly kind: "key"; readonly key: KeyObject }
    | { readonly kind: "identity"; readonly identity: TrustedIdentity; readonly root: OpenedRoot };
}

/** What a message signature is of: the bytes, or their SHA-256 where nobody has them. */
export type Message = ToSign | { readonly sha256: Uint8Array };

/** Whether `message` (of a message signature), or the bundle's own payload, was signed by one of these. */
export async function proveBundle(
  bundle: ReadBundle,
  message: Message,
  keys: readonly SigstoreKey[],
): Promise<SignatureProof> {
  const { content, key } = bundle;
  const own = key.kind === "certificate" ? certificateKey(key.certificate) : undefined;
  if (key.kind === "certificate" && own === undefined) return failed("its certificate cannot be read");
  const candidates =
    own === undefined ? keys.flatMap(({ trusted }) => (trusted.kind === "key" ? [trusted.key] : [])) : [own];
  const data = content.kind === "message" ? message : preAuthEncoding(content.payloadType, content.payload);
  const signed = await ("sha256" in data
    ? digestSigned(new Uint8Array(data.sha256), new Uint8Array(content.signature), candidates)
    : readSigned(data, content.signature, candidates));
  if (content.kind === "message" && !Buffer.from(signed.sha256).equals(content.sha256))
    return failed("it is of other bytes than these");
  if (own === undefined) return byKey(bundle, signed, keys);
  if (!signed.isBy(own)) return failed("the signature is not by the key that is certified in it");
  return byIdentity(bundle, keys);
}

function certificateKey(der: Uint8Array): KeyObject | undefined {
  try {
    return new X509Certificate(der).publicKey;
  } catch {
    return undefined;
  }
}

function byKey({ key }: Bundle, signed: SignedBytes, keys: readonly SigstoreKey[]): SignatureProof {
  const by = keys.find(({ trusted }) => trusted.kind === "key" && signed.isBy(trusted.key));
  if (by !== undefined) return { outcome: "ok", by, detail: "" };
  // cosign's hint, and ours: so it claims to be by that key.
  const claimed = keys.find(
    ({ fingerprint }) => key.kind === "hint" && key.hint === Buffer.from(fingerprint, "hex").toString("base64"),
  );
  if (claimed !== undefined) return failed(`it says that it is by ${claimed.name}, and is not`);
  return unknownKey("no key that is trusted made it");
}

async function byIdentity(bundle: ReadBundle, keys: readonly SigstoreKey[]): Promise<SignatureProof> {
  const identities = keys.flatMap((by) => (by.trusted.kind === "identity" ? [{ ...by.trusted, by }] : []));
  if (identities.length === 0) return unknownKey("nobody said which identities to trust");
  const refusals: SignatureProof[] = [];
  for (const { identity, root, by } of identities) {
    const found = await certified(bundle, root);
    if ("outcome" in found) {
      refusals.push(found);
      continue;
    }
    const difference = differenceOf(identity, found);
    if (difference === undefined) return { outcome: "ok", by, detail: `${found.subject}, by ${found.issuer}` };
    refusals.unshift(unknownKey(`it is by somebody else: ${difference}`));
  }
  // One root that believes it, if only of somebody else, says more than others that do not know who certified it.
  return refusals.find(({ outcome }) => outcome === "unknown-key") ?? refusals[0] ?? failed("nothing was proven");
}

/** Whom the certificate is for, once it, its times and its log entries are verified; else why they are not. */
async function certified(
  bundle: ReadBundle,
  { toSignedEntity, verifier }: OpenedRoot,
): Promise<CertifiedIdentity | Refusal> {
  if (bundle.key.kind !== "certificate") return failed("it has no certificate");
  try {
    const { bundleFromJSON } = await import("@sigstore/bundle");
    const entity = toSignedEntity(bundleFromJSON(bundle.json), Buffer.alloc(0));
    if (!Buffer.from(bundle.content.signature).equals(entity.signature.signature)) return failed("it has two meanings");
    // The bytes were read and the signature checked before; the library is handed what came of it.
    entity.signature.verifySignature = () => true;
    const { identity } = verifier.verify(entity);
    // CVE-2022-36056: an entry of the same artifact by another key proves nothing of this one.
    if (!entriesAreBy(bundle.key.certificate, bundle.entries)) return failed("a log entry in it is of another key");
    return {
      issuer: identity?.extensions?.issuer ?? "",
      subject: identity?.subjectAlternativeName ?? "",
      extensions: fulcioExtensions(identity?.oids ?? []),
    };
  } catch (thrown) {
    return refusalOf(thrown);
  }
}

/**
 * The library throws errors of its own, and on hostile input any other: none of them is a proof, and all of them refuse. A certificate
 * that no authority of this root is known to have made may be good for others.
 */
function refusalOf(thrown: unknown): Refusal {
  const [problem] = problemsOf(thrown) ?? [];
  const message = problem?.message ?? (thrown instanceof Error ? thrown.message : String(thrown));
  const isForeign = thrown instanceof Error && "code" in thrown && thrown.code === "CERTIFICATE_ERROR";
  const detail = `it cannot be verified: ${message.slice(0, 200)}`;
  return isForeign ? unknownKey(detail) : failed(detail);
}
