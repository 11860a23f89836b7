/** `verify --rebuild`: finds the sources of a Release, has it rebuilt from them, and says what came out. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";

import type { Provenance } from "../format/provenance.ts";
import { planDigest } from "../make/provenance.ts";
import type { Plan } from "../model/plan.ts";
import { readPlan, writePlan } from "../plan/file.ts";
import { type AdaptedPlan, rebuild } from "../prove/rebuild/rebuild.ts";
import type { RebuildReport } from "../prove/rebuild/report.ts";
import type { Options } from "./options.ts";
import { remark } from "./output/say.ts";
import { programVersion } from "./program-version.ts";

/** `folder` holds a Release that has been verified: its code is about to be run. */
export async function rebuildFolder(folder: string, options: Options, signal: AbortSignal): Promise<RebuildReport> {
  const source = sourceOf(folder, options.source);
  remark(options, `rebuilding from ${source}`);
  const report = await rebuild({
    folder,
    source,
    program: thisProgram(),
    version: programVersion(),
    network: options.network === true,
    env: process.env,
    adapt,
    signal,
  });
  signal.throwIfAborted();
  return report;
}

/** What was said with --source; else the repository the Release lies in, else the one we are in. */
function sourceOf(folder: string, told: string | undefined): string {
  if (told !== undefined) return /^[a-z+]+:\/\/|^[^/]+@[^/]+:/i.test(told) ? told : resolve(told);
  const top = [folder, process.cwd()].map((cwd) =>
    spawnSync("git", ["-C", cwd, "rev-parse", "--show-toplevel"], { encoding: "utf8" }).stdout?.trim(),
  );
  return top.find((path) => path !== undefined && path !== "") ?? process.cwd();
}

/** Words that run this program again: the one file it is, or Node with its script. */
function thisProgram(): readonly string[] {
  const script = process.argv[1];
  return script !== undefined && existsSync(script) && script !== process.execPath
    ? [process.execPath, script]
    : [process.execPath];
}

/** Who builds, where from and on what is as the provenance says: that is what would be said there, and is not compared. */
function adapt(text: string, { source, build, builder }: Provenance): AdaptedPlan {
  const decided = readPlan(text, "plan.json", programVersion());
  const plan: Plan =
    decided.source === undefined
      ? decided
      : {
          ...decided,
          source: {
            ...decided.source,
            builder: builder.id,
            platform: build.platform,
            asked: build.asked,
            ref: source.ref,
            repository: source.repository,
          },
        };
  return { text: writePlan(plan), digest: planDigest(plan), folder: plan.release.folder };
}
