/** The TUF repository of a project, with the keys of its config that are here. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { NamedKey } from "../format/tuf/keys.ts";
import { tufKeyOf } from "../format/tuf/keys.ts";
import type { Config } from "../model/config.ts";
import { diskProblem, errnoOf, onDisk } from "../model/disk.ts";
import { Problem, problemsOf } from "../model/problem.ts";
import { type TrustRootEntry, tufRoles } from "../model/trust-root.ts";
import { loadRepository } from "../sign/tuf/load.ts";
import type { Step, TufRepository } from "../sign/tuf/repository.ts";
import { type PublicKey, rolesOf } from "../sign/tuf/root.ts";
import { saveChanges } from "../sign/tuf/save.ts";
import type { Settling } from "../sign/tuf/settle.ts";
import { type RoleSigner, roleSigner } from "../sign/tuf/signer.ts";
import { publishRelease } from "../sign/tuf/steps.ts";
import type { Keyring } from "./keys.ts";

export interface OpenTrustRoot {
  readonly entry: TrustRootEntry;
  /** Absolute. */
  readonly folder: string;
  readonly repository: TufRepository;
  readonly settling: Settling;
  /** The public key of a name. Fails with `key.missing` where nobody said what it is. */
  publicKey(name: string): PublicKey;
}

/** What a step left behind. */
export interface TrustRootReport {
  /** Versions that are published now; absent where there is none. */
  readonly versions: Readonly<Partial<Record<"root" | "targets" | "snapshot" | "timestamp", number>>>;
  /** What waits for signatures of others. */
  readonly pending: readonly ("root" | "targets")[];
  /** Files that were written, relative to the folder. */
  readonly files: readonly string[];
  /** A sentence each: what happened, and what is left to do. */
  readonly notes: readonly string[];
}

/** Fails with `config.missing` where the config has no `trust.root`. `more` are names of keys that are wanted besides its own. */
export async function openTrustRoot(
  config: Config,
  keys: Keyring,
  { now = Math.floor(Date.now() / 1000), more = [] }: { readonly now?: number; readonly more?: readonly string[] } = {},
): Promise<OpenTrustRoot> {
  const entry = config.trust.root;
  if (entry === undefined)
    throw new Problem("config.missing", "the config has no `trust.root`", {
      hint: "Write `root: [NAME]` under `trust`, with the name of a key of the kind openssl.",
    });
  const folder = join(config.root, entry.folder);
  const repository = await loadRepository(folder);
  const names = new Set([...tufRoles.flatMap((role) => entry.roles[role].keys), ...keyNames(repository), ...more]);
  const known = new Map<string, NamedKey>(
    [repository.root, repository.pending.root].flatMap((root) =>
      root === undefined
        ? []
        : tufRoles.flatMap((role) => rolesOf(root)[role].keys.map((key) => [key.name, key] as const)),
    ),
  );
  const signers: RoleSigner[] = [];
  for (const name of names) {
    if (!Object.hasOwn(config.trust.keys, name)) continue;
    const signer = await signerIfHere(name, keys, now);
    const given = signer ?? (await keyFile(folder, name));
    if (signer !== undefined) signers.push(signer);
    if (given !== undefined) known.set(name, given);
  }
  const { root, targets, snapshot, timestamp } = entry.roles;
  const lifetimes = {
    root: root.expires,
    targets: targets.expires,
    snapshot: snapshot.expires,
    timestamp: timestamp.expires,
  };
  return {
    entry,
    folder,
    repository,
    settling: { signers, now, lifetimes },
    publicKey(name) {
      const key = known.get(name);
      if (key !== undefined) return { id: key.id, key: key.key, name };
      throw new Problem("key.missing", `the key ${name} is not here, and neither is its public key`, {
        place: entry.place,
        hint: `Have its owner run \`slipway keys export ${name}\`, and put what that prints into ${entry.folder}/keys/${name}.pem.`,
      });
    },
  };
}

/** Writes what a step changed. */
export async function saveStep(folder: string, { repository, changes, notes }: Step): Promise<TrustRootReport> {
  const files = await saveChanges(folder, changes);
  const { root, targets, snapshot, timestamp, pending } = repository;
  const versions = Object.entries({ root, targets, snapshot, timestamp }).flatMap(([role, metadata]) =>
    metadata === undefined ? [] : [[role, metadata.signed.version] as const],
  );
  return {
    versions: Object.fromEntries(versions),
    pending: (["root", "targets"] as const).filter((role) => pending[role] !== undefined),
    files,
    notes,
  };
}

/**
 * Lists a Release in the TUF metadata of its project: signed by the keys that are here, published when they are enough, and kept in
 * `pending/` until then. `release` is the absolute path of its folder. Fails with `file.missing` where there is no root yet, and with
 * `store.conflict` where other bytes stand under its version or its channel has a newer one.
 */
export async function addToTrustRoot(
  config: Config,
  keys: Keyring,
  release: string,
  now?: number,
): Promise<TrustRootReport> {
  const { folder, repository, settling } = await openTrustRoot(config, keys, now === undefined ? {} : { now });
  const path = join(release, "release.json");
  const statement = await onDisk(path, () => readFile(path));
  return saveStep(folder, await publishRelease(repository, statement, settling));
}

function keyNames({ root, pending }: TufRepository): readonly string[] {
  return [root, pending.root].flatMap((one) =>
    one === undefined ? [] : tufRoles.flatMap((role) => rolesOf(one)[role].keys.map(({ name }) => name)),
  );
}

async function signerIfHere(name: string, keys: Keyring, now: number): Promise<RoleSigner | undefined> {
  try {
    return roleSigner(await keys.open(name, now), now);
  } catch (thrown) {
    if (problemsOf(thrown)?.every(({ code }) => code === "key.missing") === true) return undefined;
    throw thrown;
  }
}

async function keyFile(folder: string, name: string): Promise<NamedKey | undefined> {
  const path = join(folder, "keys", `${encodeURIComponent(name)}.pem`);
  try {
    return tufKeyOf(await readFile(path, "utf8"), path);
  } catch (thrown) {
    if (problemsOf(thrown) !== undefined) throw thrown;
    if (errnoOf(thrown) === "ENOENT") return undefined;
    throw diskProblem(thrown, path);
  }
}
