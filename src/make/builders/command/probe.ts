/** Whether the program of a command is on this machine. */
import { posix } from "node:path";

import type { BuildEntry } from "../../../model/config/builds.ts";
import type { Machine } from "../../../model/machine.ts";
import { Problem } from "../../../model/problem.ts";
import { textsOf } from "../../words.ts";
import type { CommandOptions } from "./options.ts";

/** Whether the command's program is there, where its name is the same for every target. */
export async function missingCommand(
  entry: BuildEntry & { readonly options: CommandOptions },
  machine: Machine,
): Promise<readonly Problem[]> {
  if (machine.preparing === true || entry.hooks.pre.length > 0) return [];
  const [first] = textsOf(entry.options.command);
  const [name = ""] = (first?.source ?? "").trim().split(/\s/);
  const dir = entry.dir === undefined ? "." : entry.dir.constant ? entry.dir.source : undefined;
  if (dir === undefined || !/^[\w./+-]+$/.test(name)) return [];
  const there = name.includes("/")
    ? name.startsWith("/") || (await machine.exists(posix.join(dir, name)))
    : (await machine.which(name)) !== undefined;
  if (there) return [];
  return [
    new Problem("tool.missing", `command: ${name} is not there`, {
      place: first?.place ?? entry.place,
      hint: "install it, or give its path relative to `dir`",
    }),
  ];
}
