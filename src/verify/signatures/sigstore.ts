/** Reads sigstore bundles, by keys and by identities that are certified for minutes. */
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

import { looksLikePublicPem, readPublicPem, spkiFingerprint } from "../../format/public-key.ts";
import { type BundleContent, isBundle, readBundle } from "../../format/sigstore/bundle.ts";
import { inTotoType } from "../../format/sigstore/dsse.ts";
import { predicateOf, readStatement, signPredicate } from "../../format/sigstore/statement.ts";
import { hexOf } from "../../model/artifact.ts";
import { canonicalJson, plain } from "../../model/json.ts";
import type { FileToSign } from "../../model/signer.ts";
import { proveBundle, type SigstoreKey } from "../sigstore/prove.ts";
import { openTrustedRoot } from "../sigstore/trusted-root.ts";
import type { SignatureReader } from "./kind.ts";
import { failed, readKeyAs, readOr, trimmed } from "./reading.ts";

export const sigstore: SignatureReader<SigstoreKey> = {
  method: "sigstore",
  suffixes: [".sigstore.json"],
  isKey: looksLikePublicPem,
  async readKey(text, name) {
    const key = readKeyAs(name, () => readPublicPem(trimmed(text)));
    return { name, method: "sigstore", fingerprint: spkiFingerprint(key), trusted: { kind: "key", key } };
  },
  async readIdentity(identity, name) {
    const { trustedRoot, ...who } = identity;
    const root = await openTrustedRoot(trustedRoot, name);
    const said = canonicalJson(plain(who));
    const fingerprint = createHash("sha256").update(said).digest("hex");
    return { name, method: "sigstore", fingerprint, trusted: { kind: "identity", identity, root } };
  },
  isSignature: isBundle,
  async check(signature, file, keys) {
    const bundle = readOr(() => readBundle(signature, "the bundle"));
    if ("refusal" in bundle) return bundle.refusal;
    const { content } = bundle.read;
    const why = content.kind === "dsse" ? await notOf(content, file) : undefined;
    if (why !== undefined) return failed(why);
    return proveBundle(bundle.read, content.kind === "dsse" ? new Uint8Array() : file.open(), keys);
  },
};

/** Bytes of the largest document that is compared with a statement. */
const mostDocument = 32 * 1024 * 1024;

/**
 * Undefined where a statement says what the file says: it is the file, or what the file says is its predicate. cosign's own predicate
 * says nothing but that its subjects are signed. Any other statement may say anything of the file, and is no signature of it.
 */
async function notOf(content: Extract<BundleContent, { kind: "dsse" }>, file: FileToSign): Promise<string | undefined> {
  if (content.payloadType !== inTotoType)
    return `it holds ${JSON.stringify(content.payloadType.slice(0, 100))}, which is no statement`;
  const statement = readOr(() => readStatement(content.payload, "the statement"));
  if ("refusal" in statement) return statement.refusal.detail;
  const { predicateType, predicate, subjects } = statement.read;
  const bytes = await bytesOf(file);
  if (predicateType === signPredicate)
    return subjects.some(({ sha256 }) => sha256 === hexOf(file.digest)) ? undefined : `it is not about ${file.name}`;
  if (bytes === undefined) return `it is not about ${file.name}, which is larger than any statement`;
  if (Buffer.from(content.payload).equals(bytes)) return undefined;
  const document = readOr(() => predicateOf(bytes, file.name));
  if ("refusal" in document) return `what it states is not what ${file.name} says`;
  const isSame = document.read.predicateType === predicateType && document.read.subjects === undefined;
  return isSame && isDeepStrictEqual(document.read.predicate, predicate)
    ? undefined
    : `what it states is not what ${file.name} says`;
}

async function bytesOf(file: FileToSign): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.open()) if (file.size <= mostDocument) chunks.push(new Uint8Array(chunk));
  return file.size <= mostDocument ? Buffer.concat(chunks) : undefined;
}
