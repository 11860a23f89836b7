/** Makes a package: gathers what it installs and its scripts, and hands them to the format. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { JsonObject } from "../../model/json.ts";
import { onDisk } from "../../model/disk.ts";
import { type ContentFlag, readContentFlags, type ScriptName } from "../../model/package.ts";
import type { PlannedFile } from "../../model/plan.ts";
import type { PackageStepOptions } from "../../model/package-step.ts";
import { Problem, throwIfAny } from "../../model/problem.ts";
import type { MakeContext, Maker, MakeResult, StepOf } from "../maker.ts";
import { plannedSigner } from "../planned-signer.ts";
import { describeEntry, sortTree } from "../tree.ts";
import { resolveFiles, resolveFolders } from "../resolve-files.ts";
import { danglingLinks, type Gathered } from "./dangling.ts";
import type { PackageEntry, PackageFormat } from "./format.ts";
import { asWritten, composeScript } from "./scripts.ts";

/** The maker for one package format. */
export function packageMaker(format: PackageFormat): Maker<PackageStepOptions> {
  return {
    kind: format.kind,
    version: format.version,
    memory: 64 * 1024 * 1024,
    waits: true,
    async key(step, context) {
      const { contents, scripts } = step.options;
      const ofProject = contents.filter((file) => file.source !== "artifact");
      const entries = (await Promise.all(ofProject.map((file) => gatherFile(file, context)))).flat();
      const texts = await readScripts(scripts, context);
      return { contents: entries.map(describeOwned), scripts: { ...texts } };
    },
    make: (step, context) => makePackage(format, step, context),
  };
}

async function makePackage(
  format: PackageFormat,
  step: StepOf<PackageStepOptions>,
  context: MakeContext,
): Promise<MakeResult> {
  const { options } = step;
  const [output] = step.outputs;
  if (output === undefined) throw new Error(`${step.id} has no output`);
  const entries = await gatherEntries(options.contents, context);
  if (sizeOf(entries) > muchToCompress) context.compressor.prepare();
  const made = await format.write(
    {
      fileName: output.name,
      options: options.package,
      entries,
      scripts: await readScripts(options.scripts, context),
      changelog: options.changelog,
      time: context.epoch,
      signer: options.signer === "" ? undefined : await plannedSigner(options, step, context),
    },
    context,
  );
  return { made, reads: [] };
}

/** From so many bytes on, threads that compress are worth their start: until they are there, digests are taken. */
const muchToCompress = 4 * 1024 * 1024;

function sizeOf(entries: readonly PackageEntry[]): number {
  return entries.reduce((sum, entry) => sum + (entry.type === "file" ? entry.content.size : 0), 0);
}

/** Everything that is installed, sorted. Throws a Problem for each link that would lead nowhere. */
async function gatherEntries(files: readonly PlannedFile[], context: MakeContext): Promise<readonly PackageEntry[]> {
  const gathered = await Promise.all(files.map((file) => gatherFile(file, context)));
  throwIfAny(danglingLinks(gathered.flat()));
  return sortTree(gathered.flat().map(({ entry }) => entry));
}

async function gatherFile(file: PlannedFile, context: MakeContext): Promise<readonly Gathered[]> {
  const flags = readContentFlags(file.type) ?? new Set<ContentFlag>();
  const folders = flags.has("tree") ? await resolveFolders(file, context) : [];
  const entries = [...folders, ...(await resolveFiles([file], context))];
  const { lang } = file;
  return entries.map((entry) => ({
    entry: { ...entry, flags, lang },
    mayDangle: file.optional === true,
    place: file.place,
  }));
}

async function readScripts(
  scripts: PackageStepOptions["scripts"],
  context: MakeContext,
): Promise<Readonly<Partial<Record<ScriptName, string>>>> {
  const texts = await Promise.all(
    Object.entries(scripts).map(async ([name, script]) => {
      const { before, own: written, after } = script;
      const own = await ownText(written, context);
      const isWhole = own !== undefined && asWritten.has(name as ScriptName);
      return [name, isWhole ? own : composeScript({ before, after, own })] as const;
    }),
  );
  return Object.fromEntries(texts);
}

/** The user's script as it is written, or rendered. */
async function ownText(file: PlannedFile | null, context: MakeContext): Promise<string | undefined> {
  if (file === null) return undefined;
  if (file.source === "text") return file.from;
  const path = join(context.root, file.from);
  const text = await onDisk(path, () => readFile(path, "utf8")).catch((thrown: unknown) => {
    if (thrown instanceof Problem && thrown.code === "file.missing")
      throw new Problem("file.missing", `the script ${file.from} is not there`, { place: file.place });
    throw thrown;
  });
  return file.render === undefined ? text : context.render(text, file.render, { wholeFile: file.from });
}

function describeOwned({ entry }: Gathered): JsonObject {
  return { ...describeEntry(entry), flags: [...entry.flags], lang: entry.lang ?? "" };
}
