/** Reads an Arch package: the files that describe it, and the rest. */
import { execFileSync } from "node:child_process";
import { gunzipSync } from "node:zlib";

import { judge } from "../../../judges.ts";
import type { PackageFacts } from "../differences.ts";
import { pkginfoFacts } from "./pkginfo.ts";
import { tarFacts, tarText } from "./tar.ts";

export function archlinuxFacts(path: string): PackageFacts {
  const bytes = execFileSync(judge("zstd") ?? "zstd", ["--decompress", "--stdout", "--quiet", path], {
    maxBuffer: 1 << 28,
  });
  return new Map([
    ...pkginfoFacts(tarText(bytes, ".PKGINFO") ?? ""),
    ...pkginfoFacts(tarText(bytes, ".BUILDINFO") ?? "", "buildinfo"),
    ...installFacts(tarText(bytes, ".INSTALL") ?? ""),
    ...mtreeFacts(bytes),
    ...tarFacts(bytes, (name) => !name.startsWith("/.")),
  ]);
}

/** Each function's body, by its name. */
function installFacts(text: string): PackageFacts {
  const found = text.matchAll(/^(?:function )?([a-z_]+)\(\) [({]\n(.*?)\n[)}]$/gms);
  return new Map([...found].map(([, name = "", body = ""]) => [`script ${name}`, body]));
}

/** `mtree ./usr/bin/tool mode`, with `/set` lines taken in. */
function mtreeFacts(archive: Buffer): PackageFacts {
  const bytes = execFileSync("tar", ["--extract", "--to-stdout", "--file=-", ".MTREE"], { input: archive });
  const facts = new Map<string, string>();
  let set: readonly string[] = [];
  for (const line of gunzipSync(bytes).toString().split("\n")) {
    const [name = "", ...words] = line.split(" ");
    if (name === "/set") set = words;
    if (!name.startsWith("./") || /^\.\/\.[A-Z]/.test(name)) continue;
    for (const word of [...set, ...words]) {
      const [key = "", value = ""] = word.split("=");
      facts.set(`mtree ${name.slice(1).replace(/\/$/, "")} ${key}`, value);
    }
  }
  return facts;
}
