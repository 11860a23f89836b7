/** How many keys of a role signed metadata: a threshold counts keys, not key ids and not signatures (TUF 1.0.34, 5.3.4 and 4.3). */
import type { JsonObject } from "../../model/json.ts";
import { canonicalBytes } from "./canonical.ts";
import { type TufKey, verifierOf } from "./keys.ts";
import type { TufSignature } from "./metadata.ts";

export interface RoleKeys {
  /** By key id. */
  readonly keys: Readonly<Record<string, TufKey>>;
  readonly keyids: readonly string[];
  readonly threshold: number;
}

/** Ids of the role's keys that signed. One key under two ids is one key. */
export function signersOf(role: RoleKeys, raw: JsonObject, signatures: readonly TufSignature[]): readonly string[] {
  const data = canonicalBytes(raw);
  const seen = new Set<string>();
  return signatures.flatMap(({ keyid, sig }) => {
    const key = Object.hasOwn(role.keys, keyid) && role.keyids.includes(keyid) ? role.keys[keyid] : undefined;
    const verifier = key === undefined ? undefined : verifierOf(key);
    if (verifier === undefined || seen.has(verifier.identity) || !verifier.isOver(data, sig)) return [];
    seen.add(verifier.identity);
    return [keyid];
  });
}

export function isSignedEnough(role: RoleKeys, raw: JsonObject, signatures: readonly TufSignature[]): boolean {
  return signersOf(role, raw, signatures).length >= role.threshold;
}
