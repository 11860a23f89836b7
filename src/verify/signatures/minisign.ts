/** Reads signatures of minisign: pre-hashed ones only, whatever key id they name. */
import { ed25519Public } from "../../format/ed25519.ts";
import { minisignDigest, whyNotMinisigned } from "../../format/minisign/check.ts";
import {
  looksLikeMinisignKey,
  minisignFingerprint,
  minisignKeyId,
  type MinisignPublicKey,
  readMinisignKey,
} from "../../format/minisign/public-key.ts";
import { looksLikeMinisignature, readMinisignature } from "../../format/minisign/signature.ts";
import { spkiFingerprint } from "../../format/public-key.ts";
import type { SignatureReader, TrustedKey } from "./kind.ts";
import { digestOf, failed, readKeyAs, readOr, trimmed, unknownKey } from "./reading.ts";

interface MinisignKey extends TrustedKey {
  readonly key: MinisignPublicKey;
}

export const minisign: SignatureReader<MinisignKey> = {
  method: "minisign",
  suffixes: [".minisig"],
  isKey: looksLikeMinisignKey,
  async readKey(text, name) {
    const key = readKeyAs(name, () => readMinisignKey(trimmed(text)));
    const opened = ed25519Public(key.key);
    const same = opened === undefined ? undefined : spkiFingerprint(opened);
    return { name, method: "minisign", fingerprint: minisignFingerprint(key), same, key };
  },
  isSignature: looksLikeMinisignature,
  async check(bytes, file, keys) {
    const found = readOr(() => readMinisignature(bytes));
    if ("refusal" in found) return found.refusal;
    const signature = found.read;
    const named = keys.filter(({ key }) => Buffer.from(key.id).equals(signature.id));
    if (named.length === 0) return unknownKey(`it is by the key ${minisignKeyId(signature)}, which is not trusted`);
    const digest = await digestOf(file, minisignDigest);
    const reasons = named.map(({ key }) => whyNotMinisigned(signature, key, digest));
    const by = named[reasons.indexOf(undefined)];
    // The id is not signed: who made the signature decides, not who is named.
    return by === undefined
      ? failed(reasons.find((reason) => reason !== undefined) ?? "")
      : { outcome: "ok", by, detail: `trusted comment: ${signature.trustedComment.replaceAll("\t", " ")}` };
  },
};
