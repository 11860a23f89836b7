/** Gathers the Facts: what git, the commit's clock, the machine and the environment say. */
import type { Config } from "../../model/config.ts";
import type { Facts, VersionFacts } from "../../model/facts.ts";
import type { BuildKind, KindTable } from "../../model/kind.ts";
import type { Machine } from "../../model/machine.ts";
import { ownFolder } from "../../model/own-folder.ts";
import { Problem, problemsOf, throwIfAny } from "../../model/problem.ts";
import { templateScope } from "../template/scope.ts";
import { findAbsent } from "./absent.ts";
import { withChangelogs } from "./changelogs.ts";
import { readCharts } from "./charts.ts";
import { type Choice, choose } from "./choose.ts";
import { refOf } from "./ci.ts";
import { epochOf } from "./clock.ts";
import { readCommits } from "./commits.ts";
import { describeGit } from "./describe-git.ts";
import { type Environment, gitIn } from "./git.ts";
import { guard } from "./guard.ts";
import { hostPlatform } from "./host.ts";
import { createMachine } from "./machine.ts";
import { probeAll } from "./probe.ts";
import { readRepository, type Repository } from "./repository.ts";
import type { Version } from "./semver.ts";
import { readSourceFacts } from "./source.ts";
import { tagForm, tagGlobs } from "./tags.ts";

export interface FactsRequest {
  readonly config: Config;
  readonly kinds: { readonly builders: KindTable<BuildKind> };
  /** The operator's environment. */
  readonly env: Environment;
  readonly snapshot?: boolean | undefined;
  readonly nightly?: boolean | undefined;
  /** The tag that is meant, prefix and all. */
  readonly tag?: string | undefined;
  /** The version that is meant, whatever `version.from` says. */
  readonly version?: string | undefined;
  /** Release notes that were written already: then no history is needed for them. */
  readonly notes?: string | undefined;
  /** False: the version guard lets everything through. */
  readonly validate?: boolean | undefined;
  /** Looks at the keys that sign, given the release's clock in seconds; left out: nothing is signed. */
  readonly keys?: ((time: number) => Promise<Facts["keys"]>) | undefined;
  /** For tests. */
  readonly machine?: Machine | undefined;
}

/** Facts for a Plan. Throws every Problem found: of git, of the version guard, of missing toolchains. */
export async function gatherFacts(request: FactsRequest): Promise<Facts> {
  const { config, env } = request;
  const machine = request.machine ?? createMachine({ root: config.root, env, preparing: config.before.length > 0 });
  const known = gatherKnown(request);
  const probing = probeAll(config, request.kinds.builders, machine, async () => templateScope(config, await known));
  const looking = known.then(
    ({ epoch }) => request.keys?.(epoch) ?? {},
    () => ({}), // what is wrong is told once, by `known`
  );
  const [facts, probed, keys] = await Promise.all([settle(known), settle(probing), settle(looking)]);
  const problems = [
    ...("problems" in facts ? facts.problems : []),
    ...("problems" in probed ? probed.problems : probed.value.problems),
    ...("problems" in keys ? keys.problems : []),
  ];
  throwIfAny(problems);
  if (!("value" in facts) || !("value" in probed) || !("value" in keys)) throw new Error("a failure without Problems");
  return { ...facts.value, probed: probed.value.data, keys: keys.value };
}

type Settled<T> = { readonly value: T } | { readonly problems: readonly Problem[] };

/** All parts are waited for, so that their Problems are reported together. */
async function settle<T>(promise: Promise<T>): Promise<Settled<T>> {
  try {
    return { value: await promise };
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown;
    return { problems };
  }
}

/** All but what builders find out, and the keys. */
async function gatherKnown(request: FactsRequest): Promise<Facts> {
  const { config, env } = request;
  const git = gitIn(config.root, env);
  const repository = await readRepository(git, {
    tagGlobs: tagGlobs(tagForm(config.version.prefix)),
    ignore: config.version.ignore,
    ours: ownFolder(config.release.folder.source),
  });
  const choice = await choose(request, repository, git);
  refuseShallow(request, repository, choice);
  const hasNotes = request.notes === undefined && tellsCommits(config.notes);
  const [gitFacts, commits] = await Promise.all([
    describeGit(git, repository, choice, tagForm(config.version.prefix)),
    hasNotes
      ? readCommits(git, {
          previousTag: choice.previousTag,
          commit: repository.commit,
          dir: config.version.dir,
          paths: config.notes?.paths,
          merges: config.notes?.from !== "commits",
          place: config.version.place,
        })
      : [],
  ]);
  const facts: Facts = {
    root: config.root,
    git: gitFacts,
    version: versionFacts(choice.version),
    isSnapshot: request.snapshot === true,
    isNightly: request.nightly === true,
    epoch: epochOf(env, repository.commitTime),
    env: Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
    host: hostPlatform(),
    probed: {},
    commits,
    changelogs: {},
    absent: await findAbsent(config, git),
    charts: await readCharts(config),
    bases: {},
    keys: {},
    source: await readSourceFacts(config, git, env, { tag: gitFacts.tag, branch: gitFacts.branch }),
  };
  if (request.snapshot || request.nightly)
    return withChangelogs(git, repository, config, { ...facts, version: madeVersion(config, facts) });
  if (request.validate !== false)
    throwIfAny(
      guard(config.version, {
        git: facts.git,
        version: choice.version,
        told: request.tag,
        tagAtHead: choice.tagAtHead,
        ref: refOf(env),
      }),
    );
  return withChangelogs(git, repository, config, facts);
}

/** Whether the notes are told from what git has, of themselves or by what a forge says of it. */
function tellsCommits(notes: Config["notes"]): boolean {
  return notes !== undefined && !notes.from.includes(":");
}

/** Notes from commits, and versions that count from a tag, need the commits in between. */
function refuseShallow({ config, notes }: FactsRequest, repository: Repository, choice: Choice): void {
  if (!repository.isShallow || choice.previousTag !== undefined) return;
  const needed = choice.isPastTag
    ? "the latest tag"
    : (tellsCommits(config.notes) && notes === undefined) ||
        config.packages.some(({ changelog }) => changelog?.from === "git")
      ? "the commits since the previous tag"
      : undefined;
  if (needed === undefined) return;
  throw new Problem("git.shallow", `the clone is shallow, and ${needed} cannot be seen`, {
    hint: "Fetch the whole history: `fetch-depth: 0` for actions/checkout, GIT_DEPTH: 0 in GitLab, `git fetch --unshallow --tags` by hand.",
  });
}

function versionFacts(version: Version): VersionFacts {
  const { text, major, minor, patch, prerelease, metadata } = version;
  return { version: text, rawVersion: `${major}.${minor}.${patch}`, major, minor, patch, prerelease, metadata };
}

/** The version of a snapshot or nightly: its template over the version it leads away from, whose parts it keeps. */
function madeVersion(config: Config, facts: Facts): VersionFacts {
  const template = facts.isNightly ? config.version.nightly : config.version.snapshot;
  const version = template.render(templateScope(config, facts)).trim();
  if (/^[0-9A-Za-z][0-9A-Za-z.+~_-]{0,127}$/.test(version)) return { ...facts.version, version };
  throw new Problem("version.invalid", `${JSON.stringify(version.slice(0, 80))} cannot be a version`, {
    place: template.place,
    expected: "letters, digits, dots, dashes, plus signs, tildes and underscores",
  });
}
