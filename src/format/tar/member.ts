/** Turns a tar header and what described it before into a member, or refuses when they do not agree. */
import { Problem } from "../../model/problem.ts";
import { unsafePath, unsafeTarget } from "../unsafe-path.ts";
import type { Description } from "./description.ts";
import type { DescribedMember } from "./entry.ts";
import { type Header, room, typeflags } from "./header.ts";
import { fitsOctal } from "./number.ts";
import type { PaxRecords } from "./pax.ts";

const types: Readonly<Record<string, DescribedMember["type"]>> = {
  [typeflags.file]: "file",
  [typeflags.oldFile]: "file",
  [typeflags.contiguous]: "file",
  [typeflags.directory]: "directory",
  [typeflags.symlink]: "symlink",
  [typeflags.hardlink]: "hardlink",
  [typeflags.characterDevice]: "special",
  [typeflags.blockDevice]: "special",
  [typeflags.fifo]: "special",
};

/** What is said of a member, and how many bytes of content follow. */
export function describedBy(
  header: Header,
  description: Description,
): { readonly member: DescribedMember; readonly size: number } {
  const records = recordsOf(description);
  const type = types[header.typeflag];
  if (type === undefined)
    throw new Problem(
      "format.invalid",
      `The tar archive has an entry of an unknown type (${JSON.stringify(header.typeflag)})`,
    );
  if ([...records.keys()].some((key) => key.startsWith("GNU.sparse.")))
    throw new Problem("format.invalid", "The tar archive has a sparse file");

  const path = pathOf(header, description, records);
  if (type !== "directory" && path.endsWith("/")) throw disagree(path, "only a directory's path may end with `/`");
  const size = sizeOf(header, records, path);
  if (type !== "file" && size !== 0) throw disagree(path, "only a file has content");
  const attributes = {
    path,
    mode: header.mode & 0o7777,
    mtime: numberOf(records, "mtime") ?? header.mtime,
    uid: numberOf(records, "uid") ?? header.uid,
    gid: numberOf(records, "gid") ?? header.gid,
    owner: records.get("uname") ?? decode(header.owner),
    group: records.get("gname") ?? decode(header.group),
    pax: Object.fromEntries(records),
    unsafe: unsafePath(path),
  };
  if (type === "file") return { member: { ...attributes, type, size }, size };
  if (type === "directory" || type === "special") return { member: { ...attributes, type }, size };

  const target = targetOf(header, description, records, path);
  const unsafe = attributes.unsafe ?? (type === "symlink" ? unsafeTarget(path, target) : unsafePath(target));
  return { member: { ...attributes, type, target, unsafe }, size };
}

function recordsOf({ global, records }: Description): PaxRecords {
  if (global.size === 0) return records ?? global;
  return new Map([...global, ...(records ?? [])]);
}

function pathOf(header: Header, description: Description, records: PaxRecords): string {
  const prefix = header.prefix.length > 0 ? `${decode(header.prefix)}/` : "";
  const long = description.longPath;
  const path = records.get("path") ?? (long === undefined ? prefix + decode(header.name) : decode(long));
  if (path === "" || path.includes("\0"))
    throw new Problem("format.invalid", "The tar archive has an entry without a name");
  return path;
}

function targetOf(header: Header, description: Description, records: PaxRecords, path: string): string {
  const target = records.get("linkpath") ?? decode(description.longTarget ?? header.target);
  if (target === "" || target.includes("\0")) throw disagree(path, "a link needs a target");
  return target;
}

/** A PAX size that contradicts the header's makes two readers see two archives; only a size that does not fit there may differ. */
function sizeOf(header: Header, records: PaxRecords, path: string): number {
  const size = numberOf(records, "size") ?? header.size;
  if (size !== header.size && fitsOctal(size, room("size")))
    throw disagree(path, "the PAX record and the header give different sizes");
  return size;
}

function numberOf(records: PaxRecords, key: "size" | "mtime" | "uid" | "gid"): number | undefined {
  const text = records.get(key);
  if (text === undefined) return undefined;
  const form = key === "mtime" ? /^-?[0-9]{1,15}(\.[0-9]{1,30})?$/ : /^[0-9]{1,15}$/;
  if (!form.test(text)) throw new Problem("format.invalid", `The PAX record "${key}" is not a number`);
  return Number(text);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new Problem("format.invalid", "A name in the tar archive is not UTF-8", { cause });
  }
}

function disagree(path: string, why: string): Problem {
  return new Problem("format.invalid", `The tar archive's entry ${JSON.stringify(path)} is damaged: ${why}`);
}
