/** Brings targets, snapshot and timestamp up to date: signed by whom the root names, naming each other, not about to expire. */
import { createHash } from "node:crypto";

import { type Metadata, readMetadata, writeMetadata } from "../../format/tuf/metadata.ts";
import { isSignedEnough, type RoleKeys } from "../../format/tuf/threshold.ts";
import type { JsonObject } from "../../model/json.ts";
import { Problem } from "../../model/problem.ts";
import { formatTime } from "../../model/time.ts";
import type { TufRole } from "../../model/trust-root.ts";
import type { FileFacts, Step, TufRepository } from "./repository.ts";
import { plainNames } from "./plain-names.ts";
import { fileName, pendingFile } from "./repository.ts";
import { renewalNotes, rolesOf, type Signing } from "./root.ts";

/** How long each role's metadata is believed, in seconds. */
export type Lifetimes = Readonly<Record<TufRole, number>>;

export interface Settling extends Signing {
  readonly lifetimes: Lifetimes;
  /** New contents of targets; undefined leaves them. */
  readonly targets?: JsonObject | undefined;
}

/**
 * Signs anew what has to be: each version is one higher than the one before. What not enough keys are here for waits in `pending`
 * (targets), or is left for who has the key, which a note says. The timestamp is always signed anew when its keys are here.
 */
export async function settle(repository: TufRepository, settling: Settling): Promise<Step> {
  if (repository.root === undefined)
    throw new Problem("file.missing", "the trust folder has no root yet", { hint: "Run `slipway keys init`." });
  const targets = await settleTargets(repository, settling);
  const snapshot = await settleSnapshot(targets.repository, settling);
  const timestamp = await settleTimestamp(snapshot.repository, settling);
  const steps = [targets, snapshot, timestamp];
  return {
    repository: timestamp.repository,
    // What is only a name for what was published moves last.
    changes: [...steps.flatMap(({ changes }) => changes), ...plainNames(targets.repository)],
    notes: [...steps.flatMap(({ notes }) => notes), ...renewalNotes(repository, settling.lifetimes.root, settling.now)],
  };
}

async function settleTargets(repository: TufRepository, settling: Settling): Promise<Step> {
  const { targets: current, pending } = repository;
  const contents = settling.targets ?? (current?.raw["targets"] as JsonObject | undefined) ?? {};
  const isNeeded = settling.targets !== undefined || !isUsable(repository, "targets", settling);
  if (!isNeeded) return unchanged(repository);
  if (settling.targets === undefined && pending.targets !== undefined)
    return { ...unchanged(repository), notes: ["targets wait for signatures: run `slipway keys sign`"] };
  const { keyids } = keysOf(repository, "targets");
  // Nothing new is in them: a file that nobody signed would only be in the way of who can.
  if (settling.targets === undefined && !settling.signers.some(({ id }) => keyids.includes(id)))
    return { ...unchanged(repository), notes: [notHere(repository, "targets")] };
  const version = (current?.signed.version ?? 0) + 1;
  const raw = { ...head("targets", version, settling), targets: contents };
  return signTargets(repository, readMetadata(writeMetadata(raw, []), "targets", "targets"), settling);
}

/** Adds signatures to targets that are not published yet, and publishes them when they are enough. */
export async function signTargets(
  repository: TufRepository,
  proposed: Metadata<"targets">,
  signing: Signing,
): Promise<Step> {
  const { raw, signed } = proposed;
  const role = keysOf(repository, "targets");
  const kept = proposed.signatures.filter((one) => isSignedEnough({ ...role, threshold: 1 }, raw, [one]));
  const signatures = [...kept, ...(await signatureOf(raw, role, signing, kept))];
  const metadata = { raw, signed, signatures };
  const bytes = writeMetadata(raw, signatures);
  if (!isSignedEnough(role, raw, signatures))
    return {
      repository: { ...repository, pending: { ...repository.pending, targets: metadata } },
      changes: [{ path: pendingFile.targets, bytes, once: false }],
      notes: [
        `targets ${signed.version} wait for signatures: ${signatures.length} of ${role.threshold} are there, of ${namesOf(repository, "targets")}`,
      ],
    };
  return {
    repository: {
      ...repository,
      targets: metadata,
      pending: { ...repository.pending, targets: undefined },
      files: { ...repository.files, targets: factsOf(bytes, signed.version) },
    },
    changes: [
      { path: fileName("targets", signed.version), bytes, once: true },
      { path: pendingFile.targets, remove: true },
    ],
    notes: [],
  };
}

async function settleSnapshot(repository: TufRepository, settling: Settling): Promise<Step> {
  const { snapshot, files } = repository;
  if (files.targets === undefined) return unchanged(repository);
  const named = snapshot?.signed.meta["targets.json"];
  const isCurrent = named?.version === files.targets.version && isUsable(repository, "snapshot", settling);
  if (isCurrent) return unchanged(repository);
  const version = (snapshot?.signed.version ?? 0) + 1;
  const raw = { ...head("snapshot", version, settling), meta: { "targets.json": said(files.targets) } };
  const made = await complete(repository, "snapshot", raw, settling);
  if (made === undefined) return { ...unchanged(repository), notes: [notHere(repository, "snapshot")] };
  return {
    repository: {
      ...repository,
      snapshot: made.metadata,
      files: { ...files, snapshot: factsOf(made.bytes, version) },
    },
    changes: [{ path: fileName("snapshot", version), bytes: made.bytes, once: true }],
    notes: [],
  };
}

async function settleTimestamp(repository: TufRepository, settling: Settling): Promise<Step> {
  const { timestamp, files } = repository;
  if (files.snapshot === undefined) return unchanged(repository);
  const version = (timestamp?.signed.version ?? 0) + 1;
  const raw = { ...head("timestamp", version, settling), meta: { "snapshot.json": said(files.snapshot) } };
  const made = await complete(repository, "timestamp", raw, settling);
  if (made === undefined) return { ...unchanged(repository), notes: [notHere(repository, "timestamp")] };
  return {
    repository: { ...repository, timestamp: made.metadata },
    changes: [{ path: fileName("timestamp", version), bytes: made.bytes, once: false }],
    notes: [],
  };
}

function unchanged(repository: TufRepository): Step {
  return { repository, changes: [], notes: [] };
}

function head(role: TufRole, version: number, { now, lifetimes }: Settling): JsonObject {
  return { _type: role, spec_version: "1.0.34", version, expires: formatTime(now + lifetimes[role]) };
}

function said({ version, length, sha256 }: FileFacts): JsonObject {
  return { version, length, hashes: { sha256 } };
}

export function factsOf(bytes: Uint8Array, version: number): FileFacts {
  return { version, length: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** Whether a role's metadata is signed by whom the root names, and has more than half of its time left. */
function isUsable(repository: TufRepository, role: "targets" | "snapshot", { now, lifetimes }: Settling): boolean {
  const metadata = repository[role];
  if (metadata === undefined) return false;
  const left = Date.parse(metadata.signed.expires) / 1000 - now;
  return left * 2 > lifetimes[role] && isSignedEnough(keysOf(repository, role), metadata.raw, metadata.signatures);
}

function keysOf({ root }: TufRepository, role: TufRole): RoleKeys {
  if (root === undefined) throw new Error("no root");
  return { keys: root.signed.keys, ...root.signed.roles[role] };
}

function namesOf({ root }: TufRepository, role: TufRole): string {
  if (root === undefined) throw new Error("no root");
  const { keys } = rolesOf(root)[role];
  return keys
    .map(({ name }) => name)
    .toSorted()
    .join(", ");
}

/** Read back before it is published; undefined when not enough of the role's keys are here. */
async function complete<Role extends "snapshot" | "timestamp">(
  repository: TufRepository,
  role: Role,
  raw: JsonObject,
  signing: Signing,
): Promise<{ readonly metadata: Metadata<Role>; readonly bytes: Uint8Array } | undefined> {
  const keys = keysOf(repository, role);
  const signatures = await signatureOf(raw, keys, signing, []);
  if (!isSignedEnough(keys, raw, signatures)) return undefined;
  const bytes = writeMetadata(raw, signatures);
  return { metadata: readMetadata(bytes, role, role), bytes };
}

async function signatureOf(
  raw: JsonObject,
  { keyids }: RoleKeys,
  { signers }: Signing,
  had: readonly { readonly keyid: string }[],
) {
  const able = signers.filter(({ id }) => keyids.includes(id) && !had.some(({ keyid }) => keyid === id));
  return Promise.all(able.map((signer) => signer.sign(raw)));
}

function notHere(repository: TufRepository, role: TufRole): string {
  const { threshold } = keysOf(repository, role);
  const verb = role === "targets" ? "targets have" : `the ${role} has`;
  return `${verb} to be signed by ${threshold} of ${namesOf(repository, role)}: run \`slipway keys refresh\` where that can be`;
}
