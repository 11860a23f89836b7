/** Rebuilds a Release from the source its provenance names, in other surroundings, and compares. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import type { Provenance } from "../../format/provenance.ts";
import type { Release } from "../../format/release.ts";
import { onDisk } from "../../model/disk.ts";
import { Problem, problemsOf } from "../../model/problem.ts";
import { compareReleases, type InFolder } from "./compare.ts";
import { excusesOf, openRelease, provenanceOf } from "./evidence.ts";
import { lastWords, type Ran, runProgram } from "./process.ts";
import { inconclusive, type RebuildReport, worst } from "./report.ts";
import { checkOut } from "./sources.ts";
import { type Surroundings, vary } from "./varied.ts";

export interface RebuildRequest {
  /** The Release's folder, verified before. */
  readonly folder: string;
  /** Path or URL of the repository. */
  readonly source: string;
  /** Words that run Slipway, and its version. */
  readonly program: readonly string[];
  readonly version: string;
  /** Whether the rebuild may use the network. */
  readonly network: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The Plan's text as the provenance's machine would have decided it, its digest, and its release folder. */
  readonly adapt: (plan: string, provenance: Provenance) => AdaptedPlan;
  readonly signal?: AbortSignal | undefined;
}

export interface AdaptedPlan {
  readonly text: string;
  /** As `internalParameters.plan` has it. */
  readonly digest: string;
  /** Relative to the project. */
  readonly folder: string;
}

/**
 * Runs the project's own code, with the environment of this process. Never rejects for what could not be rebuilt: that is in the
 * report, as inconclusive. What it writes is in a temporary folder and gone afterwards.
 */
export async function rebuild(request: RebuildRequest): Promise<RebuildReport> {
  const released = await openRelease(request.folder);
  const provenance = await provenanceOf(released);
  if (typeof provenance === "string") return inconclusive(provenance, { commit: released.release.commit, tree: "" });
  const { commit, tree } = provenance.source;
  const obstacle = obstacleTo(provenance, released.release, request);
  if (obstacle !== undefined) return inconclusive(obstacle, { commit, tree });
  const home = await mkdtemp(join(tmpdir(), "slipway-rebuild-"));
  try {
    return await rebuildIn(home, request, released, provenance);
  } catch (thrown) {
    const [problem] = problemsOf(thrown) ?? [];
    if (problem === undefined) throw thrown;
    const report = inconclusive(problem.message, { commit, tree });
    // Not that something is missing: the provenance names a tree that its commit does not have.
    return problem.code === "verify.mismatch" ? { ...report, outcome: "different" } : report;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function rebuildIn(
  home: string,
  request: RebuildRequest,
  released: InFolder,
  provenance: Provenance,
): Promise<RebuildReport> {
  // Neither as long nor as deep as where anybody builds.
  const checkout = join(home, "some", "other", "place", "sources");
  await mkdir(dirname(checkout), { recursive: true });
  const { notes } = await checkOut(request.source, checkout, provenance, request.env);
  const project = join(checkout, dirname(provenance.source.config.path));
  const surroundings = await vary({
    folder: checkout,
    env: { ...request.env, SLIPWAY_CACHE: join(home, "cache"), GOCACHE: join(home, "go-cache") },
    network: request.network,
    umask: process.umask(),
    platform: process.platform,
  });
  const building: Building = { request, provenance, project, home, surroundings };
  const said = { varied: surroundings.varied, notes: [...surroundings.notes, ...notes] };
  const plan = await decidePlan(building);
  await makeRelease(building, plan);
  const rebuilt = await openRelease(join(project, plan.folder));
  const excuses = excusesOf(provenance, await provenanceOf(rebuilt));
  const artifacts = await compareReleases({
    released,
    rebuilt,
    temporary: home,
    unsigned: !plan.keys,
    excuse: () => excuses[0],
  });
  const isOtherPlan = plan.digest !== provenance.build.plan && plan.keys;
  return {
    outcome: worst(artifacts.map(({ outcome }) => outcome)),
    commit: provenance.source.commit,
    tree: provenance.source.tree,
    ...said,
    notes: [
      ...said.notes,
      ...excuses,
      ...(isOtherPlan ? ["the plan is another today: what it is decided from, such as tags, has changed since"] : []),
      ...(plan.keys ? [] : ["keys are not here: what they sign inside of packages is compared without signatures"]),
    ],
    artifacts,
  };
}

/** Why it cannot be rebuilt at all; undefined where it may. */
function obstacleTo(
  { source, build, builder }: Provenance,
  { commit }: Release,
  request: RebuildRequest,
): string | undefined {
  if (source.commit !== commit) return `release.json is of commit ${commit}, its provenance of ${source.commit}`;
  if (build.dirty) return "it was made from a tree with changes that are in no commit";
  if (builder.slipway !== request.version)
    return `it was made by Slipway ${builder.slipway}, this is ${request.version}`;
  return undefined;
}

interface Building {
  readonly request: RebuildRequest;
  readonly provenance: Provenance;
  /** Folder of the config. */
  readonly project: string;
  readonly home: string;
  readonly surroundings: Surroundings;
}

interface BuildingPlan extends AdaptedPlan {
  readonly file: string;
  /** Whether the keys that sign were here. */
  readonly keys: boolean;
}

/** Deciding asks registries what base images are now, so it has the network; nothing of the project runs but its toolchains. */
async function decidePlan({ request, provenance, project, home, surroundings }: Building): Promise<BuildingPlan> {
  const { build, source } = provenance;
  const { asked } = build;
  const flags = [
    ...(build.snapshot ? ["--snapshot"] : []),
    ...(build.nightly ? ["--nightly"] : []),
    ...(build.tag !== "" && !build.snapshot && !build.nightly ? ["--tag", build.tag] : []),
    ...(asked.targets.length === 0 ? [] : ["--target", ...asked.targets]),
    ...(asked.version === "" ? [] : ["--set-version", asked.version]),
  ];
  const file = join(home, "plan.json");
  const config = ["--config", source.config.path.replace(/^.*\//, ""), "--output", file, ...flags];
  const decide = (...skip: readonly string[]): Promise<Ran> =>
    runProgram([...request.program, "plan", ...config, "--skip", ["publish", ...asked.skip, ...skip].join(",")], {
      cwd: project,
      env: { ...surroundings.env, ...epochOf(provenance) },
      signal: request.signal,
    });
  let ran = await decide();
  const hasKeys = ran.code === 0 || !`${ran.stderr}${ran.stdout}`.includes("[key.missing]");
  if (!hasKeys) ran = await decide("sign");
  if (ran.code !== 0) throw new Problem("verify.unavailable", `it cannot be planned: ${lastProblem(ran)}`);
  const adapted = request.adapt(await onDisk(file, () => readFile(file, "utf8")), provenance);
  return { ...adapted, file, keys: hasKeys };
}

async function makeRelease(building: Building, { file, text }: BuildingPlan): Promise<void> {
  const { request, project, surroundings, provenance } = building;
  await onDisk(file, () => writeFile(file, text));
  const config = provenance.source.config.path.replace(/^.*\//, "");
  const words = [...request.program, "release", "--plan", file, "--config", config, "--no-cache", "--clean"];
  const env = { ...surroundings.env, ...epochOf(provenance) };
  const ran = await runProgram([...surroundings.through, ...words], { cwd: project, env, signal: request.signal });
  if (ran.code !== 0) throw new Problem("verify.unavailable", `it cannot be built here: ${lastProblem(ran)}`);
}

/** The release's clock may have been another than the commit's. */
function epochOf({ build }: Provenance): Readonly<Record<string, string>> {
  return { SOURCE_DATE_EPOCH: String(build.epoch) };
}

/** The line that names the Problem, else the last that was said. */
function lastProblem(ran: Ran): string {
  const lines = `${ran.stdout}\n${ran.stderr}`.split("\n").map((line) => line.trim());
  return lines.find((line) => /\[[a-z]+\.[a-z-]+\]$/.test(line)) ?? lastWords(ran);
}
