/** One member of an archive, and what of it every format tells. */
import { createHash, hash } from "node:crypto";

import type { CpioMember } from "../cpio/read.ts";
import type { MemberContent } from "../member-content.ts";

import type { KnownBytes } from "../splices.ts";
import type { TarMember } from "../tar/entry.ts";
import type { ZipMember } from "../zip/entry.ts";

export type Bytes = AsyncIterable<Uint8Array>;

/** One member of an archive, read and hashed. */
export interface Member {
  /** Without a final `/`; empty in formats that hold one file without a name. */
  readonly path: string;
  readonly type: "file" | "directory" | "symlink" | "hardlink" | "special";
  /** Permission bits; undefined where the format keeps none. */
  readonly mode: number | undefined;
  /** Bytes of a file; 0 for everything else. */
  readonly size: number;
  /** Lower-case hex of a file's bytes; empty for everything else. */
  readonly sha256: string;
  /** Where a link leads. */
  readonly target: string;
  /** Why unpacking it would not stay inside the folder. */
  readonly unsafe: string | undefined;
}

/** Size and digest of a file's bytes: known, or read to their end. */
export function contentOf(member: TarMember | ZipMember | CpioMember): KnownBytes | Promise<KnownBytes> {
  if ("type" in member && member.type !== "file") return nothing;
  const bytes = "now" in member ? member.now() : undefined;
  return bytes === undefined ? digestOf(member) : { size: bytes.length, sha256: hash("sha256", bytes, "hex") };
}

async function digestOf(member: Pick<MemberContent, "known" | "open">): Promise<KnownBytes> {
  const known = await member.known();
  return known === undefined ? digest(member.open()) : { size: known.size, sha256: known.sha256 };
}

/** Of everything that is no file. */
export const nothing = { size: 0, sha256: "" };

export function describe(
  member: Pick<TarMember, "path" | "type" | "mode" | "unsafe">,
): Omit<Member, "size" | "sha256"> {
  const { type, mode, unsafe } = member;
  const target = "target" in member && typeof member.target === "string" ? member.target : "";
  return { path: member.path.replace(/\/$/, ""), type, mode, unsafe, target };
}

export async function digest(bytes: Bytes): Promise<KnownBytes> {
  const sha256 = createHash("sha256");
  let size = 0;
  for await (const chunk of bytes) {
    sha256.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: sha256.digest("hex") };
}
