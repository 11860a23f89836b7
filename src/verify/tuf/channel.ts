/** Releases as TUF metadata vouches for them, believed from a root that somebody trusts. */
import { createHash } from "node:crypto";
import { join } from "node:path";

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

/**
 * Where the metadata lists a release.json of exactly these bytes: its paths, those of channels whose newest it is among them. Fails as
 * {@link trustedRelease} does, and with `verify.mismatch` where it is listed nowhere.
 */
export async function listedStatement(request: FollowRequest, statement: Uint8Array): Promise<readonly string[]> {
  const { trusted } = await follow(request);
  const sha256 = createHash("sha256").update(statement).digest("hex");
  const paths = Object.entries(trusted.targets.targets).flatMap(([path, { length, hashes }]) =>
    path.endsWith("/release.json") && length === statement.length && hashes["sha256"] === sha256 ? [path] : [],
  );
  if (paths.length === 0)
    throw new Problem("verify.mismatch", `targets ${trusted.targets.version} list no release.json of these bytes`);
  return paths.toSorted();
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
  const seen = bytes === undefined ? 0 : Number(new TextDecoder().decode(bytes));
  if (!(seen - now > mostBack)) return;
  throw new Problem(
    "verify.unavailable",
    `this machine's clock says ${formatTime(Math.floor(now))}, and has said ${formatTime(seen)}`,
    {
      hint: "Set the clock right.",
    },
  );
}
