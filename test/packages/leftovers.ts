/** What stands in a root, without what package managers keep for themselves. */
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

import type { Root } from "../worlds/roots.ts";
import { packageFolder } from "./managers/manager.ts";

const ofManagers = new Set([
  packageFolder,
  "/dev",
  "/etc/apk",
  "/etc/dnf",
  "/etc/ld.so.cache",
  "/etc/zypp",
  "/lib/apk",
  "/proc",
  "/root",
  "/run",
  "/tmp",
  "/usr/lib/sysimage",
  "/var/cache",
  "/var/lib/apt",
  "/var/lib/dnf",
  "/var/lib/dpkg",
  "/var/lib/pacman",
  "/var/lib/rpm",
  "/var/lib/zypp",
  "/var/log",
  "/var/tmp",
]);

/** A line for every path: its mode, owner and group as numbers. Two lists are equal where a package left no trace. */
export function standingIn(root: Root): readonly string[] {
  const lines: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root.folder, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (ofManagers.has(path)) continue;
      const { mode, uid, gid } = lstatSync(join(root.folder, path));
      lines.push(`${path} ${mode.toString(8)} ${uid}:${gid}`);
      if (entry.isDirectory()) walk(path);
    }
  };
  walk("/");
  return lines.toSorted();
}
