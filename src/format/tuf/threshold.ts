/** How many keys of a role signed metadata: a threshold counts keys, not key ids and not signatures (TUF 1.0.34, 5.3.4 and 4.3). */
import type { JsonObject } from "../../model/json.ts";
import { canonicalBytes } from "./canonical.ts";
import { isSignedBy, identityOf, type TufKey } from "./keys.ts";
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
    const key = Object.hasOwn(role.keys, keyid) ? role.keys[keyid] : undefined;
    const identity = key === undefined ? undefined : identityOf(key);
    if (key === undefined || identity === undefined || !role.keyids.includes(keyid) || seen.has(identity)) return [];
    if (!isSignedBy(key, data, sig)) return [];
    seen.add(identity);
    return [keyid];
  });
}

export function isSignedEnough(role: RoleKeys, raw: JsonObject, signatures: readonly TufSignature[]): boolean {
  return signersOf(role, raw, signatures).length >= role.threshold;
}
