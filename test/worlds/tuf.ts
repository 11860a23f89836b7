/** A TUF repository in memory, made by the project's own steps with keys of its own, and a client of it. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

import { writeRelease } from "../../src/format/release.ts";
import { Problem } from "../../src/model/problem.ts";
import type { FileSigner } from "../../src/model/signer.ts";
import { type Change, fileName, type Step, type TufRepository } from "../../src/sign/tuf/repository.ts";
import type { PublicKey, WantedRoles } from "../../src/sign/tuf/root.ts";
import type { Settling } from "../../src/sign/tuf/settle.ts";
import { type RoleSigner, roleSigner } from "../../src/sign/tuf/signer.ts";
import { establishRoot, publishRelease } from "../../src/sign/tuf/steps.ts";
import { refresh, type TrustedMetadata } from "../../src/verify/tuf/client.ts";
import type { TufState } from "../../src/verify/tuf/state.ts";

/** The world's clock when it begins, in seconds since 1970. */
export const tufTime = 1_790_000_000;

export const day = 24 * 3600;

/** A key as `openssl` keys sign: raw for Ed25519, DER for ECDSA. */
export function tufKey(name: string, kind: "ed25519" | "ecdsa" = "ed25519"): RoleSigner {
  const pair =
    kind === "ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return roleSigner(fileSignerOf(name, kind, pair.privateKey, pair.publicKey), tufTime);
}

function fileSignerOf(name: string, kind: "ed25519" | "ecdsa", secret: KeyObject, open: KeyObject): FileSigner {
  const pem = open.export({ format: "pem", type: "spki" }).toString();
  const der = open.export({ format: "der", type: "spki" });
  return {
    name,
    method: "openssl",
    fingerprint: createHash("sha256").update(der).digest("hex"),
    algorithm: kind === "ed25519" ? "ed25519" : "ecdsa-p256",
    publicKey: pem,
    async signFile(file) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of file.open()) chunks.push(chunk);
      return sign(kind === "ed25519" ? null : "sha256", Buffer.concat(chunks), secret);
    },
  };
}

export function publicHalf({ name, id, key }: RoleSigner): PublicKey {
  return { name, id, key };
}

export interface Roles {
  readonly root: readonly RoleSigner[];
  readonly threshold?: number;
  readonly targets?: readonly RoleSigner[];
  readonly online: readonly RoleSigner[];
}

/** Root and targets signed by `root` unless said otherwise, snapshot and timestamp by `online`. */
export function rolesFor({ root, threshold = 1, targets, online }: Roles): WantedRoles {
  const one = (keys: readonly RoleSigner[]) => ({ keys: keys.map(publicHalf), threshold: 1 });
  return {
    root: { keys: root.map(publicHalf), threshold },
    targets: one(targets ?? root),
    snapshot: one(online),
    timestamp: one(online),
  };
}

export const lifetimes = { root: 365 * day, targets: 365 * day, snapshot: 30 * day, timestamp: 7 * day } as const;

/** A release.json of a small product; `sequence` grows with versions. */
export function releaseStatement(version: string, sequence: number, channel = "stable"): Uint8Array {
  const sha256 = createHash("sha256").update(`tool ${version}`).digest("hex");
  const text = writeRelease({
    product: "tool",
    version,
    tag: `v${version}`,
    sequence,
    channel,
    commit: "0123456789abcdef0123456789abcdef01234567",
    epoch: 1_769_774_400,
    isSnapshot: false,
    isNightly: false,
    isPrerelease: false,
    artifacts: [{ name: "tool.tar.gz", type: "archive", size: 10, digests: { sha256 } }],
  });
  return new TextEncoder().encode(text);
}

/** Files of a repository as a server has them. */
export type Files = ReadonlyMap<string, Uint8Array>;

export interface TufWorld {
  readonly repository: TufRepository;
  readonly files: Files;
}

export const emptyWorld: TufWorld = {
  repository: {
    root: undefined,
    targets: undefined,
    snapshot: undefined,
    timestamp: undefined,
    pending: { root: undefined, targets: undefined },
    files: { targets: undefined, snapshot: undefined },
  },
  files: new Map(),
};

/** The world after a step. A file that may be written once and is there already is a failure. */
export function applied({ files }: TufWorld, { repository, changes }: Step): TufWorld {
  const next = new Map(files);
  for (const change of changes) apply(next, change);
  return { repository, files: next };
}

function apply(files: Map<string, Uint8Array>, change: Change): void {
  if ("remove" in change) files.delete(change.path);
  else if ("from" in change) files.set(change.path, files.get(change.from) ?? missing(change.from));
  else {
    if (change.once && files.has(change.path)) throw new Error(`${change.path} is written twice`);
    files.set(change.path, change.bytes);
  }
}

function missing(path: string): never {
  throw new Error(`${path} is not there`);
}

export function settling(signers: readonly RoleSigner[], now = tufTime): Settling {
  return { signers, now, lifetimes };
}

export async function established(roles: WantedRoles, signers: readonly RoleSigner[], now?: number): Promise<TufWorld> {
  return applied(emptyWorld, await establishRoot(emptyWorld.repository, roles, settling(signers, now)));
}

export async function released(
  world: TufWorld,
  statement: Uint8Array,
  signers: readonly RoleSigner[],
  now?: number,
): Promise<TufWorld> {
  return applied(world, await publishRelease(world.repository, statement, settling(signers, now)));
}

export function rootOf({ files }: TufWorld, version = 1): Uint8Array {
  return files.get(fileName("root", version)) ?? missing(`root ${version}`);
}

/** State of a client in memory. */
export interface Memory extends TufState {
  /** What was written, by role, as text. */
  snapshot(): Readonly<Record<string, string>>;
}

export function memoryWith(root: Uint8Array): Memory {
  const kept = new Map<string, Uint8Array>([["root", root]]);
  return {
    read: async (role) => kept.get(role),
    async write(role, bytes) {
      kept.set(role, bytes);
    },
    snapshot: () => Object.fromEntries([...kept].map(([role, bytes]) => [role, Buffer.from(bytes).toString("latin1")])),
  };
}

/** Updates a client from these files. */
export async function update(state: TufState, files: Files, now = tufTime): Promise<TrustedMetadata> {
  return refresh({
    state,
    now,
    fetch: async (name, limit) => {
      const bytes = files.get(name);
      if (bytes !== undefined && bytes.length > limit) throw new Problem("format.invalid", `${name} is too long`);
      return bytes;
    },
  });
}

/** The same files with some others in their place; undefined takes one away. */
export function withFiles(files: Files, changed: Readonly<Record<string, Uint8Array | undefined>>): Files {
  const next = new Map(files);
  for (const [name, bytes] of Object.entries(changed)) {
    if (bytes === undefined) next.delete(name);
    else next.set(name, bytes);
  }
  return next;
}
