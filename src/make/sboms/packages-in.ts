/** The packages that a program itself says it was made from. */
import { open } from "node:fs/promises";

import { cargoAuditOf } from "../../format/cargo-audit.ts";
import { readExecutables } from "../../format/executable/read.ts";
import { goBuildInfoOf } from "../../format/go-build-info.ts";
import { inFile } from "../../format/random-access.ts";
import { cratePackages } from "../../format/sbom/cargo.ts";
import { goPackages } from "../../format/sbom/go.ts";
import type { SbomPackage } from "../../format/sbom/model.ts";
import { onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";

/**
 * What Go's linker and cargo-auditable wrote into the file; nothing where neither did. Headers and those lists are read, not the
 * program. Fails with `format.invalid` where they are damaged; `name` is what messages call it.
 */
export async function packagesIn(path: string, name: string): Promise<readonly SbomPackage[]> {
  const file = await onDisk(path, () => open(path));
  try {
    const found: SbomPackage[] = [];
    for (const program of await readExecutables(await inFile(file))) {
      const go = await goBuildInfoOf(program);
      if (go !== undefined) found.push(...goPackages(go));
      found.push(...cratePackages(await cargoAuditOf(program)));
    }
    return found;
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.code !== "format.invalid") throw thrown;
    throw new Problem("format.invalid", `${name}: ${thrown.message}`, { cause: thrown });
  } finally {
    await file.close();
  }
}
