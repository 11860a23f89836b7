/** From the command line to a Plan: reads the config, gathers the facts, decides, or takes a Plan from a file. */
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";

import { findConfig } from "../input/config/find.ts";
import { compileTemplate, gatherFacts, readConfig, templateVocabulary } from "../input/index.ts";
import type { Config } from "../model/config.ts";
import { onDisk } from "../model/disk.ts";
import type { RenderLate } from "../make/running.ts";
import type { Facts } from "../model/facts.ts";
import type { Plan } from "../model/plan.ts";
import { Problem, throwIfAny } from "../model/problem.ts";
import type { Signer } from "../model/signer.ts";
import type { Scope } from "../model/template.ts";
import type { Vocabulary } from "../plan/deciding.ts";
import { plan as decidePlan } from "../plan/plan.ts";
import { readPlan } from "../plan/file.ts";
import { projectAround } from "./folder.ts";
import { type Keyring, keyring } from "./keys.ts";
import { refuseMissingRoot } from "./missing-root.ts";
import { openerFor } from "./open-image.ts";
import { openOperatorsCache } from "./operators-cache.ts";
import { projectFolder } from "./config-file.ts";
import type { Options } from "./options.ts";
import { remark } from "./output/say.ts";
import { kinds, unknownKinds } from "./tables.ts";
import { toldNotes } from "./told-notes.ts";
import { programVersion } from "./program-version.ts";

/** A Plan and where it is carried out. */
export interface Decided {
  readonly plan: Plan;
  /** Absolute path of the project. */
  readonly root: string;
  /** Renders texts that waited for late values. */
  readonly render: RenderLate;
  readonly openSigner: OpenSigner;
  /** The config, where there is one: a Plan from a file may be all there is. */
  readonly config: () => Promise<Config | undefined>;
  readonly keys: Keyring;
  /** What templates may use; undefined where the Plan is from a file. */
  readonly scope?: Scope | undefined;
}

/** Opens a key by its name in `trust.keys`; what it runs ends with the signal. */
type OpenSigner = (name: string, signal: AbortSignal) => Promise<Signer>;

/** What was read before anything was decided. */
export interface Gathered {
  readonly config: Config;
  readonly facts: Facts;
  readonly vocabulary: Vocabulary;
  readonly keys: Keyring;
}

const sections = [
  "before",
  "source",
  "archives",
  "packages",
  "images",
  "charts",
  "sbom",
  "sign",
  "notes",
  "files",
  "publish",
  "announce",
  "validate",
];

/** The Plan the options ask for: from `--plan`, or decided now. */
export async function decide(options: Options): Promise<Decided> {
  if (options.plan !== undefined) return loadPlan(options.plan, options);
  const { config, facts, vocabulary, keys } = await gather(options);
  const plan = decidePlan({
    config,
    facts,
    vocabulary,
    kinds,
    by: programVersion(),
    targets: options.target,
    setVersion: options.setVersion,
    notes: options.notes === undefined ? undefined : resolve(options.notes),
    skip: skipped(options),
  });
  const openSigner: OpenSigner = (name, signal) => keys.open(name, plan.epoch, signal);
  const render = renderLate(facts.root);
  return { plan, root: facts.root, render, openSigner, config: async () => config, keys, scope: vocabulary.base };
}

/** Config, facts and the names templates may use. Fails with every Problem found in them at once. */
async function gather(options: Options): Promise<Gathered> {
  const skip = skipped(options);
  const written = await readConfig({ dir: process.cwd(), file: options.config, kinds });
  const keys = keyring(() => Promise.resolve(written), process.env);
  const gathered = await gatherFacts({
    config: written,
    kinds,
    env: process.env,
    snapshot: options.snapshot === true,
    nightly: options.nightly === true,
    tag: options.tag,
    version: options.setVersion,
    notes: options.notes,
    validate: !skip.has("validate"),
    keys: skip.has("sign") ? undefined : (time) => keys.facts(time),
  });
  if (!skip.has("sign")) await refuseMissingRoot(written, gathered);
  const isAsked = !skip.has("notes") && options.notes === undefined;
  const { config, facts } = isAsked
    ? await toldNotes(written, gathered, options)
    : { config: written, facts: gathered };
  const vocabulary = templateVocabulary(config, facts);
  if (!skip.has("images") && config.images.some(({ dockerfile }) => dockerfile !== undefined)) {
    const { lookForBuildTools } = await import("./build-tools.ts");
    await lookForBuildTools(config, vocabulary);
  }
  const bases =
    skip.has("images") || config.images.length === 0 ? {} : await basesOf(config, facts, vocabulary, options);
  return { config, facts: { ...facts, bases }, vocabulary, keys };
}

/** A snapshot needs no network: where there is none, a base is what it was the last time. */
async function basesOf(
  config: Config,
  facts: Facts,
  vocabulary: Vocabulary,
  options: Options,
): Promise<Facts["bases"]> {
  const { lookUpBases } = await import("./bases.ts");
  const onOld = (reference: string): void =>
    remark(options, `${reference} cannot be looked up: it is taken to be what it was the last time`);
  const memory = openOperatorsCache();
  try {
    const open = openerFor(facts.root);
    return await lookUpBases({ config, vocabulary, open, memory, onOld: facts.isSnapshot ? onOld : undefined });
  } finally {
    await memory.close();
  }
}

function skipped(options: Options): ReadonlySet<string> {
  const words = (options.skip ?? []).flatMap((word) => word.split(","));
  const unknown = words.find((word) => !sections.includes(word));
  if (unknown !== undefined)
    throw new Problem("usage", `--skip: there is no section "${unknown}"`, {
      expected: `one of ${sections.join(", ")}`,
    });
  return new Set(words);
}

async function loadPlan(file: string, options: Options): Promise<Decided> {
  const path = resolve(file);
  const plan = readPlan(await onDisk(path, () => readFile(path, "utf8")), file, programVersion());
  throwIfAny(
    unknownKinds(plan).map((kind) => new Problem("plan.invalid", `${file}: there is no kind ${JSON.stringify(kind)}`)),
  );
  const config = options.config === undefined ? undefined : resolve(options.config);
  const root = config === undefined ? (projectAround(path, plan) ?? (await projectFolder({}))) : dirname(config);
  // A Plan names its keys: where they are is only in the config, which is read when one is needed.
  const keys = keyring(() => readConfig({ dir: root, file: config, kinds }), process.env);
  const openSigner: OpenSigner = (name, signal) => keys.open(name, plan.epoch, signal);
  const found = config ?? (await findConfig(root));
  const read = async (): Promise<Config | undefined> =>
    found === undefined ? undefined : readConfig({ dir: root, file: found, kinds });
  return { plan, root, render: renderLate(root), openSigner, config: read, keys };
}

/** Filters that read files begin at the project, wherever the command runs. */
function renderLate(root: string): RenderLate {
  return (source, scope, from) => compileTemplate(source, from, root).render(scope);
}
