/** Where Slipway keeps what must not be forgotten between runs, unlike a cache: what it verified last. */
import { join } from "node:path";

import { Problem } from "../model/problem.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `SLIPWAY_STATE`, else `slipway` in the system's folder for state (XDG Base Directory Specification on Unix). Throws `file.missing` where
 * the environment names no home either.
 */
export function stateFolder(env: Environment, platform: NodeJS.Platform): string {
  const own = env["SLIPWAY_STATE"];
  if (own !== undefined && own !== "") return own;
  const folder = systemFolder(env, platform);
  if (folder !== undefined) return join(folder, "slipway");
  throw new Problem("file.missing", "there is no home folder to keep in what was verified", {
    hint: "Set SLIPWAY_STATE to a folder that can be written.",
  });
}

function systemFolder(env: Environment, platform: NodeJS.Platform): string | undefined {
  if (platform === "win32") return env["LOCALAPPDATA"];
  const { XDG_STATE_HOME: state = "", HOME: home } = env;
  if (state.startsWith("/")) return state;
  if (home === undefined || home === "") return undefined;
  return platform === "darwin" ? join(home, "Library", "Application Support") : join(home, ".local", "state");
}
