/** What stands in a `.PKGINFO`, of apk or pacman. */
import type { PackageFacts } from "../differences.ts";

/** `pkginfo depend` with all its values, sorted, one a line; comments, and the digest of compressed bytes, are left out. */
export function pkginfoFacts(text: string, name = "pkginfo"): PackageFacts {
  const values = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [, key, value = ""] = /^([a-z_]+) = (.*)$/.exec(line) ?? [];
    if (key === "datahash") continue;
    if (key !== undefined) values.set(key, [...(values.get(key) ?? []), value]);
    else if (line !== "" && !line.startsWith("#")) values.set(`line ${line}`, [line]);
  }
  return new Map([...values].map(([key, list]) => [`${name} ${key}`, list.toSorted().join("\n")]));
}
