/** Which keys stand in which roles: what the config asks for, and what one key less or another one makes of it. */
import { Problem } from "../../model/problem.ts";
import { type TrustRootEntry, type TufRole, tufRoles } from "../../model/trust-root.ts";
import type { PublicKey, WantedRole, WantedRoles } from "./root.ts";

/** The roles as the config has them; `publicKey` knows the keys by their names. */
export function configuredRoles(entry: TrustRootEntry, publicKey: (name: string) => PublicKey): WantedRoles {
  return each((role) => ({ keys: entry.roles[role].keys.map(publicKey), threshold: entry.roles[role].threshold }));
}

export function sameRoles(one: WantedRoles, other: WantedRoles): boolean {
  const text = (roles: WantedRoles): string =>
    JSON.stringify(
      tufRoles.map((role) => [
        roles[role].threshold,
        roles[role].keys.map(({ id, name }) => `${id} ${name}`).toSorted(),
      ]),
    );
  return text(one) === text(other);
}

/** The new key in every role of the old one. Fails with `key.missing` where the old one is in none. */
export function withKeyReplaced(roles: WantedRoles, old: string, next: PublicKey): WantedRoles {
  requireIn(roles, old);
  return each((role) => ({
    ...roles[role],
    keys: roles[role].keys.map((key) => (key.name === old ? next : key)),
  }));
}

/** The roles without a key. Fails with `key.missing` where it is in none, `key.invalid` where a role could not be signed any more. */
export function withoutKey(roles: WantedRoles, name: string): WantedRoles {
  requireIn(roles, name);
  return each((role) => ({ ...roles[role], keys: roles[role].keys.filter((key) => key.name !== name) }));
}

export function hasKey(roles: WantedRoles, name: string): boolean {
  return tufRoles.some((role) => roles[role].keys.some((key) => key.name === name));
}

function requireIn(roles: WantedRoles, name: string): void {
  if (hasKey(roles, name)) return;
  const names = new Set(tufRoles.flatMap((role) => roles[role].keys.map((key) => key.name)));
  throw new Problem("key.missing", `the root has no key called ${JSON.stringify(name)}`, {
    expected: `one of ${[...names].join(", ")}`,
  });
}

function each(make: (role: TufRole) => WantedRole): WantedRoles {
  return { root: make("root"), targets: make("targets"), snapshot: make("snapshot"), timestamp: make("timestamp") };
}
