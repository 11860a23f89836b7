/** Termux: Debian's packages below a folder of an app, on Android. */
import type { Platform } from "../../../model/platform.ts";
import type { PackageEntry, ReadyPackage } from "../format.ts";
import { splitShebang } from "../scripts.ts";

/** Where Termux keeps what lies at the root elsewhere; it has no other place. */
const prefix = "/data/data/com.termux/files";

const names: ReadonlyMap<string, string> = new Map([
  ["amd64", "x86_64"],
  ["386", "i686"],
  ["arm64", "aarch64"],
  ["arm", "arm"],
  ["any", "all"],
]);

/** Programs for Android run there, and those for Linux that need no C library; `all` without a platform. */
export function termuxArchitecture(platform: Platform | undefined): string | undefined {
  if (platform === undefined) return "all";
  return ["android", "linux", "any"].includes(platform.os) ? names.get(platform.arch) : undefined;
}

/** The package with everything below the prefix: what it installs, links to absolute paths, and the shells of its scripts. */
export function forTermux(ready: ReadyPackage): ReadyPackage {
  const scripts = Object.fromEntries(Object.entries(ready.scripts).map(([name, text]) => [name, moved(text)]));
  return { ...ready, entries: ready.entries.map(movedEntry), scripts };
}

function movedEntry(entry: PackageEntry): PackageEntry {
  const path = belowPrefix(`/${entry.path}`).slice(1);
  if (entry.type !== "symlink" || !entry.target.startsWith("/")) return { ...entry, path };
  return { ...entry, path, target: belowPrefix(entry.target) };
}

/** Where Termux keeps what lies at an absolute path elsewhere. */
export function belowPrefix(path: string): string {
  return path === "/data/data/com.termux" || path.startsWith("/data/data/com.termux/") ? path : `${prefix}${path}`;
}

/** There is no /bin/sh: programs that a `#!` line names all lie in usr/bin. */
function moved(text: string): string {
  if (!text.startsWith("#!")) return text;
  const { shebang, body } = splitShebang(text);
  return `${shebang.replace(/^#! ?(?:\/usr)?\/bin\//, `#!${prefix}/usr/bin/`)}\n${body}`;
}
