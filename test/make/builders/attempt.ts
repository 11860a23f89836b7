/** Takes one build entry of a copied fixture through a builder: schema, probe, decide, key, make. */
import { execFile } from "node:child_process";
import { access, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, expect } from "vitest";

import { digestFile } from "../../../src/make/reads.ts";
import { runCommand } from "../../../src/make/spawn.ts";
import type { Builder } from "../../../src/make/builders/builder.ts";
import type { MakeContext, MakeResult } from "../../../src/make/maker.ts";
import type { BuildEntry } from "../../../src/model/config.ts";
import type { Json } from "../../../src/model/json.ts";
import type { Machine, Probe } from "../../../src/model/machine.ts";
import type { BuildDraft } from "../../../src/model/kind.ts";
import { parsePlatform } from "../../../src/model/platform.ts";
import type { Step } from "../../../src/model/plan.ts";
import { PendingTemplate } from "../../../src/model/schema.ts";
import type { Scope, Template } from "../../../src/model/template.ts";

/** Seconds since 1970 of 2026-01-30T12:00:00Z. */
export const epoch = 1769774400;
const place = { file: "slipway.yaml", line: 3, column: 5 };
const made: string[] = [];

/** A fresh folder that goes away after the file's tests. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "slipway-builder-"));
  made.push(path);
  return path;
}

afterAll(async () => {
  await Promise.all(made.map((path) => rm(path, { recursive: true, force: true })));
});

/** A copy of `test/fixtures/builders/<name>` with files added or replaced; returns its path. */
export async function project(name: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const root = join(await folder(), name);
  await cp(fileURLToPath(new URL(`../../fixtures/builders/${name}`, import.meta.url)), root, { recursive: true });
  await write(root, files);
  return root;
}

export async function write(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

/** Matches a text that holds another. */
export function containing(text: string): string {
  return expect.stringContaining(text) as string;
}

/** Facts that a test may want to differ; the rest of an entry is given raw, as YAML would be read. */
export interface Facts {
  readonly target?: string | undefined;
  readonly version?: string;
  readonly commit?: string;
  readonly date?: string;
  readonly binary?: string;
  readonly dir?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly path?: string;
  readonly preparing?: boolean;
  readonly isSnapshot?: boolean;
}

/** What the builder found out about project and machine. */
export async function probe<Options>(
  builder: Builder<Options>,
  root: string,
  raw: unknown,
  facts: Facts = {},
): Promise<Probe> {
  return builder.probe(entryOf(builder, raw, facts), machineAt(root, facts));
}

/** What the builder decides, probed first. */
export async function decide<Options>(
  builder: Builder<Options>,
  root: string,
  raw: unknown,
  facts: Facts = {},
): Promise<readonly BuildDraft[]> {
  const entry = entryOf(builder, raw, facts);
  const { data, problems } = await builder.probe(entry, machineAt(root, facts));
  if (problems[0] !== undefined) throw problems[0];
  const version = facts.version ?? "1.2.3";
  const commit = facts.commit ?? "0123456789abcdef0123456789abcdef01234567";
  const date = facts.date ?? "2026-01-30T12:00:00Z";
  return builder.decide({
    options: entry.options,
    platform: facts.target === undefined ? undefined : parsePlatform(facts.target),
    scope: { version, commit, date, isSnapshot: facts.isSnapshot ?? false },
    name: "hello",
    binary: facts.binary,
    dir: facts.dir ?? ".",
    probed: data,
    project: "hello",
    version,
    commit,
    shortCommit: commit.slice(0, 7),
    date,
  });
}

export interface Attempt extends MakeResult {
  readonly step: Step;
  readonly key: Json;
  /** Path of what was made, by name. */
  path(name?: string): string;
  /** SHA-256 of what was made, by name. */
  digest(name?: string): Promise<string>;
}

/** Everything, to the made files. */
export async function attempt<Options>(
  builder: Builder<Options>,
  root: string,
  raw: unknown,
  facts: Facts = {},
): Promise<Attempt> {
  const [draft] = await decide(builder, root, raw, facts);
  if (draft === undefined) throw new Error("nothing was decided");
  const step = stepOf(builder, draft, facts);
  const key = (await builder.key?.(step, contextAt(root, "", step, facts))) ?? null;
  const context = contextAt(root, await folder(), step, facts);
  const result = await builder.make(step, context);
  const path = (name = step.outputs[0]?.name): string => {
    const found = result.made.find((one) => one.name === name);
    if (found === undefined) throw new Error(`${name} was not made`);
    return found.path;
  };
  return { ...result, step, key, path, digest: (name) => digestFile(path(name)) };
}

/** Only the key, as a second run would compute it. */
export async function keyOf<Options>(
  builder: Builder<Options>,
  root: string,
  raw: unknown,
  facts: Facts = {},
): Promise<Json> {
  const [draft] = await decide(builder, root, raw, facts);
  if (draft === undefined) throw new Error("nothing was decided");
  const step = stepOf(builder, draft, facts);
  return [step.options, step.env, (await builder.key?.(step, contextAt(root, "", step, facts))) ?? null];
}

function stepOf<Options>(builder: Builder<Options>, draft: BuildDraft, facts: Facts): Step {
  const env = { ...facts.env, ...draft.env };
  return {
    id: "build/hello",
    section: "builds",
    kind: builder.kind,
    title: "hello",
    needs: [],
    options: draft.options,
    env,
    outputs: draft.outputs,
    place,
  };
}

function entryOf<Options>(
  builder: Builder<Options>,
  raw: unknown,
  facts: Facts,
): BuildEntry & { readonly options: Options } {
  const options = compiled(builder.schema.parse(typeof raw === "string" ? { [builder.primary]: raw } : raw)) as Options;
  const dir = facts.dir === undefined ? undefined : constant(facts.dir);
  return {
    kind: builder.kind,
    options,
    dir,
    place,
    path: "builds[0]",
    name: undefined,
    when: undefined,
    env: {},
    for: undefined,
    binary: undefined,
    hooks: { pre: [], post: [] },
  };
}

function there(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The part of a context that builders use; anything else they reach for fails the test. */
type Used = Pick<MakeContext, "root" | "scratch" | "epoch" | "inputs" | "signal" | "env" | "run" | "once" | "log">;

function contextAt(root: string, scratch: string, step: Step, facts: Facts): MakeContext {
  const signal = new AbortController().signal;
  const env = { ...environment(facts), ...step.env };
  const used: Used = {
    root,
    scratch,
    epoch,
    inputs: [],
    signal,
    env,
    run: (command) => runCommand(command, { cwd: command.cwd ?? root, env: { ...env, ...command.env }, signal, place }),
    once: (_, work) => work(),
    log: () => {},
  };
  return new Proxy(used, {
    get(target, name) {
      if (name === "scratch" && scratch === "") throw new Error("there is no scratch folder while a key is computed");
      if (!(name in target)) throw new Error(`builders have no use for ${String(name)}`);
      return target[name as keyof Used];
    },
  }) as MakeContext;
}

function machineAt(root: string, facts: Facts): Machine {
  return {
    root,
    preparing: facts.preparing,
    which: async (name) => {
      for (const dir of (environment(facts).PATH ?? "").split(":"))
        if (await there(join(dir, name))) return join(dir, name);
      return undefined;
    },
    ask: (command, args, options) =>
      new Promise((resolve) => {
        execFile(
          command,
          [...args],
          { cwd: join(root, options?.cwd ?? "."), env: { ...environment(facts), ...options?.env } },
          (error, stdout) => resolve(error === null ? stdout : undefined),
        );
      }),
    read: (path) => readFile(join(root, path), "utf8").catch(() => undefined),
    exists: (path) => there(join(root, path)),
  };
}

function environment(facts: Facts): NodeJS.ProcessEnv {
  return { ...process.env, ...(facts.path === undefined ? {} : { PATH: facts.path }) };
}

/** Templates of the least kind: `{{ name }}` and text. */
function constant(source: string): Template {
  const render = (scope: Scope): string =>
    source.replace(/\{\{ *(\w+) *\}\}/g, (_, name: string) => String(scope[name]));
  return { source, place, constant: !source.includes("{{"), roots: [], late: [], render };
}

function compiled(value: unknown): unknown {
  if (value instanceof PendingTemplate) return constant(value.source);
  if (Array.isArray(value)) return value.map(compiled);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, compiled(inner)]));
}
