/** Looks, before anything is decided, whether a Deno is there that can do what is asked, and what the project pins. */
import { join } from "node:path/posix";

import semver from "semver";

import type { BuildEntry } from "../../../model/config/builds.ts";
import type { Machine, Probe } from "../../../model/machine.ts";
import { Problem } from "../../../model/problem.ts";
import type { Template } from "../../../model/template.ts";
import { constantText, missingMain, missingProgram, ownProgram } from "../npm.ts";

/** What the probe found. Left out: it could not be asked. */
export interface DenoProbed {
  readonly version?: string;
  /** Whether there is a lock file. */
  readonly locked?: boolean;
}

type DenoEntry = BuildEntry & { readonly options: { readonly main: Template; readonly tool?: Template | undefined } };

/** The first whose executables run a module before the program (`--preload`), which sets the constants. */
const oldest = "2.6.0";
const get = "run `npm install --save-dev deno`, or see https://docs.deno.com/runtime/getting_started/installation";

export async function probeDeno(entry: DenoEntry, machine: Machine): Promise<Probe> {
  const { main, tool } = entry.options;
  const dir = constantText(entry.dir, ".");
  const isLocal = !/^[a-z]+:/.test(main.source);
  const [missing, version, locked] = await Promise.all([
    Promise.all([
      tool === undefined ? missingProgram(entry, machine, "deno", get) : undefined,
      isLocal ? missingMain(entry, main, machine) : undefined,
    ]),
    versionOf(tool, dir, machine),
    dir === undefined ? undefined : isLocked(dir, machine),
  ]);
  const problems = [...missing, version === undefined ? undefined : tooOld(version, entry)];
  return {
    data: { ...(version === undefined ? {} : { version }), ...(locked === undefined ? {} : { locked }) },
    problems: problems.filter((problem) => problem !== undefined),
  };
}

async function versionOf(
  tool: Template | undefined,
  dir: string | undefined,
  machine: Machine,
): Promise<string | undefined> {
  const told = constantText(tool, "");
  if (told === undefined || dir === undefined) return undefined;
  const own = await ownProgram(machine.root, dir, "deno", (path) => machine.exists(path));
  const command = told !== "" ? told : own === undefined ? "deno" : join(machine.root, own);
  const said = await machine.ask(command, ["--version"]);
  return semver.coerce(said?.split("\n")[0])?.version;
}

function tooOld(version: string, entry: DenoEntry): Problem | undefined {
  if (semver.gte(version, oldest)) return undefined;
  return new Problem("tool.missing", `this is Deno ${version}, whose executables cannot be told their version`, {
    place: entry.place,
    expected: `Deno ${oldest} or newer`,
    hint: "run `deno upgrade`",
  });
}

/** The lock lies beside the configuration of the workspace, which may be above. */
async function isLocked(dir: string, machine: Machine): Promise<boolean> {
  if (await machine.exists(join(dir, "deno.lock"))) return true;
  return dir !== "." && !dir.startsWith("..") && isLocked(join(dir, ".."), machine);
}
