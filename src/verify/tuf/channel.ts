/** Releases as TUF metadata vouches for them, believed from a root that somebody trusts. */
import { createHash } from "node:crypto";
import { join } from "node:path";

import { z } from "zod";

import type { TargetFile } from "../../format/tuf/metadata.ts";
import { Problem } from "../../model/problem.ts";
import { formatTime } from "../../model/time.ts";
import { type FetchMetadata, findTarget, refresh, type TrustedMetadata, type TufRequest } from "./client.ts";
import { folderState, type TufState } from "./state.ts";

export interface FollowRequest {
  /** The bytes of a root.json, from the trust file or the program itself. */
  readonly trustedRoot: Uint8Array;
  /** Folder that keeps what was verified, so that nothing older is believed later. Roots that are not the same keep apart in it. */
  readonly state: string;
  readonly fetch: FetchMetadata;
  /** Seconds since 1970. */
  readonly now: number;
}

export interface ChannelRequest extends FollowRequest {
  readonly channel: string;
}

/** A file of exactly these bytes is the channel's release.json. */
export interface TrustedRelease {
  /** `<channel>/release.json`. */
  readonly path: string;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** When the metadata has to have been signed anew: ISO 8601. */
  readonly expires: string;
  /** Versions of what was verified. */
  readonly versions: Readonly<Record<"root" | "timestamp" | "snapshot" | "targets", number>>;
}

/** How far a clock may go back: it is set right now and then. In seconds. */
const mostBack = 24 * 3600;

/**
 * The newest release of a channel. Fails with `verify.mismatch` or `format.invalid` for metadata that is forged, rolled back or mixed, and
 * with `verify.unavailable` where something is not there, has expired, or this machine's clock went back. Then the state is as it was, or
 * newer and verified.
 */
export async function trustedRelease(request: ChannelRequest): Promise<TrustedRelease> {
  const { trusted, update } = await follow(request);
  const path = `${request.channel}/release.json`;
  const said = await findTarget(update, trusted, path);
  if (said === undefined) throw new Problem("verify.mismatch", `the metadata lists no ${path}`);
  const sha256 = Object.hasOwn(said.hashes, "sha256") ? said.hashes["sha256"] : undefined;
  if (sha256 === undefined) throw new Problem("verify.mismatch", `${path} is listed without its SHA-256`);
  const { root, timestamp, snapshot, targets } = trusted;
  return {
    path,
    sha256,
    size: said.length,
    expires: timestamp.expires,
    versions: {
      root: root.version,
      timestamp: timestamp.version,
      snapshot: snapshot.version,
      targets: targets.version,
    },
  };
}

/** Where a release.json is listed. */
export interface ListedStatement {
  /** Sorted; those of channels whose newest it is are among them. */
  readonly paths: readonly string[];
  /** The path of its channel's newest and the version there, where that is another one. */
  readonly newer: { readonly path: string; readonly version: string } | undefined;
}

/**
 * Where the metadata lists a release.json of exactly these bytes. Fails as {@link trustedRelease} does, and with `verify.mismatch` where it
 * is listed nowhere.
 */
export async function listedStatement(request: FollowRequest, statement: Uint8Array): Promise<ListedStatement> {
  const { trusted } = await follow(request);
  const { targets, version } = trusted.targets;
  const sha256 = createHash("sha256").update(statement).digest("hex");
  const found = Object.entries(targets).filter(
    ([path, { length, hashes }]) =>
      path.endsWith("/release.json") && length === statement.length && hashes["sha256"] === sha256,
  );
  if (found.length === 0)
    throw new Problem("verify.mismatch", `targets ${version} list no release.json of these bytes`);
  const paths = found.map(([path]) => path).toSorted();
  const path = found
    .map(([, file]) => `${saidOf(file)?.channel ?? ""}/release.json`)
    .find((each) => Object.hasOwn(targets, each));
  const newest = path === undefined || paths.includes(path) ? undefined : saidOf(targets[path]);
  return { paths, newer: path === undefined || newest === undefined ? undefined : { path, version: newest.version } };
}

const custom = z.looseObject({ slipway: z.looseObject({ channel: z.string(), version: z.string() }) });

/** What the metadata says of a release.json beside its digest, where it was Slipway that listed it. */
function saidOf(file: TargetFile | undefined): { readonly channel: string; readonly version: string } | undefined {
  return custom.safeParse(file?.custom).data?.slipway;
}

async function follow(
  request: FollowRequest,
): Promise<{ readonly trusted: TrustedMetadata; readonly update: TufRequest }> {
  const folder = join(request.state, createHash("sha256").update(request.trustedRoot).digest("hex"));
  const clock = folderState(join(folder, "clock"));
  await refuseEarlier(clock, request.now);
  const state = folderState(folder);
  if ((await state.read("root")) === undefined) await state.write("root", request.trustedRoot);
  const update = { state, fetch: request.fetch, now: request.now };
  const trusted = await refresh(update);
  await clock.write("seen", new TextEncoder().encode(String(Math.floor(request.now))));
  return { trusted, update };
}

/** Metadata that has expired looks fresh to a clock that was set back. */
async function refuseEarlier(clock: TufState, now: number): Promise<void> {
  const bytes = await clock.read("seen");
  const text = bytes === undefined ? "0" : new TextDecoder().decode(bytes);
  if (!/^\d{1,11}$/.test(text))
    throw new Problem("verify.unavailable", "what this machine keeps of the times it saw is damaged", {
      hint: "Set the clock right; then remove `clock` from the folder of the state.",
    });
  const seen = Number(text);
  if (seen - now <= mostBack) return;
  throw new Problem(
    "verify.unavailable",
    `this machine's clock says ${formatTime(Math.floor(now))}, and has said ${formatTime(seen)}`,
    {
      hint: "Set the clock right.",
    },
  );
}
