/** Members of a tar archive as GNU tar lists them: type, mode, owner, size, time and target of each. */
import { execFileSync } from "node:child_process";

import { judge } from "../../../judges.ts";
import type { PackageFacts } from "../differences.ts";

/** `file /usr/bin/tool mode` and the like; `bytes` is an archive without compression, `named` tells which members count. */
export function tarFacts(bytes: Buffer, named: (path: string) => boolean = () => true): PackageFacts {
  const args = ["--list", "--verbose", "--utc", "--full-time", "--warning=no-unknown-keyword", "--file=-"];
  const listing = execFileSync(judge("tar") ?? "tar", args, {
    input: bytes,
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8" },
    maxBuffer: 1 << 28,
  });
  const facts = new Map<string, string>();
  for (const line of listing.split("\n").filter((each) => each !== "")) {
    const [, kind = "", mode = "", owner = "", size = "", time = "", rest = ""] =
      /^(.)(\S{9})\S? +(\S+) +(\d+) (\S+ \S+) +(.*)$/.exec(line) ?? [];
    const [name = "", target = ""] = rest.split(" -> ");
    const path = `/${name.replace(/^(\.?\/)+/, "").replace(/^\.$/, "")}`.replace(/(.)\/$/, "$1");
    if (!named(path)) continue;
    facts.set(`file ${path} type`, kind);
    facts.set(`file ${path} mode`, mode);
    facts.set(`file ${path} owner`, owner);
    facts.set(`file ${path} time`, time);
    if (kind === "-") facts.set(`file ${path} size`, size);
    if (kind === "l") facts.set(`file ${path} target`, target);
  }
  return facts;
}

/** The text of one member, or undefined without it. */
export function tarText(bytes: Buffer, member: string): string | undefined {
  try {
    return execFileSync(judge("tar") ?? "tar", ["--extract", "--to-stdout", "--file=-", member], {
      input: bytes,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "ignore"],
    });
  } catch {
    return undefined;
  }
}
