/** Where the cache lies, by environment and system. */
import { expect, test } from "vitest";

import { cacheFolder } from "../../../src/store/cache/location.ts";

test.each([
  ["linux", { SLIPWAY_CACHE: "here", HOME: "/home/u" }, "here"],
  ["linux", { XDG_CACHE_HOME: "/var/cache/u", HOME: "/home/u" }, "/var/cache/u/slipway"],
  ["linux", { XDG_CACHE_HOME: "relative", HOME: "/home/u" }, "/home/u/.cache/slipway"],
  ["linux", { XDG_CACHE_HOME: "", HOME: "/home/u" }, "/home/u/.cache/slipway"],
  ["darwin", { HOME: "/Users/u" }, "/Users/u/Library/Caches/slipway"],
  ["darwin", { XDG_CACHE_HOME: "/x", HOME: "/Users/u" }, "/x/slipway"],
  ["win32", { LOCALAPPDATA: "C:\\Users\\u\\AppData\\Local" }, "C:\\Users\\u\\AppData\\Local\\slipway\\cache"],
  ["win32", { USERPROFILE: "C:\\Users\\u" }, "C:\\Users\\u\\AppData\\Local\\slipway\\cache"],
] as const)("on %s with %o the cache lies at %s", (platform, env, expected) => {
  expect(cacheFolder(env, platform)).toBe(expected);
});

test("without a home folder the error says which variable to set", () => {
  for (const platform of ["linux", "darwin", "win32"] as const) {
    expect(() => cacheFolder({}, platform)).toThrow("no home folder");
  }
});
