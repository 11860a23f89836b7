/** Five real programs of 36 to 53 MB, one for each target: Biome 2.2.4, as its npm packages carry it. */

import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../scripts/judges/find.ts";

const VERSION = "2.2.4";

const PACKAGES = {
  linux_amd64: "linux-x64",
  linux_arm64: "linux-arm64",
  darwin_amd64: "darwin-x64",
  darwin_arm64: "darwin-arm64",
  windows_amd64: "win32-x64",
} as const;

/** A folder that holds the five programs as `OS_ARCH`; loaded from the npm registry once and kept beside the judges. */
export function fivePrograms(): string {
  const folder = join(cacheFolder, "biome", VERSION);
  if (existsSync(folder)) return folder;
  mkdirSync(join(cacheFolder, "biome"), { recursive: true });
  const draft = mkdtempSync(`${folder}.draft-`);
  for (const [target, name] of Object.entries(PACKAGES)) {
    execFileSync("npm", ["pack", "--silent", `@biomejs/cli-${name}@${VERSION}`], { cwd: draft });
    const packed = readdirSync(draft).find((file) => file.endsWith(".tgz")) ?? "";
    execFileSync("tar", ["-xzf", packed], { cwd: draft });
    renameSync(join(draft, "package", name.startsWith("win32") ? "biome.exe" : "biome"), join(draft, target));
    for (const rest of ["package", packed]) rmSync(join(draft, rest), { recursive: true });
  }
  chmodSync(draft, 0o755);
  renameSync(draft, folder);
  return folder;
}

/** The paths of a folder's files, sorted. */
export function pathsIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name));
}
