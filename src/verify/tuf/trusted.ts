/** Decides whether metadata may be believed next, given what is believed now (TUF 1.0.34, section 5). Touches no disk and no network. */
import { checkFile, type SaidOfFile } from "../../format/tuf/hashes.ts";
import {
  type Metadata,
  readMetadata,
  type Root,
  type Snapshot,
  type Targets,
  type Timestamp,
} from "../../format/tuf/metadata.ts";
import { isSignedEnough, type RoleKeys } from "../../format/tuf/threshold.ts";
import { Problem } from "../../model/problem.ts";
import { formatTime } from "../../model/time.ts";

/** The root a client starts from: it is believed because somebody put it there, and has to be signed by itself. */
export function initialRoot(bytes: Uint8Array): Root {
  const metadata = readMetadata(bytes, "root", "root");
  requireSigned(metadata, roleIn(metadata.signed, "root"), "root");
  return metadata.signed;
}

/** The root after `trusted` (5.3.4, 5.3.5): signed by both, its version exactly one higher. */
export function nextRoot(trusted: Root, bytes: Uint8Array): Root {
  const metadata = readMetadata(bytes, "root", `root ${trusted.version + 1}`);
  const { signed } = metadata;
  if (signed.version !== trusted.version + 1)
    throw refused(`root ${trusted.version} cannot be followed by version ${signed.version}`);
  requireSigned(metadata, roleIn(trusted, "root"), `root ${signed.version}, by the keys of root ${trusted.version}`);
  requireSigned(metadata, roleIn(signed, "root"), `root ${signed.version}, by its own keys`);
  return signed;
}

/** 5.4.2 and 5.4.3; the caller compares equal versions itself, and looks at the expiry (5.4.4). */
export function nextTimestamp(root: Root, trusted: Timestamp | undefined, bytes: Uint8Array): Timestamp {
  const metadata = readMetadata(bytes, "timestamp", "timestamp");
  requireSigned(metadata, roleIn(root, "timestamp"), "timestamp");
  const { signed } = metadata;
  if (trusted === undefined) return signed;
  refuseOlder("timestamp", trusted.version, signed.version);
  refuseOlder("snapshot", trusted.meta["snapshot.json"].version, signed.meta["snapshot.json"].version);
  return signed;
}

/** A snapshot that was verified before: its hashes are those of an older timestamp (5.5, as reference clients do). */
export function knownSnapshot(root: Root, bytes: Uint8Array): Snapshot {
  const metadata = readMetadata(bytes, "snapshot", "snapshot");
  requireSigned(metadata, roleIn(root, "snapshot"), "snapshot");
  return metadata.signed;
}

/** 5.5.2 to 5.5.6: what the timestamp says, signed, and nothing in it older than it was. */
export function nextSnapshot(
  root: Root,
  timestamp: Timestamp,
  trusted: Snapshot | undefined,
  bytes: Uint8Array,
): Snapshot {
  const said = timestamp.meta["snapshot.json"];
  requireSaid(said, bytes, "snapshot");
  const signed = knownSnapshot(root, bytes);
  requireVersion("snapshot", said.version, signed.version);
  for (const [file, { version }] of Object.entries(trusted?.meta ?? {})) {
    const next = Object.hasOwn(signed.meta, file) ? signed.meta[file] : undefined;
    if (next === undefined) throw refused(`snapshot: ${file} was taken out of it`);
    refuseOlder(file, version, next.version);
  }
  return signed;
}

/** 5.6.2 to 5.6.4, for targets and for roles they delegate to. `delegator` holds the role's keys. */
export function nextTargets(name: string, delegator: RoleKeys, snapshot: Snapshot, bytes: Uint8Array): Targets {
  const said = saidOfTargets(name, snapshot);
  requireSaid(said, bytes, name);
  const metadata = readMetadata(bytes, "targets", name);
  requireSigned(metadata, delegator, name);
  requireVersion(name, said.version, metadata.signed.version);
  return metadata.signed;
}

export function saidOfTargets(name: string, snapshot: Snapshot): SaidOfFile & { readonly version: number } {
  const file = `${name}.json`;
  const said = Object.hasOwn(snapshot.meta, file) ? snapshot.meta[file] : undefined;
  if (said === undefined) throw refused(`snapshot: it says nothing of ${file}`);
  return said;
}

/** Fails with `verify.unavailable`: what has expired may have been right, and may hide what is newer. `now` is in seconds since 1970. */
export function requireFresh(what: string, { expires }: { readonly expires: string }, now: number): void {
  if (Date.parse(expires) > now * 1000) return;
  throw new Problem("verify.unavailable", `${what}: it expired on ${expires}, and it is ${formatTime(now)}`, {
    hint: "Whoever publishes it has to sign it anew; check this machine's clock too.",
  });
}

export function roleIn({ keys, roles }: Root, role: "root" | "targets" | "snapshot" | "timestamp"): RoleKeys {
  return { keys, ...roles[role] };
}

function requireSigned(
  metadata: Metadata<"root" | "targets" | "snapshot" | "timestamp">,
  role: RoleKeys,
  what: string,
): void {
  if (isSignedEnough(role, metadata.raw, metadata.signatures)) return;
  throw refused(`${what}: fewer than ${role.threshold} of its keys signed it`);
}

function requireSaid(said: SaidOfFile, bytes: Uint8Array, what: string): void {
  const check = checkFile(said, what);
  check.update(bytes);
  check.finish();
}

function requireVersion(what: string, expected: number, found: number): void {
  if (found !== expected) throw refused(`${what}: it has version ${found}, and version ${expected} was signed`);
}

function refuseOlder(what: string, known: number, found: number): void {
  if (found < known) throw refused(`${what}: version ${found} is older than ${known}, which was seen before`);
}

function refused(message: string): Problem {
  return new Problem("verify.mismatch", message);
}
