/** The next root: who may sign what from now on, signed by those who could before and by those who can now (TUF 1.0.34, 6.1). */
import type { NamedKey } from "../../format/tuf/keys.ts";
import { type Metadata, readMetadata, type Root, writeMetadata } from "../../format/tuf/metadata.ts";
import { isSignedEnough, type RoleKeys, signersOf } from "../../format/tuf/threshold.ts";
import type { JsonObject } from "../../model/json.ts";
import { Problem } from "../../model/problem.ts";
import { formatTime } from "../../model/time.ts";
import { type TufRole, tufRoles } from "../../model/trust-root.ts";
import { fileName, pendingFile, type Step, type TufRepository } from "./repository.ts";
import type { RoleSigner } from "./signer.ts";

/** A public key by the name that people know it by. */
export interface PublicKey extends NamedKey {
  readonly name: string;
}

export interface WantedRole {
  readonly keys: readonly PublicKey[];
  readonly threshold: number;
}

export type WantedRoles = Readonly<Record<TufRole, WantedRole>>;

/** What signs now: the keys that are here, and the clock, in seconds since 1970. */
export interface Signing {
  readonly signers: readonly RoleSigner[];
  readonly now: number;
}

/** A field of a key, beside those of the specification, that no client looks at. */
const nameField = "x-slipway-name";

/** The roles as a root has them. A key that others put there is called by its id. */
export function rolesOf({ signed: { keys, roles } }: Metadata<"root">): WantedRoles {
  const keyOf = (id: string): PublicKey[] => {
    const key = Object.hasOwn(keys, id) ? keys[id] : undefined;
    if (key === undefined) return [];
    const name = key[nameField];
    return [{ id, name: typeof name === "string" ? name : id, key: key as PublicKey["key"] }];
  };
  const wanted = (role: TufRole): WantedRole => ({
    keys: roles[role].keyids.flatMap(keyOf),
    threshold: roles[role].threshold,
  });
  return {
    root: wanted("root"),
    targets: wanted("targets"),
    snapshot: wanted("snapshot"),
    timestamp: wanted("timestamp"),
  };
}

/** Fails with `key.invalid` where a role could never be signed, or one key stands in it under two names. */
function refuseUnusable(roles: WantedRoles): void {
  for (const role of tufRoles) {
    const { keys, threshold } = roles[role];
    const distinct = new Set(keys.map(({ id }) => id));
    if (distinct.size < keys.length)
      throw new Problem(
        "key.invalid",
        `${role}: ${keys.map(({ name }) => name).join(", ")} are not all different keys`,
      );
    if (threshold < 1 || threshold > keys.length)
      throw new Problem("key.invalid", `${role}: ${keys.length} keys cannot make ${threshold} signatures`, {
        hint: "Replace a key with `slipway keys rotate`, or lower the threshold in `trust.root` and run `slipway keys init`.",
      });
  }
}

/**
 * A root with these roles, one version higher. It is published when enough keys of the old and of the new root signed it, and waits
 * as `pending/root.json` until then. `expires` is in seconds.
 */
export async function proposeRoot(
  repository: TufRepository,
  roles: WantedRoles,
  expires: number,
  signing: Signing,
): Promise<Step> {
  refuseUnusable(roles);
  if (repository.pending.root !== undefined)
    throw new Problem("store.conflict", "another root waits for signatures already", {
      hint: `Sign it with \`slipway keys sign\`, or remove ${pendingFile.root} from the trust folder.`,
    });
  const raw = rawRoot(roles, (repository.root?.signed.version ?? 0) + 1, signing.now + expires);
  return signRoot(repository, readMetadata(writeMetadata(raw, []), "root", "root"), signing);
}

function rawRoot(roles: WantedRoles, version: number, expires: number): JsonObject {
  const all = tufRoles.flatMap((role) => roles[role].keys);
  const keys = Object.fromEntries(all.map(({ id, name, key }) => [id, { ...(key as JsonObject), [nameField]: name }]));
  const listed = tufRoles.map((role) => {
    const { keys: own, threshold } = roles[role];
    return [role, { keyids: own.map(({ id }) => id).toSorted(), threshold }] as const;
  });
  return {
    _type: "root",
    spec_version: "1.0.34",
    version,
    expires: formatTime(expires),
    consistent_snapshot: true,
    keys,
    roles: Object.fromEntries(listed),
  };
}

/** Adds the signatures of the keys that are here to a root that is not published yet, and publishes it when they are enough. */
export async function signRoot(
  repository: TufRepository,
  proposed: Metadata<"root">,
  { signers }: Signing,
): Promise<Step> {
  const { raw, signed } = proposed;
  const asked = [repository.root?.signed, signed].flatMap((root) => (root === undefined ? [] : [rootRole(root)]));
  const kept = proposed.signatures.filter(({ keyid, sig }) =>
    asked.some((role) => signersOf(role, raw, [{ keyid, sig }]).length > 0),
  );
  const able = signers.filter(({ id }) => asked.some(({ keyids }) => keyids.includes(id)));
  const added = await Promise.all(
    able.filter(({ id }) => !kept.some(({ keyid }) => keyid === id)).map((signer) => signer.sign(raw)),
  );
  const signatures = [...kept, ...added];
  const metadata = { raw, signed, signatures };
  const bytes = writeMetadata(raw, signatures);
  const lacking = asked.filter((role) => !isSignedEnough(role, raw, signatures));
  if (lacking.length === 0) {
    const { version } = signed;
    return {
      repository: { ...repository, root: metadata, pending: { ...repository.pending, root: undefined } },
      changes: [
        { path: fileName("root", version), bytes, once: true },
        { path: "root.json", bytes, once: false },
        { path: pendingFile.root, remove: true },
      ],
      notes: [`root ${version} is signed and published`],
    };
  }
  return {
    repository: { ...repository, pending: { ...repository.pending, root: metadata } },
    changes: [{ path: pendingFile.root, bytes, once: false }],
    notes: [`root ${signed.version} waits for signatures: ${missingFrom(metadata, repository.root)}`],
  };
}

/** `1 more of alice, bob (old root); ...` */
function missingFrom(proposed: Metadata<"root">, current: Metadata<"root"> | undefined): string {
  const { raw, signatures } = proposed;
  const lines = [
    { root: current, words: "the root that is in force" },
    { root: proposed, words: "the new root" },
  ].flatMap(({ root, words }) => {
    if (root === undefined) return [];
    const role = rootRole(root.signed);
    const signed = signersOf(role, raw, signatures);
    const others = rolesOf(root).root.keys.filter(({ id }) => !signed.includes(id));
    const count = role.threshold - signed.length;
    return count > 0 ? [`${count} more of ${others.map(({ name }) => name).join(", ")} for ${words}`] : [];
  });
  return lines.join("; ");
}

function rootRole({ keys, roles }: Root): RoleKeys {
  return { keys, ...roles.root };
}

/** Says so when a quarter of the root's time is left; `lifetime` is in seconds. */
export function renewalNotes({ root, pending }: TufRepository, lifetime: number, now: number): readonly string[] {
  if (root === undefined || pending.root !== undefined) return [];
  const { expires } = root.signed;
  if ((Date.parse(expires) / 1000 - now) * 4 > lifetime) return [];
  return [`the root expires on ${expires}: run \`slipway keys init\` with its keys, which makes the next one`];
}
