/** Makes the roots that tests install packages into, with mmdebstrap, from the machine's own mirror of Debian. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findJudge, judgeNamed } from "./find.ts";
import { execute, mayUseApt } from "./machine.ts";
import type { RootJudge } from "./table.ts";

// The clock of a test machine may be anywhere, and a mirror may be a snapshot.
const ANY_DATE = ["Acquire::Check-Valid-Until", "Acquire::Check-Date"].map((key) => `--aptopt=${key} "false"`);

/** Why a root cannot be made on this machine, or undefined when it can. */
export function rootObstacle({ suite }: RootJudge): string | undefined {
  if (!mayUseApt()) return "roots are made only as root on Debian";
  if (findJudge(judgeNamed("mmdebstrap")) === undefined) return "needs mmdebstrap";
  return isReachable(`${mirror()}/dists/${suite}/Release`) ? undefined : `${mirror()} cannot be reached`;
}

/** Makes the root in `root` below `folder`; about 250 MB and 20 s, or nothing and an error. */
export function installRoot(
  { suite, variant, packages, finish }: RootJudge,
  folder: string,
  say: (line: string) => void,
): void {
  say(`mmdebstrap --variant=${variant} --include=${packages.join(",")} ${suite}`);
  const args = [`--variant=${variant}`, `--include=${packages.join(",")}`, ...ANY_DATE, "--format=directory"];
  const root = join(folder, "root");
  execute("mmdebstrap", ["--mode=root", ...args, suite, root, mirror()]);
  if (finish !== undefined) execute("sh", ["-ec", finish, "sh", root]);
}

/** Where apt on this machine takes Debian from. */
function mirror(): string {
  const parts = "/etc/apt/sources.list.d";
  const files = ["/etc/apt/sources.list", ...readdirSync(parts).map((name) => join(parts, name))];
  const found = files.flatMap((file) => [
    ...textOf(file).matchAll(/^(?:URIs:|deb .*?)\s*(https?:\/\/\S+\/debian)\/?(?=\s|$)/gm),
  ]);
  return found[0]?.[1] ?? "http://deb.debian.org/debian";
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Asked with apt's own downloader, which knows the machine's proxies. */
function isReachable(url: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), "slipway-mirror-"));
  try {
    execute("/usr/lib/apt/apt-helper", [
      "-o",
      "APT::Sandbox::User=root",
      "download-file",
      url,
      join(folder, "Release"),
    ]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
