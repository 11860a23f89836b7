/** Slipway as its users run it: compiled, as in the npm package. */

import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { compilePackage } from "../../scripts/compile.ts";
import { ROOT } from "../../test/setup/imports.ts";

/** Compiles this checkout into `folder` and returns the path of its command. */
export function compiledSlipway(folder: string): string {
  return join(compiledPackage(folder), "bin", "slipway");
}

/** The same, and returns the path of the package. */
export function compiledPackage(folder: string): string {
  const target = join(folder, "slipway");
  for (const path of ["bin", "package.json"]) cpSync(join(ROOT, path), join(target, path), { recursive: true });
  compilePackage(join(target, "lib"));
  symlinkSync(join(ROOT, "node_modules"), join(target, "node_modules"));
  return target;
}
