/** Opens an archive, reads it to its end, and looks for what must not be there and for the programs that must. */
import { readMembers } from "../format/members.ts";
import type { Member } from "../format/members/member.ts";
import type { ReleaseBinary } from "../format/release.ts";
import { Problem } from "../model/problem.ts";

/** More members than any release has; the names of all are kept while an archive is read. */
const mostMembers = 1_000_000;

export interface ArchiveContent {
  readonly members: number;
  /** Why a program inside is not the one that was released; empty when all are. */
  readonly wrongPrograms: readonly string[];
}

/**
 * Reads the archive once. Fails with `format.invalid` on damage and `verify.mismatch` on a member that would leave the folder or
 * comes twice. `bytes` are the file's own, as {@link readMembers} takes them.
 */
export async function readArchive(
  format: string,
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  programs: readonly ReleaseBinary[],
): Promise<ArchiveContent> {
  const seen = new Set<string>();
  const missing = new Map(programs.map((program) => [program.path, program]));
  const wrongPrograms: string[] = [];
  for await (const member of readMembers(format, path, bytes)) {
    refuse(member, seen);
    seen.add(member.path);
    // A format that holds one file has no name for it.
    const program = missing.get(member.path) ?? (member.path === "" ? programs[0] : undefined);
    if (program === undefined) continue;
    missing.delete(program.path);
    if (member.type !== "file") wrongPrograms.push(`${program.path} is a ${member.type}`);
    else if (member.sha256 !== program.sha256)
      wrongPrograms.push(`${program.path} has sha256 ${member.sha256}, the Release says ${program.sha256}`);
  }
  return {
    members: seen.size,
    wrongPrograms: [...wrongPrograms, ...[...missing.keys()].map((name) => `${name} is not inside`)],
  };
}

function refuse({ path, unsafe }: Member, seen: ReadonlySet<string>): void {
  if (unsafe !== undefined) throw new Problem("verify.mismatch", `member ${JSON.stringify(path)} has ${unsafe}`);
  if (seen.has(path)) throw new Problem("verify.mismatch", `member ${JSON.stringify(path)} comes twice`);
  if (seen.size >= mostMembers) throw new Problem("verify.mismatch", `more than ${mostMembers} members`);
}
