/** Gives rustc flags of our own without taking away those that the project or the operator has set. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { parse } from "smol-toml";

import { isMap } from "../../../model/schema.ts";
import type { MakeContext } from "../../maker.ts";

/** How the flags reach cargo. */
export interface FlagsRoute {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Cargo takes flags from exactly one of four places (The Cargo Book, `build.rustflags`): CARGO_ENCODED_RUSTFLAGS, RUSTFLAGS,
 * `target.*.rustflags`, `build.rustflags`. Ours are added to whichever is in use, since to use another would silence it.
 * `cwd` is the folder cargo runs in.
 */
export async function routeFlags(
  flags: readonly string[],
  triple: string,
  cwd: string,
  env: MakeContext["env"],
): Promise<FlagsRoute> {
  const { CARGO_ENCODED_RUSTFLAGS: encoded, RUSTFLAGS: plain } = env;
  // Even an empty variable silences the others.
  const given = encoded !== undefined ? encoded.split("\x1f") : plain?.split(" ");
  if (given !== undefined) {
    const all = [...given.filter((flag) => flag !== ""), ...flags];
    return { args: [], env: { CARGO_ENCODED_RUSTFLAGS: all.join("\x1f") } };
  }
  const key = (await isSetForTarget(triple, cwd, env)) ? `target.${triple}.rustflags` : "build.rustflags";
  // Lists on the command line are joined with those in files.
  return { args: ["--config", `${key}=${JSON.stringify(flags)}`], env: {} };
}

/** Whether a config file or variable has flags for this very target; with `cfg(...)` only where none are set for all. */
async function isSetForTarget(triple: string, cwd: string, env: MakeContext["env"]): Promise<boolean> {
  if (env[`CARGO_TARGET_${triple.toUpperCase().replaceAll(/[-.]/g, "_")}_RUSTFLAGS`] !== undefined) return true;
  const configs = await Promise.all(configPaths(cwd, env).map(readConfig));
  const hasFlags = (table: unknown): boolean => isMap(table) && table["rustflags"] !== undefined;
  const targets = configs.flatMap(({ target }) => (isMap(target) ? Object.entries(target) : []));
  if (targets.some(([name, table]) => name === triple && hasFlags(table))) return true;
  const forAll = env["CARGO_BUILD_RUSTFLAGS"] !== undefined || configs.some(({ build }) => hasFlags(build));
  return !forAll && targets.some(([name, table]) => name.startsWith("cfg(") && hasFlags(table));
}

/** The Cargo Book, "Configuration: Hierarchical structure". */
function configPaths(cwd: string, env: MakeContext["env"]): readonly string[] {
  const folders: string[] = [];
  for (let folder = cwd; ; folder = dirname(folder)) {
    folders.push(join(folder, ".cargo"));
    if (dirname(folder) === folder) break;
  }
  return [...folders, cargoHome(env)].flatMap((folder) => [join(folder, "config.toml"), join(folder, "config")]);
}

/** A file that cannot be read says nothing here; cargo itself complains about it. */
async function readConfig(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return parse(await readFile(path, "utf8"));
  } catch {
    return {};
  }
}

/** Where cargo keeps what it downloads. */
export function cargoHome(env: MakeContext["env"]): string {
  return env["CARGO_HOME"] ?? join(env["HOME"] ?? env["USERPROFILE"] ?? "/", ".cargo");
}
