/** Reads a config file into a Config: found, parsed, held against the schema, every template compiled; all errors at once. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Config } from "../../model/config.ts";
import { onDisk } from "../../model/disk.ts";
import { Problem, throwIfAny, type Place } from "../../model/problem.ts";
import { unknownKey } from "../check/issues.ts";
import { findSecrets } from "../check/secrets.ts";
import type { ReadableKinds, SectionContext } from "../sections/section.ts";
import { publishOf } from "../sections/stores.ts";
import { sections, topLevelKeys } from "../sections/table.ts";
import { createEngine } from "../template/engine.ts";
import { readIn } from "../template/late.ts";
import { parseYaml } from "../yaml/parse.ts";
import { sourceOf, type Source } from "../yaml/source.ts";
import type { MapTree, Tree } from "../yaml/tree.ts";
import { configNames, findConfig } from "./find.ts";

export interface ReadRequest {
  /** Where to look for the config, and what paths in messages are relative to. */
  readonly dir: string;
  /** The config itself, relative to `dir`; left out: it is looked for. */
  readonly file?: string | undefined;
  readonly kinds: ReadableKinds;
}

/** The Config of a folder. Throws `config.missing`, or every Problem found in the file at once, each with its place. */
export async function readConfig(request: ReadRequest): Promise<Config> {
  const dir = path.resolve(request.dir);
  const found = request.file === undefined ? await findConfig(dir) : path.resolve(dir, request.file);
  if (found === undefined) {
    throw new Problem("config.missing", `there is no ${configNames[0]} in ${dir}`, {
      hint: "slipway init writes one.",
    });
  }
  const bytes = await onDisk(found, () => readFile(found));
  return readSource(sourceOf(shownPath(found, dir), bytes), path.dirname(found), request.kinds);
}

/** The Config of a source that lies, or would lie, in the folder `root`. */
export function readSource(source: Source, root: string, kinds: ReadableKinds): Config {
  const problems: Problem[] = [];
  const tree = parseYaml(source, problems);
  if (tree === undefined) throwIfAny(ordered([...problems, ...findSecrets(source, tree)]));
  problems.push(...findSecrets(source, tree));
  const place: Place = { file: source.file, line: 1, column: 1 };
  const map = rootMap(tree, place);
  const engine = createEngine({ root, read: (file) => readIn(root, file) });
  const context: SectionContext = {
    source,
    engine,
    problems,
    kinds,
    place,
    vars: keysOf(map.entries.get("vars")?.tree),
  };
  const config = readSections(map, context, root);
  throwIfAny(ordered(problems));
  return config;
}

function rootMap(tree: Tree | undefined, place: Place): MapTree {
  const hint = "A config begins with `slipway: 1` and `project: NAME`.";
  if (tree === undefined) throw new Problem("config.invalid", "the file is empty", { place, expected: "a map", hint });
  if (tree.kind !== "map")
    throw new Problem("config.invalid", `the file is a ${tree.kind}`, { place: tree.place, expected: "a map", hint });
  return tree;
}

function readSections(map: MapTree, context: SectionContext, root: string): Config {
  const { problems } = context;
  const under = (key: string): Tree | undefined => {
    const tree = map.entries.get(key)?.tree;
    return tree?.kind === "scalar" && tree.value === null ? undefined : tree;
  };
  checkTop(map, context);
  const stores = sections.stores.read(under("stores"), context);
  return {
    file: context.source.file,
    root,
    project: sections.project.read(under("project"), context),
    vars: sections.vars.read(under("vars"), context),
    env: sections.env.read(under("env"), context),
    version: sections.version.read(under("version"), context),
    gates: sections.gates.read(under("gates"), context),
    cut: sections.cut.read(under("cut"), context),
    before: sections.before.read(under("before"), context),
    builds: sections.builds.read(under("builds"), context),
    source: sections.source.read(under("source"), context),
    archives: sections.archives.read(under("archives"), context),
    packages: sections.packages.read(under("packages"), context),
    images: sections.images.read(under("images"), context),
    charts: sections.charts.read(under("charts"), context),
    notes: sections.notes.read(under("notes"), context),
    release: sections.release.read(under("release"), context),
    trust: sections.trust.read(under("trust"), context),
    stores,
    publish: publishOf(sections.publish.read(under("publish"), context), stores, keysOf(under("stores")), problems),
    announce: sections.announce.read(under("announce"), context),
    ci: sections.ci.read(under("ci"), context),
  };
}

/** The format's own version, and words that are none. */
function checkTop(map: MapTree, { problems, place }: SectionContext): void {
  for (const key of map.entries.keys()) {
    if (!topLevelKeys.includes(key)) problems.push(unknownKey(key, map, "", topLevelKeys));
  }
  const format = map.entries.get("slipway")?.tree;
  if (format === undefined) {
    problems.push(
      new Problem("config.invalid", 'the file lacks "slipway"', { place, hint: "Write `slipway: 1` at the top." }),
    );
  } else if (format.kind !== "scalar" || format.value !== 1) {
    problems.push(
      new Problem("config.invalid", "slipway: this version of the config language is not known", {
        place: format.place,
        expected: "1",
      }),
    );
  }
}

function keysOf(tree: Tree | undefined): readonly string[] {
  return tree?.kind === "map" ? [...tree.entries.keys()] : [];
}

/** In the order of the file, each once: an anchored value is read wherever its alias stands. */
function ordered(problems: readonly Problem[]): readonly Problem[] {
  const rank = ({ place }: Problem): number => (place === undefined ? 0 : place.line * 100_000 + place.column);
  const once = new Map(problems.map((problem) => [`${rank(problem)} ${problem.code} ${problem.message}`, problem]));
  return [...once.values()].toSorted((a, b) => rank(a) - rank(b));
}

/** As messages show it: relative where it lies beneath. */
function shownPath(file: string, dir: string): string {
  const relative = path.relative(dir, file);
  return relative.startsWith("..") ? file : relative;
}
