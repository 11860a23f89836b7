/** A Release as TUF targets: the channel's entry, and every artifact by version and name. */
import { createHash } from "node:crypto";

import { readRelease } from "../../format/release.ts";
import type { Metadata } from "../../format/tuf/metadata.ts";
import { unsafePath } from "../../format/unsafe-path.ts";
import type { JsonObject } from "../../model/json.ts";
import { Problem } from "../../model/problem.ts";
import type { Change, TufRepository } from "./repository.ts";

export interface AddedRelease {
  /** All targets, old ones included; undefined when the Release is in them already. */
  readonly targets: JsonObject | undefined;
  /** Copies of release.json under the names that clients ask for. */
  readonly copies: readonly Change[];
  readonly version: string;
  readonly channel: string;
}

/**
 * `<channel>/release.json`, `<version>/release.json` and `<version>/<name>` for each artifact, over what was there. What was released
 * stays as it was: fails with `store.conflict` for other bytes under a version that is listed, or a Release older than its channel's.
 */
export function addRelease(repository: TufRepository, statement: Uint8Array): AddedRelease {
  const release = readRelease(new TextDecoder("utf-8", { fatal: true }).decode(statement), "release.json");
  const { product, version, channel, sequence, artifacts } = release;
  const paths = [version, channel].map((folder) => `${folder}/release.json`);
  for (const path of paths) if (unsafePath(path) !== undefined) throw refused(`${path}: ${unsafePath(path)}`);
  const sha256 = createHash("sha256").update(statement).digest("hex");
  const custom = { slipway: { product, version, channel, sequence } };
  const entry = { length: statement.length, hashes: { sha256 }, custom };
  const known = listed(repository);
  refuseOlder(known[`${channel}/release.json`], sequence, release);
  const own: readonly (readonly [string, JsonObject])[] = [
    [`${version}/release.json`, entry],
    ...artifacts.map(({ name, size, digests }): [string, JsonObject] => [
      `${version}/${name}`,
      { length: size, hashes: { sha256: digests.sha256 } },
    ]),
  ];
  for (const [path, { hashes }] of own) {
    const before = known[path]?.hashes["sha256"];
    if (before !== undefined && before !== (hashes as { sha256: string }).sha256)
      throw refused(`${path} is listed with other bytes: what was released stays as it was`);
  }
  const all = Object.fromEntries([
    ...Object.entries(rawTargets(repository)),
    ...own,
    [`${channel}/release.json`, entry],
  ]);
  const isListed =
    known[`${channel}/release.json`]?.hashes["sha256"] === sha256 && own.every(([path]) => path in known);
  return {
    targets: isListed ? undefined : all,
    copies: [version, channel].map((folder) => ({
      path: `targets/${folder}/${sha256}.release.json`,
      bytes: statement,
      once: false,
    })),
    version,
    channel,
  };
}

/** What waits for signatures is gone on from: a Release that is added meanwhile is signed together with it. */
function newest({ targets, pending }: TufRepository): Metadata<"targets"> | undefined {
  return pending.targets ?? targets;
}

function listed(repository: TufRepository): Metadata<"targets">["signed"]["targets"] {
  return newest(repository)?.signed.targets ?? {};
}

function rawTargets(repository: TufRepository): JsonObject {
  return (newest(repository)?.raw["targets"] as JsonObject | undefined) ?? {};
}

function refuseOlder(
  entry: { readonly custom?: Readonly<Record<string, unknown>> | undefined } | undefined,
  sequence: number,
  { version, channel }: { readonly version: string; readonly channel: string },
): void {
  const said = entry?.custom?.["slipway"] as { readonly sequence?: unknown; readonly version?: unknown } | undefined;
  if (typeof said?.sequence !== "number" || said.sequence <= sequence) return;
  throw refused(`${version} is older than ${String(said.version)}, which ${channel} has: a channel only goes forward`);
}

function refused(message: string): Problem {
  return new Problem("store.conflict", message);
}
