/** Disks that refuse, for tests: a small one that fills up, and one that is read-only. Only root can make them. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Disk {
  readonly path: string;
  /** From now on nothing can be written; what is there stays. */
  makeReadOnly(): void;
  remove(): void;
}

/** A disk of `size` (as mount writes it: `1m`), or why there is none. */
export function smallDisk(size: string): Disk | string {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "only root on Linux can mount a small disk";
  const path = mkdtempSync(join(tmpdir(), "slipway-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path], { stdio: "pipe" });
  } catch {
    rmdirSync(path);
    return "this machine does not let root mount a tmpfs";
  }
  return {
    path,
    makeReadOnly: () => void execFileSync("mount", ["-o", "remount,ro", path]),
    remove() {
      execFileSync("umount", [path]);
      rmdirSync(path);
    },
  };
}
