/** Reads an apk: three gzip members that are one tar archive. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import type { PackageFacts } from "../differences.ts";
import { pkginfoFacts } from "./pkginfo.ts";
import { tarFacts, tarText } from "./tar.ts";

const scripts = ["pre-install", "post-install", "pre-upgrade", "post-upgrade", "pre-deinstall", "post-deinstall"];

export function apkFacts(path: string): PackageFacts {
  const bytes = gunzipSync(readFileSync(path));
  const texts = scripts.flatMap((name) => {
    const text = tarText(bytes, `.${name}`);
    return text === undefined ? [] : [[`script ${name}`, text] as const];
  });
  return new Map([
    ...pkginfoFacts(tarText(bytes, ".PKGINFO") ?? ""),
    ...texts,
    ...tarFacts(bytes, (name) => !name.startsWith("/.")),
  ]);
}
