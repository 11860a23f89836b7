/** Reads what cargo-auditable links into Rust programs: the crates they were made from. */

// The format: https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md

import { inflateSync } from "node:zlib";

import { damaged, type Executable, sectionBytes } from "./executable/executable.ts";
import { readExecutables } from "./executable/read.ts";
import type { RandomAccess } from "./random-access.ts";

export interface AuditedCrate {
  readonly name: string;
  readonly version: string;
  /** `crates.io`, `git`, `local`, `registry`, or an address. */
  readonly source: string;
  /** Build scripts and procedural macros ran while it was built, and are not in it. */
  readonly kind: "runtime" | "build";
  /** Whether it is the program's own. */
  readonly root: boolean;
}

/** Bytes of the section, and of the list in it: the largest programs have some kilobytes. */
const mostBytes = 8 * 1024 * 1024;

/** Crates of the programs in a file; none where it has no such section. Fails with `format.invalid` where it is damaged. */
export async function readCargoAudit(file: RandomAccess): Promise<readonly AuditedCrate[]> {
  const programs = await readExecutables(file);
  return (await Promise.all(programs.map(cargoAuditOf))).flat();
}

/** The same of one program. */
export async function cargoAuditOf(program: Executable): Promise<readonly AuditedCrate[]> {
  const section = program.sections.find(({ name }) => name === ".dep-v0");
  if (section === undefined) return [];
  const packed = await sectionBytes(program, section, mostBytes);
  let list: unknown;
  try {
    list = JSON.parse(inflateSync(packed, { maxOutputLength: mostBytes }).toString("utf8"));
  } catch {
    throw damaged("its list of crates cannot be read");
  }
  const crates = isRecord(list) ? list["packages"] : undefined;
  if (!Array.isArray(crates)) throw damaged("its list of crates is none");
  return crates.map(crateOf);
}

function crateOf(crate: unknown): AuditedCrate {
  if (!isRecord(crate)) throw damaged("its list of crates holds something else");
  const { name, version, source, kind = "runtime", root = false } = crate;
  if (typeof name !== "string" || typeof version !== "string" || name === "")
    throw damaged("its list of crates holds one without name or version");
  return {
    name,
    version,
    source: typeof source === "string" ? source : "",
    kind: kind === "build" ? "build" : "runtime",
    root: root === true,
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
