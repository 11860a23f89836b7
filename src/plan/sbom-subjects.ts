/** What an SBOM's Step has to know of what it is about: the programs inside, their lock files, and the product. */
import type { PlannedStep } from "../model/plan.ts";
import type { LockFiles, SbomProduct, SbomStepOptions } from "../model/sbom.ts";
import type { Scope } from "../model/template.ts";
import type { Deciding } from "./deciding.ts";

interface Inside {
  /** Ids of all Steps that make programs in the subjects. */
  readonly steps: ReadonlySet<string>;
  readonly programs: SbomStepOptions["programs"];
}

/** Archives and packages say what they contain; of what does not, such as an image, it is what the Steps before it make. */
export function programsOf(subjects: readonly PlannedStep[], made: readonly PlannedStep[]): Inside {
  const byId = new Map(made.map((step) => [step.id, step]));
  const steps = new Set<string>();
  const programs: Record<string, { readonly step: string; readonly output: string }[]> = {};
  for (const { id, needs, outputs, section } of subjects)
    for (const { name, contains, listed } of outputs) {
      for (const { step } of contains ?? []) steps.add(step);
      if (contains !== undefined || !listed) continue;
      // What a build releases as it is, and sources, are made from what their own lock files say.
      const isOwn = section === "builds" || section === "source";
      const found = isOwn ? [{ step: id, output: name }] : needs.flatMap((need) => programsMade(byId.get(need)));
      if (found.length > 0) programs[name] = found;
      for (const { step } of found) steps.add(step);
    }
  return { steps, programs };
}

/** Its own programs, or those in what it packs: an image may be made from packages. */
function programsMade(step: PlannedStep | undefined): readonly { readonly step: string; readonly output: string }[] {
  if (step === undefined) return [];
  return step.outputs.flatMap(({ name, type, contains }) => {
    if (contains !== undefined) return contains.map((each) => ({ step: each.step, output: each.output }));
    return step.section === "builds" && type === "binary" ? [{ step: step.id, output: name }] : [];
  });
}

/** Where the lock files of each build lie; those of a source archive at the project's root, whatever it is written in. */
export function locksOf(deciding: Deciding, steps: readonly PlannedStep[]): Readonly<Record<string, LockFiles>> {
  return Object.fromEntries(
    steps.flatMap((step): readonly (readonly [string, LockFiles])[] => {
      if (step.section === "source") return [[step.id, { folder: ".", names: [] }]];
      const names = deciding.kinds.builders.get(step.kind)?.locks ?? [];
      if (step.section !== "builds" || names.length === 0) return [];
      return [[step.id, { folder: folderOf(deciding, step), names }]];
    }),
  );
}

/** The `dir` of the entry it came from. */
function folderOf({ config, vocabulary }: Deciding, { place, outputs }: PlannedStep): string {
  const entry = config.builds.find((build) => build.place === place);
  const platform = outputs.find((output) => output.platform !== undefined)?.platform;
  const scope: Scope = platform === undefined ? vocabulary.base : vocabulary.forTarget(platform);
  return entry?.dir?.render({ ...scope, name: entry.name?.render(scope) ?? config.project.name }) ?? ".";
}

export function productOf({ config, facts, vocabulary }: Deciding): SbomProduct {
  const { project } = config;
  const { base } = vocabulary;
  return {
    name: project.name,
    version: facts.version.version,
    license: project.license ?? "",
    description: project.description?.render(base).trim() ?? "",
    homepage: (project.homepage ?? project.repository)?.render(base).trim() ?? "",
    supplier:
      (project.vendor ?? project.maintainer)
        ?.render(base)
        .replace(/\s*<[^>]*>/, "")
        .trim() ?? "",
  };
}
