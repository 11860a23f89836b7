/** Finds where the members of an uncompressed tar archive lie, without reading their bytes. */
import { Problem } from "../../model/problem.ts";
import type { RandomAccess } from "../random-access.ts";
import { describesNext, type Description, withDescription } from "./description.ts";
import type { DescribedMember } from "./entry.ts";
import { blockSize, type Header, paddingSize, readHeader } from "./header.ts";
import { describedBy } from "./member.ts";

/** A member, and where its bytes begin. */
export interface LocatedMember {
  readonly member: DescribedMember;
  readonly offset: number;
}

/**
 * The members of a tar archive, in order, as {@link readTar} would describe them. Fails with `format.invalid` as that does, but
 * that padding is not looked at.
 */
export async function* locateMembers(archive: RandomAccess): AsyncGenerator<LocatedMember> {
  let description: Description = { global: new Map() };
  for (let at = 0; ;) {
    const parsed = readHeader(await archive.read(at, blockSize));
    if (parsed === undefined) return checkEnd(archive, at, description);
    const { header } = parsed;
    at += blockSize;
    if (describesNext(header)) {
      description = withDescription(header, await archive.read(at, header.size), description);
      at += sizeOf(header);
      continue;
    }
    const { member, size } = describedBy(header, description);
    if (at + size > archive.size) throw new Problem("format.invalid", "The tar archive ends early");
    yield { member, offset: at };
    at += size + paddingSize(size);
    description = { global: description.global };
  }
}

function sizeOf(header: Header): number {
  return header.size + paddingSize(header.size);
}

/** A second block of zeros, and nothing but zeros behind it. */
async function checkEnd(archive: RandomAccess, at: number, description: Description): Promise<void> {
  if (description.records ?? description.longPath ?? description.longTarget)
    throw new Problem("format.invalid", "The tar archive ends with a header that describes nothing");
  await archive.read(at, 2 * blockSize);
  const most = 1024 * 1024;
  for (let from = at; from < archive.size; from += most) {
    const bytes = await archive.read(from, Math.min(most, archive.size - from));
    if (bytes.some((byte) => byte !== 0)) throw new Problem("format.invalid", "The tar archive has data after its end");
  }
}
