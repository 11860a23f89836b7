/** What an npm project has at hand: its own programs, and whether its dependencies are installed. */
import { access } from "node:fs/promises";
import { dirname, join, normalize, resolve } from "node:path/posix";

import type { BuildEntry } from "../../model/config/builds.ts";
import type { Json } from "../../model/json.ts";
import type { Machine } from "../../model/machine.ts";
import { Problem } from "../../model/problem.ts";
import { isMap } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";

/** The text of a template that is the same in every scope; undefined where it has holes and only the Plan can know it. */
export function constantText(template: Template | undefined, otherwise: string): string | undefined {
  if (template === undefined) return otherwise;
  return template.constant ? template.source : undefined;
}

/**
 * A program of the project's `node_modules/.bin`, nearest folder first: its path relative to the root, or undefined. `dir`
 * is relative to the root. Asked again when the Step runs, since `before: npm ci` may have put it there.
 */
export async function ownProgram(
  root: string,
  dir: string,
  name: string,
  exists: (path: string) => Promise<boolean>,
): Promise<string | undefined> {
  for (const folder of foldersUpTo(dir, root)) {
    const path = join(folder, "node_modules/.bin", name);
    if (await exists(path)) return path;
  }
  return undefined;
}

/** The command for a program: what the config says, else the project's own, else the one on the PATH. */
export async function commandFor(root: string, dir: string, name: string, told: Json | undefined): Promise<string> {
  if (typeof told === "string" && told !== "") return told.includes("/") ? resolve(root, told) : told;
  const own = await ownProgram(root, dir, name, (path) =>
    access(join(root, path)).then(
      () => true,
      () => false,
    ),
  );
  return own === undefined ? name : join(root, own);
}

/** The problem of a program that is neither the project's own nor on the PATH, or undefined. */
export async function missingProgram(
  entry: BuildEntry,
  machine: Machine,
  name: string,
  get: string,
): Promise<Problem | undefined> {
  const dir = constantText(entry.dir, ".");
  if (dir === undefined || mayStillCome(entry, machine)) return undefined;
  if (
    (await ownProgram(machine.root, dir, name, (path) => machine.exists(path))) !== undefined ||
    (await machine.which(name)) !== undefined
  )
    return undefined;
  return new Problem("tool.missing", `${name} is neither in node_modules nor on the PATH`, {
    place: entry.place,
    hint: get,
  });
}

/** Whether commands run before the build that may bring what is missing now. */
function mayStillCome(entry: BuildEntry, machine: Machine): boolean {
  return machine.preparing === true || entry.hooks.pre.length > 0;
}

/**
 * The problem of a package.json that names dependencies which were never installed, or undefined. Entries whose commands
 * run before the build may install them, so they are not judged.
 */
export async function uninstalled(entry: BuildEntry, machine: Machine, install: string): Promise<Problem | undefined> {
  const dir = constantText(entry.dir, ".");
  if (dir === undefined || mayStillCome(entry, machine)) return undefined;
  const path = join(dir, "package.json");
  const text = await machine.read(path);
  if (text === undefined) return undefined;
  const names = dependenciesIn(text);
  if (names === undefined)
    return new Problem("format.invalid", `${path} is not a JSON object`, { place: { file: path, line: 1, column: 1 } });
  if (names.length === 0) return undefined;
  for (const folder of foldersUpTo(dir, machine.root))
    if (await machine.exists(join(folder, "node_modules"))) return undefined;
  return new Problem("file.missing", `${path} names dependencies (${listed(names)}) but there is no node_modules`, {
    place: entry.place,
    hint: `run \`${install}\` first, or put it under \`before:\``,
  });
}

/** The problem of an entry file that is not there, or undefined; a file that commands may yet make is not judged. */
export async function missingMain(entry: BuildEntry, main: Template, machine: Machine): Promise<Problem | undefined> {
  const [dir, path] = [constantText(entry.dir, "."), constantText(main, "")];
  if (dir === undefined || path === undefined || mayStillCome(entry, machine)) return undefined;
  if (await machine.exists(join(dir, path))) return undefined;
  return new Problem("file.missing", `${join(dir, path)} is not there`, {
    place: main.place ?? entry.place,
    expected: "the program's entry file",
  });
}

/** `a/b`, `a`, `.`, `..`: the folders a module is looked for in, from `dir` to the root of the disk. */
function foldersUpTo(dir: string, root: string): readonly string[] {
  const inside = normalize(dir);
  const above = root
    .split(/[\\/]/)
    .filter((part) => part !== "")
    .map((_, index) => "../".repeat(index + 1).slice(0, -1));
  if (inside === "." || inside.startsWith("..")) return [inside, ...above];
  return [inside, ...foldersUpTo(dirname(inside), root)];
}

/** Names under `dependencies`; undefined for text that is no JSON object. */
function dependenciesIn(text: string): readonly string[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isMap(value)) return undefined;
  return isMap(value.dependencies) ? Object.keys(value.dependencies) : [];
}

function listed(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}
