/** The `.PKGINFO` of apk and Arch packages: lines of `key = value`, written and read. */
import { Problem } from "../model/problem.ts";

/** Keys with their values, in the order of the file; a list is a key that comes several times. */
export type Pkginfo = readonly (readonly [key: string, value: string])[];

/**
 * The file's text, as abuild and makepkg write it (apk-v2(5), makepkg's write_pkginfo): one line for each field, ending with a
 * newline. Fields without a value are left out, since pacman and apk take an empty one for a value. Runs of white space in values
 * become one blank, as makepkg does it, so that a value never breaks a line.
 */
export function writePkginfo(fields: Pkginfo): string {
  return fields
    .map(([key, value]) => [key, value.replaceAll(/\s+/g, " ").trim()] as const)
    .filter(([, value]) => value !== "")
    .map(([key, value]) => `${key} = ${value}\n`)
    .join("");
}

/** Reads it. Comments and empty lines are passed over; fails with `format.invalid` on anything else that is no field. */
export function readPkginfo(text: string): Pkginfo {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, key, value] = /^([a-z][a-z0-9_]*) = ?(.*)$/.exec(line) ?? [];
      if (key === undefined || value === undefined)
        throw new Problem("format.invalid", `${JSON.stringify(line)} in .PKGINFO is no field`, {
          expected: "key = value",
        });
      return [key, value] as const;
    });
}
