/** Decides everything: Config and Facts in, Plan out. Pure: no disk, no net, no clock, no environment. */
import type { Config } from "../model/config.ts";
import type { Facts } from "../model/facts.ts";
import type { Plan, Skipped, PlannedStep } from "../model/plan.ts";
import type { Problem } from "../model/problem.ts";
import { throwIfAny } from "../model/problem.ts";
import { decideAnnounce } from "./announce.ts";
import { decideArchives } from "./archives.ts";
import { findCollisions, findUnusableNames } from "./artifact-names.ts";
import { decideBefore } from "./before.ts";
import { decideBuilds } from "./builds.ts";
import { decideCharts } from "./charts.ts";
import type { Deciding, DecidingKinds, Vocabulary } from "./deciding.ts";
import { decideImages } from "./images.ts";
import { decideNotes } from "./notes.ts";
import { decidePackages } from "./packages.ts";
import { downloadsOf } from "./downloads.ts";
import { decideFiles, decidePublish, decideRelease } from "./release.ts";
import { decideProvenance } from "./provenance.ts";
import { decideSboms } from "./sboms.ts";
import { findIdle, findTakenNames } from "./signed-files.ts";
import { decideSource } from "./source.ts";

export interface PlanRequest {
  readonly config: Config;
  readonly facts: Facts;
  readonly kinds: DecidingKinds;
  readonly vocabulary: Vocabulary;
  /** Version of the program that decides. */
  readonly by: string;
  /** Patterns that narrow what is made: `host`, `linux/*`. */
  readonly targets?: readonly string[] | undefined;
  /** A file of release notes that take the place of the config's own; absolute, or relative to the project. */
  readonly notes?: string | undefined;
  /** The version of the command line, for the provenance: the facts have it as theirs. */
  readonly setVersion?: string | undefined;
  /** Sections left out: before, source, archives, packages, images, charts, sbom, notes, files, publish, announce. */
  readonly skip?: ReadonlySet<string> | undefined;
}

/** The Plan, or every Problem that stands in its way. */
export function plan(request: PlanRequest): Plan {
  const { config, facts } = request;
  const problems: Problem[] = [];
  const skipped: Skipped[] = [];
  const deciding: Deciding = {
    ...request,
    targets: request.targets,
    skip: request.skip ?? new Set(),
    problems,
    skipped,
  };

  const before = decideBefore(deciding);
  const last = before.slice(-1).map((step) => step.id);
  const builds = decideBuilds(deciding, last);
  const source = decideSource(deciding, last);
  const archives = decideArchives(deciding, builds, last);
  const packages = decidePackages(deciding, builds, last);
  const images = decideImages(deciding, { builds, packages }, last);
  const charts = decideCharts(deciding, images, last);
  const built = [...builds, ...source, ...archives, ...packages, ...images, ...charts].map(({ step }) => step);
  const files = decideFiles(deciding, last, { made: built, downloads: downloadsOf(deciding) });
  const release = decideRelease(deciding);
  const { publish, leftOut } = decidePublish(deciding);
  const announce = decideAnnounce(deciding, publish);
  const from = decideProvenance(deciding);
  const made: readonly PlannedStep[] = [...before, ...built, ...files];
  const sboms = decideSboms(deciding, made, request.by);
  const steps = [...made, ...sboms, ...decideNotes(deciding, [...made, ...sboms])];
  problems.push(
    ...findUnusableNames(steps, release),
    ...findCollisions(steps, release),
    ...findTakenNames(release, steps),
  );
  // Who leaves something out on the command line leaves out its signatures.
  if (request.targets === undefined && deciding.skip.size === 0) problems.push(...findIdle(release, steps));
  throwIfAny(problems);

  return {
    slipway: 1,
    by: request.by,
    project: config.project.name,
    version: facts.version.version,
    tag: facts.git.tag,
    previousTag: facts.git.previousTag,
    commit: facts.git.commit,
    commitTime: facts.git.commitTime,
    epoch: facts.epoch,
    isSnapshot: facts.isSnapshot,
    isNightly: facts.isNightly,
    isPrerelease: facts.version.prerelease !== "",
    isDirty: facts.git.isDirty,
    ...(from === undefined ? {} : { source: from }),
    steps,
    release,
    publish,
    ...(leftOut === undefined ? {} : { leftOut }),
    announce,
    skipped,
  };
}
