/** Another user of this machine, who may neither write what is ours nor read what we keep to ourselves. */
import { execFileSync, spawnSync } from "node:child_process";

import { program } from "./slipway.ts";

export interface User {
  /** For a `Where`: runs what follows as this user. */
  readonly through: readonly string[];
  /** Gives a folder and all in it to them. */
  give(path: string): void;
}

/** `nobody`, as Debian and most others number it. */
const id = "65534";

/** The other user, or why there is none. */
export function otherUser(): User | string {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "only root can act as another user";
  const become = [`--reuid=${id}`, `--regid=${id}`, "--clear-groups"];
  const tried = spawnSync("setpriv", [...become, process.execPath, program, "version"], { cwd: "/" });
  if (tried.error !== undefined) return "setpriv is not installed";
  if (tried.status !== 0) return "the checkout lies where other users cannot read it";
  return { through: ["setpriv", ...become], give: (path) => void execFileSync("chown", ["-R", `${id}:${id}`, path]) };
}
