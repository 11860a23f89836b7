/** One build entry of a small project, probed, decided and run for real: the plan's and run.ts's own code. */
import { execFile } from "node:child_process";
import { access, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { Liquid } from "liquidjs";
import { afterAll, beforeEach } from "vitest";

import { createCompressor } from "../../src/format/compressor.ts";
import type { Builder } from "../../src/make/builders/builder.ts";
import { run } from "../../src/make/run.ts";
import type { Artifact } from "../../src/model/artifact.ts";
import { always } from "../../src/model/byTarget.ts";
import type { Config } from "../../src/model/config.ts";
import type { BuildEntry } from "../../src/model/config/builds.ts";
import type { Hook } from "../../src/model/config/hooks.ts";
import type { Facts } from "../../src/model/facts.ts";
import { kindTable } from "../../src/model/kind.ts";
import type { Machine } from "../../src/model/machine.ts";
import type { Plan } from "../../src/model/plan.ts";
import { executableSuffix, formatPlatform } from "../../src/model/platform.ts";
import { throwIfAny, type Problem } from "../../src/model/problem.ts";
import { isMap, PendingTemplate } from "../../src/model/schema.ts";
import type { Scope, Template } from "../../src/model/template.ts";
import { formatTime } from "../../src/model/time.ts";
import { decideBuilds } from "../../src/plan/builds.ts";
import type { Deciding } from "../../src/plan/deciding.ts";
import { openCache } from "../../src/store/cache.ts";
import type { JudgeName } from "../../scripts/judges/table.ts";
import { judge } from "../judges.ts";
import { hostTarget } from "./builders/binaries.ts";

export const version = "1.2.3";
export const commit = "0123456789abcdef0123456789abcdef01234567";
/** 2026-01-30T12:00:00Z. */
export const epoch = 1_769_774_400;
export const date = "2026-01-30T12:00:00Z";

const place = { file: "slipway.yaml", line: 3, column: 5 };
const folders: string[] = [];

afterAll(async () => {
  await Promise.all(folders.map((path) => rm(path, { recursive: true, force: true, maxRetries: 3 })));
});

/** A fresh folder that goes away after the file's tests. */
export async function freshFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "slipway-step-"));
  folders.push(path);
  return path;
}

/** A copy of `test/fixtures/builders/<name>` in a fresh folder, with files added or replaced. */
export async function copyFixture(name: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const root = join(await freshFolder(), name);
  await cp(fileURLToPath(new URL(`../fixtures/builders/${name}`, import.meta.url)), root, { recursive: true });
  await writeFiles(root, files);
  return root;
}

export async function writeFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

/** How an entry is run; everything has a default. */
export interface Circumstances {
  readonly for?: readonly string[];
  readonly binary?: string;
  readonly dir?: string;
  readonly name?: string;
  /** The entry's own. */
  readonly env?: Readonly<Record<string, string>>;
  readonly pre?: readonly string[];
  readonly post?: readonly string[];
  /** Over the environment of the tests. */
  readonly operator?: Readonly<Record<string, string | undefined>>;
  readonly preparing?: boolean;
  readonly isDirty?: boolean;
  readonly isSnapshot?: boolean;
  /** Of the release; default: the constants above. */
  readonly version?: string;
  readonly commit?: string;
  readonly epoch?: number;
  /** Folder of the cache; default: one of the project's own, kept between runs. */
  readonly cache?: string;
}

export interface Outcome {
  /** `made`, `cached` or `failed`, by step id. */
  readonly states: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
  readonly artifacts: readonly Artifact[];
  readonly plan: Plan;
  /** Commands and their output. */
  readonly lines: readonly string[];
  /** Where an artifact's bytes lie. Without a target: the first with that name. */
  path(name?: string, target?: string): string;
}

/** Probes and decides an entry. Throws the problems of either. `raw` is what stands under the kind's key. */
export async function decideStep<Options>(
  builder: Builder<Options>,
  root: string,
  raw: unknown,
  circumstances: Circumstances = {},
): Promise<Plan> {
  const entry = entryOf(builder, raw, circumstances);
  const { data, problems } = await builder.probe(entry, machineAt(root, circumstances));
  throwIfAny(problems);
  const deciding = decidingOf(builder, entry, { root, data, circumstances });
  const steps = decideBuilds(deciding, []).map(({ step }) => step);
  throwIfAny(deciding.problems);
  return planOf(steps, circumstances);
}

/** Everything, to artifacts in a cache. Throws what `decideStep` throws; failed Steps are in the outcome. */
export async function runStep<Options>(
  builder: Builder<Options>,
  root: string,
  raw: unknown,
  circumstances: Circumstances = {},
): Promise<Outcome> {
  const plan = await decideStep(builder, root, raw, circumstances);
  const cache = openCache(circumstances.cache ?? `${root}.cache`, { maxBytes: 1e10 });
  const compressor = createCompressor({ workers: 1 });
  const lines: string[] = [];
  try {
    const result = await run({
      plan,
      root,
      makerOf: () => builder,
      cache,
      compressor,
      jobs: availableParallelism(),
      memory: 8e9,
      noCache: false,
      signal: new AbortController().signal,
      progress: { started: () => {}, ended: () => {}, detail: (_, line) => void lines.push(line) },
      env: environment(circumstances),
      openSigner: (name) => Promise.reject(new Error(`no key ${name}`)),
      openImage: (name) => Promise.reject(new Error(`no image ${name}`)),
      render: (source, scope) => templateOf(source).render(scope),
    });
    const artifacts = [...result.artifacts.values()].flat();
    return {
      states: Object.fromEntries([...result.outcomes].map(([id, { state }]) => [id, state])),
      problems: result.problems,
      artifacts,
      plan,
      lines,
      path(name, target) {
        const fits = (artifact: Artifact): boolean =>
          (name === undefined || artifact.name === name) &&
          (target === undefined || (artifact.platform !== undefined && formatPlatform(artifact.platform) === target));
        const found = artifacts.find(fits);
        throwIfAny(found === undefined ? result.problems : []);
        if (found === undefined) throw new Error(`${name ?? "nothing"} was not made: ${lines.join("\n")}`);
        return cache.pathOf(found.digest);
      },
    };
  } finally {
    await Promise.all([cache.close(), compressor.close()]);
  }
}

/** The digest of what an entry makes for the host, and whether it was made or taken from the cache. */
export async function built<Options>(
  builder: Builder<Options>,
  root: string,
  raw: unknown,
  circumstances: Circumstances = {},
): Promise<{ readonly digest: string; readonly state: string }> {
  const outcome = await runStep(builder, root, raw, { for: [hostTarget], ...circumstances });
  throwIfAny(outcome.problems);
  const [state] = Object.values(outcome.states);
  return { digest: outcome.artifacts[0]?.digest ?? "", state: state ?? "" };
}

/** Runs a program and gives what it prints. */
export function output(
  command: string,
  args: readonly string[] = [],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, [...args], { ...options, env: { ...process.env, ...options.env } }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command} ${args.join(" ")}: ${error.message}\n${stdout}${stderr}`, { cause: error }));
    });
  });
}

/** Git with an author and a fixed time, in a project. */
export function git(root: string, ...args: readonly string[]): Promise<string> {
  const time = `${epoch} +0000`;
  const env = { GIT_AUTHOR_DATE: time, GIT_COMMITTER_DATE: time };
  return output(
    "git",
    ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main", ...args],
    {
      cwd: root,
      env,
    },
  );
}

/** Skips the tests of a `describe` on machines without a program. */
export function skipWithout(name: JudgeName): void {
  beforeEach(({ skip }) => skip(judge(name) === undefined, `${name} is not installed`));
}

function entryOf<Options>(
  builder: Builder<Options>,
  raw: unknown,
  circumstances: Circumstances,
): BuildEntry & { readonly options: Options } {
  const compiled = (value: unknown): unknown => {
    if (value instanceof PendingTemplate) return templateOf(value.source);
    if (Array.isArray(value)) return value.map(compiled);
    return isMap(value)
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, compiled(inner)]))
      : value;
  };
  const hook = (text: string): Hook => ({ place, run: templateOf(text), dir: undefined, env: {}, when: undefined });
  const binary = optionalTemplate(circumstances.binary);
  return {
    kind: builder.kind,
    options: compiled(builder.schema.parse(isMap(raw) ? raw : { [builder.primary]: raw })) as Options,
    place,
    path: "builds[0]",
    name: optionalTemplate(circumstances.name),
    when: undefined,
    env: Object.fromEntries(Object.entries(circumstances.env ?? {}).map(([key, text]) => [key, templateOf(text)])),
    for: circumstances.for?.map((text) => ({ pattern: text.replace("!", ""), without: text.startsWith("!"), place })),
    binary: binary === undefined ? undefined : always(binary),
    dir: optionalTemplate(circumstances.dir),
    to: undefined,
    hooks: { pre: (circumstances.pre ?? []).map(hook), post: (circumstances.post ?? []).map(hook) },
  };
}

function optionalTemplate(source: string | undefined): Template | undefined {
  return source === undefined ? undefined : templateOf(source);
}

function templateOf(source: string): Template {
  const liquid = new Liquid({ strictVariables: true, strictFilters: true });
  return {
    source,
    place,
    constant: !/\{[{%]/.test(source),
    roots: [],
    late: source.includes("{{ artifact.") ? ["artifact"] : [],
    render: (scope) => String(liquid.parseAndRenderSync(source, scope)),
  };
}

function decidingOf<Options>(
  builder: Builder<Options>,
  entry: BuildEntry,
  {
    root,
    data,
    circumstances,
  }: { readonly root: string; readonly data: Facts["probed"][string]; readonly circumstances: Circumstances },
): Deciding {
  const released = releaseOf(circumstances);
  const base: Scope = {
    ...released,
    shortCommit: released.commit.slice(0, 7),
    date: formatTime(released.epoch),
    timestamp: released.epoch,
    tag: `v${released.version}`,
    project: "hello",
    env: {},
    vars: {},
  };
  const [os = "", arch = ""] = hostTarget.split("/");
  return {
    config: { project: { name: "hello" }, env: {}, builds: [entry] } as unknown as Config,
    facts: {
      root,
      host: { os, arch },
      epoch: released.epoch,
      probed: { [entry.path]: data },
      git: { commit: released.commit, shortCommit: released.commit.slice(0, 7), isDirty: released.isDirty },
      version: { version: released.version },
    } as unknown as Facts,
    kinds: {
      builders: kindTable([builder]),
      archives: new Map(),
      packages: new Map(),
      signatures: new Map(),
      sboms: new Map(),
      stores: new Map(),
      announcements: new Map(),
    },
    vocabulary: {
      base,
      forTarget: (platform) => ({
        ...base,
        os: platform.os,
        arch: platform.arch,
        variant: platform.variant ?? "",
        ext: executableSuffix(platform),
        target: formatPlatform(platform).replaceAll("/", "_"),
      }),
    },
    targets: undefined,
    skip: new Set(),
    problems: [],
    skipped: [],
  };
}

function releaseOf(circumstances: Circumstances) {
  const flags = { isSnapshot: circumstances.isSnapshot ?? false, isDirty: circumstances.isDirty ?? false };
  return {
    version: circumstances.version ?? version,
    commit: circumstances.commit ?? commit,
    epoch: circumstances.epoch ?? epoch,
    ...flags,
  };
}

function planOf(steps: Plan["steps"], circumstances: Circumstances): Plan {
  const release = {
    folder: "dist/1.2.3",
    layout: "flat",
    title: "",
    channel: "",
    checksums: [],
    index: "",
    signatureList: "",
    signatures: [],
    provenance: "",
  } as const;
  const released = releaseOf(circumstances);
  const words = { project: "hello", tag: `v${released.version}`, previousTag: "" };
  const flags = { isNightly: false, isPrerelease: false };
  return {
    slipway: 1,
    by: "0",
    ...released,
    ...words,
    ...flags,
    commitTime: released.epoch,
    steps,
    release,
    publish: [],
    announce: [],
    skipped: [],
  };
}

function machineAt(root: string, circumstances: Circumstances): Machine {
  const env = environment(circumstances);
  return {
    root,
    preparing: circumstances.preparing,
    which: (name) => which(name, env["PATH"] ?? ""),
    ask: (command, args, options) =>
      output(command, args, { cwd: join(root, options?.cwd ?? "."), env: { ...env, ...options?.env } }).catch(
        () => undefined,
      ),
    read: (path) => readFile(join(root, path), "utf8").catch(() => undefined),
    exists: (path) => isThere(join(root, path)),
  };
}

/** The tests' environment, less what this machine's owner may have told Go, Cargo and git. */
function environment(circumstances: Circumstances): NodeJS.ProcessEnv {
  return { ...process.env, GOFLAGS: "", GOENV: "off", RUSTFLAGS: undefined, ...circumstances.operator };
}

async function which(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) if (await isThere(join(folder, name))) return join(folder, name);
  return undefined;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
