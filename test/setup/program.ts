/** Before the tests: the program as they start it hundreds of times, bundled, so that each start reads a few files and not a thousand. */
import { chmodSync, cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { bundleProgram } from "../../scripts/compile.ts";
import { ROOT } from "./imports.ts";

/** What finds its files beside itself stays the package that it is. */
const external = ["7z-wasm", "@bokuweb/zstd-wasm"];

/**
 * Sets `SLIPWAY_PROGRAM` to a bundle of `src/` in the form of an installed package, unless it names a program already:
 * `SLIPWAY_PROGRAM=bin/slipway npm test -- e2e` tests the source as it stands. Returns what takes the bundle away.
 */
export function setup(): (() => void) | undefined {
  if (process.env["SLIPWAY_PROGRAM"] !== undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "slipway-program-"));
  chmodSync(folder, 0o755); // another user starts it too
  for (const name of ["package.json", "bin"]) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const externals = external.map((name) => `--external=${name}`);
  try {
    bundleProgram(join(folder, "lib", "program"), externals);
  } catch (error) {
    rmSync(folder, { recursive: true });
    // What is amiss in `src/` is for the tests to find, each where it matters.
    process.stderr.write(`Tests start the source as it stands, for it cannot be bundled: ${String(error)}\n`);
    return undefined;
  }
  const env = { SLIPWAY_PROGRAM: join(folder, "bin", "slipway"), NODE_COMPILE_CACHE: join(folder, "compiled") };
  Object.assign(process.env, env);
  return () => {
    for (const name of Object.keys(env)) delete process.env[name];
    rmSync(folder, { recursive: true, maxRetries: 5 });
  };
}
