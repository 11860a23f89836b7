/** Decides `builds`: one Step for each program and target. */
import { valueFor } from "../model/byTarget.ts";
import type { BuildEntry } from "../model/config/builds.ts";
import type { Hook } from "../model/config/hooks.ts";
import type { BuildDraft, BuildKind } from "../model/kind.ts";
import { formatPlatform, type Platform } from "../model/platform.ts";
import type { PlannedHook, PlannedStep } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import { renderText, type Scope } from "../model/template.ts";
import { formatTime } from "../model/time.ts";
import { buildFolder, samePlaces } from "./build-folder.ts";
import { attempt, renderEnv, wanted, type Deciding, type NamedStep } from "./deciding.ts";
import { asked, listTargets } from "./targets.ts";

/** Steps for all build entries; each runs after `before`. */
export function decideBuilds(deciding: Deciding, before: readonly string[]): readonly NamedStep[] {
  const names = new Map<string, BuildEntry>();
  const offered: Platform[] = [];
  const builds = deciding.config.builds.flatMap((entry) => {
    const steps = attempt(deciding, entry.place, () => {
      if (!wanted(deciding, entry)) return [];
      const name = entry.name?.render(deciding.vocabulary.base) ?? deciding.config.project.name;
      refuseSameName(names, name, entry);
      return decideEntry(deciding, entry, name, before, offered);
    });
    return steps ?? [];
  });
  attempt(deciding, undefined, () => refuseUnmet(deciding, offered));
  deciding.problems.push(...samePlaces(builds.map(({ step }) => step)));
  return builds;
}

/** A `--target` that no build is for would make a release without its programs. Where nothing differs by target, it narrows nothing. */
function refuseUnmet({ targets = [], facts }: Deciding, offered: readonly Platform[]): void {
  const unmet = targets.filter((pattern) => !offered.some((platform) => asked([pattern], platform, facts.host)));
  if (unmet.length === 0 || offered.length === 0) return;
  throw new Problem("usage", `--target: no build is for ${unmet.join(" or ")}`, {
    expected: `host, or some of ${[...new Set(offered.map(formatPlatform))].join(", ")}`,
  });
}

function refuseSameName(names: Map<string, BuildEntry>, name: string, entry: BuildEntry): void {
  const other = names.get(name);
  if (other !== undefined) {
    throw new Problem("plan.collision", `two builds are called "${name}" (the other in line ${other.place.line})`, {
      place: entry.name?.place ?? entry.place,
      hint: "give each build a name of its own",
    });
  }
  names.set(name, entry);
}

function decideEntry(
  deciding: Deciding,
  entry: BuildEntry,
  name: string,
  before: readonly string[],
  offered: Platform[],
): readonly NamedStep[] {
  const builder = deciding.kinds.builders.get(entry.kind);
  if (builder === undefined) throw new Error(`builder ${entry.kind} passed the schema but is in no table`);
  const { host } = deciding.facts;
  const usual = builder.targets(entry.options, host);
  if (usual === undefined && entry.for !== undefined) {
    throw new Problem("plan.target", `${entry.kind} makes the same for every platform`, {
      place: entry.for[0]?.place ?? entry.place,
      hint: "leave `for` out",
    });
  }
  if (usual === undefined || (usual.length === 0 && entry.for === undefined))
    return decideTarget(deciding, builder, entry, name, undefined, before);
  const targets = listTargets(
    entry.for ?? usual.map((pattern) => ({ pattern, without: false, place: entry.place })),
    usual,
    host,
  );
  offered.push(...targets.map(({ platform }) => platform));
  const steps = targets.flatMap(({ platform, pattern }) => {
    if (!asked(deciding.targets, platform, host)) return [];
    const refusal = builder.cannot?.(platform, entry.options, deciding.facts.probed[entry.path] ?? {});
    if (refusal !== undefined) {
      deciding.problems.push(
        new Problem("plan.target", `${entry.kind} cannot build for ${formatPlatform(platform)}: ${refusal}`, {
          place: pattern?.place ?? entry.place,
        }),
      );
      return [];
    }
    return attempt(deciding, entry.place, () => decideTarget(deciding, builder, entry, name, platform, before)) ?? [];
  });
  if (steps.length === 0 && deciding.targets !== undefined)
    deciding.skipped.push({ what: entry.path, why: `none of its targets is ${deciding.targets.join(" or ")}` });
  return steps;
}

function decideTarget(
  deciding: Deciding,
  builder: BuildKind,
  entry: BuildEntry,
  name: string,
  platform: Platform | undefined,
  before: readonly string[],
): readonly NamedStep[] {
  const { facts, config, vocabulary } = deciding;
  const scope: Scope = { ...(platform === undefined ? vocabulary.base : vocabulary.forTarget(platform)), name };
  const binary = entry.binary === undefined ? undefined : valueFor(entry.binary, platform)?.render(scope);
  const drafts = builder.decide({
    options: entry.options,
    platform,
    scope,
    name,
    binary: binary === "" ? undefined : binary,
    dir: entry.dir?.render(scope) ?? ".",
    probed: facts.probed[entry.path] ?? {},
    project: config.project.name,
    version: facts.version.version,
    commit: facts.git.commit,
    shortCommit: facts.git.shortCommit,
    date: formatTime(facts.epoch),
  });
  const env = { ...renderEnv(config.env, scope), ...renderEnv(entry.env, scope) };
  return drafts.map((draft) => ({
    section: "build",
    name,
    step: stepOf(entry, name, platform, draft, env, scope, before),
  }));
}

function stepOf(
  entry: BuildEntry,
  name: string,
  platform: Platform | undefined,
  draft: BuildDraft,
  env: PlannedStep["env"],
  scope: Scope,
  before: readonly string[],
): PlannedStep {
  const parts = [
    "build",
    name,
    ...(platform === undefined ? [] : [formatPlatform(platform)]),
    ...(draft.suffix === "" ? [] : [draft.suffix]),
  ];
  const hooks = {
    pre: entry.hooks.pre.map((hook) => planHook(hook, scope)),
    post: entry.hooks.post.map((hook) => planHook(hook, scope)),
  };
  return {
    id: parts.join("/"),
    section: "builds",
    kind: entry.kind,
    title: `${name}${platform === undefined ? "" : ` ${formatPlatform(platform)}`}${draft.suffix === "" ? "" : ` ${draft.suffix}`}`,
    needs: before,
    options: draft.options,
    env: { ...env, ...draft.env },
    outputs: draft.outputs.map((output) => ({ ...output, attributes: { build: name, ...output.attributes } })),
    ...(hooks.pre.length + hooks.post.length > 0 ? { hooks } : {}),
    ...(entry.to === undefined ? {} : { to: buildFolder(entry.to, scope) }),
    place: entry.place,
  };
}

/** A hook as the Plan holds it. */
export function planHook(hook: Hook, scope: Scope): PlannedHook {
  return {
    run: Array.isArray(hook.run)
      ? hook.run.map((word) => renderText(word, scope))
      : renderText(hook.run as Exclude<Hook["run"], readonly unknown[]>, scope),
    dir: hook.dir?.render(scope) ?? ".",
    env: renderEnv(hook.env, scope),
    place: hook.place,
  };
}
