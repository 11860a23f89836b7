/** Where the cache folder lies unless told otherwise: the user's cache folder, as each system names it. */
import { posix, win32 } from "node:path";

import { Problem } from "../../model/problem.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The cache folder: `SLIPWAY_CACHE`, else `slipway` in the system's cache folder (XDG Base Directory Specification on Unix).
 * Pure. Throws `file.missing` when the environment names no home either.
 */
export function cacheFolder(env: Environment, platform: NodeJS.Platform): string {
  const folder = env.SLIPWAY_CACHE || (platform === "win32" ? windowsFolder(env) : unixFolder(env, platform));
  if (folder) return folder;
  throw new Problem("file.missing", "there is no home folder to keep a cache in", {
    hint: "Set SLIPWAY_CACHE to a folder that can be written.",
  });
}

function windowsFolder(env: Environment): string | undefined {
  const local = env.LOCALAPPDATA || (env.USERPROFILE && win32.join(env.USERPROFILE, "AppData", "Local"));
  return local && win32.join(local, "slipway", "cache");
}

function unixFolder(env: Environment, platform: NodeJS.Platform): string | undefined {
  // The specification says to ignore a relative path here.
  if (env.XDG_CACHE_HOME && posix.isAbsolute(env.XDG_CACHE_HOME)) return posix.join(env.XDG_CACHE_HOME, "slipway");
  const caches = platform === "darwin" ? ["Library", "Caches"] : [".cache"];
  return env.HOME && posix.join(env.HOME, ...caches, "slipway");
}
