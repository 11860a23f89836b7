/** Compares what GoReleaser and Slipway made of one program: names, members, modes, and bytes where they should agree. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Member } from "../setup/members.ts";
import { membersOf } from "../setup/members.ts";

// What Slipway writes beside the archives and the checksums, and GoReleaser does not.
const OURS_ALONE = new Set(["release.json", "index.json", "notes.md"]);

/** Names of the archives and checksum files of a GoReleaser run, sorted. */
export function releasedByGoReleaser(dist: string): readonly string[] {
  const artifacts = JSON.parse(readFileSync(join(dist, "artifacts.json"), "utf8")) as readonly {
    readonly name: string;
    readonly type: string;
  }[];
  return artifacts
    .filter(({ type }) => type === "Archive" || type === "Checksum")
    .map(({ name }) => name)
    .toSorted();
}

/**
 * In what two releases differ, a line each; none when they are alike. Owners are left out: GoReleaser takes those of who runs it.
 * @param theirs GoReleaser's dist folder
 * @param ours Slipway's release folder
 * @param sameBytes whether a member's bytes must be the same too
 */
export function differences(theirs: string, ours: string, sameBytes: (member: Member) => boolean): readonly string[] {
  const names = releasedByGoReleaser(theirs);
  const mine = existsSync(ours) ? readdirSync(ours).filter((name) => !OURS_ALONE.has(name)) : [];
  const essence = (archive: string): readonly string[] =>
    membersOf(archive)
      .map((member) => [member.name, member.type, member.mode, sameBytes(member) ? member.sha256 : ""].join(" "))
      .toSorted();
  return [
    ...names.filter((name) => !mine.includes(name)).map((name) => `${name} is missing`),
    ...mine.filter((name) => !names.includes(name)).map((name) => `${name} is extra`),
    ...mine
      .filter((name) => names.includes(name) && /\.(tar\.gz|zip)$/.test(name))
      .filter((name) => !isDeepStrictEqual(essence(join(theirs, name)), essence(join(ours, name))))
      .map(
        (name) =>
          `${name} holds ${essence(join(ours, name)).join(", ")}, not ${essence(join(theirs, name)).join(", ")}`,
      ),
  ];
}

/** True for documentation and licences, which nobody builds. */
export function isText({ name }: Member): boolean {
  return /\.(md|txt|1)$|^LICENSE$/.test(name);
}
