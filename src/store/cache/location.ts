/** Where the cache folder lies unless told otherwise: the user's cache folder, as each system names it. */
import { posix, win32 } from "node:path";

/**
 * The cache folder: `SLIPWAY_CACHE`, else `slipway` in the system's cache folder (XDG Base Directory Specification on Unix).
 * Pure. Undefined when the environment names no home either.
 */
export function cacheFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string | undefined {
  if (env.SLIPWAY_CACHE) return env.SLIPWAY_CACHE;
  if (platform === "win32") {
    const local = env.LOCALAPPDATA || (env.USERPROFILE && win32.join(env.USERPROFILE, "AppData", "Local"));
    return local ? win32.join(local, "slipway", "cache") : undefined;
  }
  // The specification says to ignore a relative path here.
  if (env.XDG_CACHE_HOME && posix.isAbsolute(env.XDG_CACHE_HOME)) return posix.join(env.XDG_CACHE_HOME, "slipway");
  if (!env.HOME) return undefined;
  return platform === "darwin"
    ? posix.join(env.HOME, "Library", "Caches", "slipway")
    : posix.join(env.HOME, ".cache", "slipway");
}
