/** `slipway build`: programs and nothing else, for trying them out. */
import { chmod, copyFile, rename, rm } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";

import type { Artifact } from "../../model/artifact.ts";
import { onDisk } from "../../model/disk.ts";
import { formatPlatform } from "../../model/platform.ts";
import type { PlannedStep } from "../../model/plan.ts";
import { Problem } from "../../model/problem.ts";
import { besidePath, makeFolder, sweepBeside } from "../../store/files.ts";
import { carryOut } from "../carry-out.ts";
import { decide, type Decided } from "../decide.ts";
import { exit, type ExitCode } from "../exit.ts";
import { refuseDecided } from "../needless.ts";
import type { Options } from "../options.ts";
import { sayResult } from "../output/say.ts";
import { untaggedCheck } from "../untagged.ts";

export async function build(options: Options): Promise<ExitCode> {
  refuseDecided(options);
  // Programs are not signed: nobody needs a key to try one out.
  const unsigned = { ...options, skip: [...(options.skip ?? []), "sign"] };
  const decided = onlyBuilds(await untaggedCheck(unsigned, decide));
  const files = await carryOut(decided, options, async ({ artifacts }, cache) => {
    const programs = decided.plan.steps.flatMap((step) =>
      (artifacts.get(step.id) ?? []).map((artifact) => ({ artifact, path: placeFor(decided, step, artifact) })),
    );
    const placed = options.output === undefined ? programs : [{ ...onlyOne(programs), path: resolve(options.output) }];
    for (const { artifact, path } of placed) await place(cache.pathOf(artifact.digest), path, artifact);
    return placed;
  });
  sayResult(
    options,
    files.map(({ artifact, path }) => ({
      name: artifact.name,
      path,
      digest: artifact.digest,
      size: artifact.size,
      ...(artifact.platform === undefined ? {} : { target: formatPlatform(artifact.platform) }),
    })),
    () => files.map(({ path }) => relative(process.cwd(), path) || path).join("\n"),
  );
  return exit.ok;
}

function onlyBuilds(decided: Decided): Decided {
  const { plan } = decided;
  const steps = plan.steps.filter(({ section }) => section === "before" || section === "builds");
  if (!steps.some(({ section }) => section === "builds"))
    throw new Problem("plan.empty", "nothing to build", { hint: "see `slipway plan`, or another --target" });
  return { ...decided, plan: { ...plan, steps, publish: [] } };
}

/** Where the config says, else `dist/builds/engram/linux/amd64/engram`: beside releases, never inside one. */
function placeFor({ root, plan }: Decided, { id, to }: PlannedStep, { name }: Artifact): string {
  return join(root, to ?? join(dirname(plan.release.folder), "builds", ...id.split("/").slice(1)), name);
}

function onlyOne<T>(programs: readonly T[]): T {
  const [only, another] = programs;
  if (only === undefined || another !== undefined)
    throw new Problem("usage", `--output is for one program, and ${programs.length} were built`, {
      hint: "narrow with --target host",
    });
  return only;
}

/** Puts a copy beside its place and renames it, so that a program that runs right now is not written into. */
async function place(from: string, to: string, artifact: Artifact): Promise<void> {
  await onDisk(to, async () => {
    await makeFolder(dirname(to));
    await sweepBeside(dirname(to));
    const beside = besidePath(dirname(to));
    try {
      await copyFile(from, beside);
      await chmod(beside, artifact.type === "binary" ? 0o755 : 0o644);
      await rename(beside, to);
    } finally {
      await rm(beside, { force: true });
    }
  });
}
