/** Tar headers that are no entries, but say of the next one what does not fit its own header. */
import { Problem } from "../../model/problem.ts";
import { type Header, typeflags } from "./header.ts";
import { type PaxRecords, readPax } from "./pax.ts";

/** What earlier headers said of the next entry. */
export interface Description {
  readonly global: PaxRecords;
  readonly records?: PaxRecords;
  readonly longPath?: Uint8Array;
  readonly longTarget?: Uint8Array;
}

/** They are kept in memory, so they are small. */
const mostDescription = 1024 * 1024;

const describing: Readonly<Record<string, "global" | "records" | "longPath" | "longTarget">> = {
  [typeflags.paxGlobal]: "global",
  [typeflags.paxRecords]: "records",
  [typeflags.gnuLongPath]: "longPath",
  [typeflags.gnuLongTarget]: "longTarget",
};

/** Whether the header describes the next entry; fails with `format.invalid` where it says too much. */
export function describesNext(header: Header): boolean {
  if (describing[header.typeflag] === undefined) return false;
  if (header.size > mostDescription) throw new Problem("format.invalid", "A tar header's description is too long");
  return true;
}

/** Adds what a header that {@link describesNext} says in its `bytes`. */
export function withDescription(header: Header, bytes: Uint8Array, so: Description): Description {
  const key = describing[header.typeflag];
  if (key === undefined) return so;
  if (key === "global") return { ...so, global: new Map([...so.global, ...readPax(bytes)]) };
  if (so[key] !== undefined || (key === "records" ? (so.longPath ?? so.longTarget) : so.records) !== undefined) {
    throw new Problem("format.invalid", "A tar entry is described twice");
  }
  return key === "records" ? { ...so, records: readPax(bytes) } : { ...so, [key]: withoutNul(bytes) };
}

/** GNU tar ends these texts with one NUL. */
function withoutNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  if (end !== bytes.length - 1) throw new Problem("format.invalid", "A long name in the tar archive is damaged");
  return bytes.subarray(0, end);
}
