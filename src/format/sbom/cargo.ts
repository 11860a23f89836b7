/** The packages of an SBOM that a Rust program's own list of crates names. */
import type { AuditedCrate } from "../cargo-audit.ts";
import type { SbomPackage } from "./model.ts";
import { cargoPurl } from "./purl.ts";

/** What is in the program: what only ran while it was built is left out. */
export function cratePackages(crates: readonly AuditedCrate[]): readonly SbomPackage[] {
  return crates
    .filter(({ kind }) => kind === "runtime")
    .map(({ name, version, source }) => ({
      name,
      version,
      purl: cargoPurl(name, version),
      origin: source === "" || source === "crates.io" ? undefined : `from ${source}`,
    }));
}
