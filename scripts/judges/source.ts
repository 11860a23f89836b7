/** Builds judges that no registry carries, from sources that stand beside the clone or where `SLIPWAY_JUDGE_SOURCES` says. */

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { execute, mayUseApt } from "./machine.ts";
import type { SourceJudge } from "./table.ts";

const sources = resolve(
  process.env["SLIPWAY_JUDGE_SOURCES"] ?? join(import.meta.dirname, "..", "..", "..", "shared", "judges"),
);

/** Why a judge cannot be built on this machine, or undefined when it can. */
export function sourceObstacle({ script }: SourceJudge): string | undefined {
  if (!existsSync(join(sources, script))) return "its source is not here; SLIPWAY_JUDGE_SOURCES may name its folder";
  return mayUseApt() ? undefined : "what builds it is installed by apt, only as root on Debian";
}

/** Installs what the build needs and builds the program into `folder`. */
export function buildSource({ script, needs }: SourceJudge, folder: string, say: (line: string) => void): void {
  say(`apt-get install ${needs.join(" ")}`);
  execute("apt-get", ["update", "-qq"]);
  execute("apt-get", ["install", "-qq", "--no-install-recommends", "-o", "APT::Sandbox::User=root", ...needs]);
  say(`${script} (${sources})`);
  execute("sh", [join(sources, script), folder]);
}
