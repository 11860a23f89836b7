/** Whether options say which release is meant although that was said already: by its folder, its version, or a plan. */
import { keptPlan } from "../folder.ts";
import { naming, refuseDecided, refuseNeedless } from "../needless.ts";
import type { Options } from "../options.ts";
import { releaseFolder } from "./where.ts";

/** `what`: a folder or a version, as commands take it. Fails with `usage`. */
export async function refuseNamedTwice(options: Options, what: string | undefined): Promise<void> {
  refuseDecided(options);
  if (what === undefined || naming.every((name) => options[name] === undefined)) return;
  const folder = await releaseFolder(what, options);
  if (folder !== undefined && keptPlan(folder) === undefined) return;
  refuseNeedless(options, naming, {
    why: `${what} says which release it is`,
    hint: `Leave it out, or leave out ${what}.`,
  });
}
