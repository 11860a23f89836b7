/** Asks the machine, before anything is decided, whether Go is there, what it can build, and which programs patterns name. */
import { posix } from "node:path";

import type { BuildEntry } from "../../../model/config/builds.ts";
import type { JsonObject } from "../../../model/json.ts";
import type { Machine, Probe } from "../../../model/machine.ts";
import { Problem } from "../../../model/problem.ts";
import type { Template } from "../../../model/template.ts";
import type { GoOptions } from "./options.ts";
import { isPattern } from "./programs.ts";

type GoEntry = BuildEntry & { readonly options: GoOptions };

/** Wherever an answer would need a template's value, the question is left to the build. */
export async function probeGo(entry: GoEntry, machine: Machine): Promise<Probe> {
  const dir = constant(entry.dir, ".");
  if (entry.options.tool !== undefined)
    return { data: {}, problems: await missingTool(entry, entry.options.tool, dir, machine) };
  if ((await machine.which("go")) === undefined) return { data: {}, problems: [noGo(entry)] };

  const pairs = await portsOf(machine);
  if (dir === undefined) return { data: { pairs }, problems: [] };
  const [module, programs, missing] = await Promise.all([
    missingModule(entry, dir, machine),
    programsByPattern(entry, dir, machine),
    missingPackages(entry, dir, machine),
  ]);
  return { data: { pairs, programs }, problems: [...module, ...missing] };
}

function noGo(entry: BuildEntry): Problem {
  return new Problem("tool.missing", "go is not on the PATH", {
    place: entry.place,
    hint: "install Go from https://go.dev/dl or with your system's package manager (golang-go, go)",
  });
}

async function missingTool(
  entry: BuildEntry,
  tool: Template,
  dir: string | undefined,
  machine: Machine,
): Promise<readonly Problem[]> {
  const name = constant(tool, "");
  if (name === undefined || dir === undefined || mayStillCome(entry, machine)) return [];
  const found = name.includes("/")
    ? await machine.exists(posix.join(dir, name))
    : (await machine.which(name)) !== undefined;
  if (found) return [];
  return [
    new Problem("tool.missing", `tool: ${name} is not there`, {
      place: tool.place ?? entry.place,
      hint: "give a command on the PATH, or a path relative to `dir`",
    }),
  ];
}

/** `linux/amd64`, ...: what this Go has ports for. */
async function portsOf(machine: Machine): Promise<readonly string[]> {
  const text = await machine.ask("go", ["tool", "dist", "list"]);
  return (text ?? "").split("\n").filter((line) => line !== "");
}

/** The module file is looked for as Go does, in the folder and all above it. */
async function missingModule(entry: BuildEntry, dir: string, machine: Machine): Promise<readonly Problem[]> {
  if (mayStillCome(entry, machine)) return [];
  const [module] = ((await machine.ask("go", ["env", "GOMOD"], { cwd: dir })) ?? "").split("\n");
  if (module !== "/dev/null" && module !== "NUL") return [];
  const hint = "run `go mod init`, or name the module's folder with `dir`";
  return [
    new Problem("file.missing", `there is no go.mod in ${dir} or above it`, {
      place: entry.dir?.place ?? entry.place,
      hint,
    }),
  ];
}

async function missingPackages(entry: GoEntry, dir: string, machine: Machine): Promise<readonly Problem[]> {
  if (mayStillCome(entry, machine)) return [];
  const problems = await Promise.all(
    entry.options.main.map(async (main) => {
      const path = constant(main, "");
      if (path === undefined || isPattern(path) || !/^\.{1,2}(\/|$)/.test(path)) return undefined;
      if (await machine.exists(posix.join(dir, path))) return undefined;
      return new Problem("file.missing", `main: there is no ${posix.join(dir, path)}`, {
        place: main.place ?? entry.place,
        expected: "the folder of a main package",
      });
    }),
  );
  return problems.filter((problem) => problem !== undefined);
}

/** Import paths of the programs each pattern matches, as the host sees them with the entry's tags. */
async function programsByPattern(entry: GoEntry, dir: string, machine: Machine): Promise<JsonObject> {
  const { main, tags, cgo } = entry.options;
  const patterns = main.flatMap((path) => constant(path, "") ?? []).filter(isPattern);
  const said = (tags?.default ?? []).flatMap((tag) => constant(tag, "") ?? []).join(",");
  // Without C, Go does not see programs that call it.
  const told = entry.env["CGO_ENABLED"];
  const withC = [cgo?.default, ...(cgo?.exact.map(({ value }) => value) ?? []), constant(told, "") === "1"].includes(
    true,
  );
  const args = ["list", "-e", `-tags=${said}`, "-f", '{{if eq .Name "main"}}{{.ImportPath}}{{end}}'];
  const found = await Promise.all(
    patterns.map(async (pattern): Promise<readonly [string, readonly string[]]> => {
      const text = await machine.ask("go", [...args, pattern], { cwd: dir, env: { CGO_ENABLED: withC ? "1" : "0" } });
      return [pattern, (text ?? "").split("\n").filter((line) => line !== "")];
    }),
  );
  return Object.fromEntries(found);
}

/** Commands that run before the build may bring what is missing now. */
function mayStillCome(entry: BuildEntry, machine: Machine): boolean {
  return machine.preparing === true || entry.hooks.pre.length > 0;
}

/** A template's text where it is the same in every scope. */
function constant(template: Template | undefined, otherwise: string): string | undefined {
  if (template === undefined) return otherwise;
  return template.constant ? template.source : undefined;
}
