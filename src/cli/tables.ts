/** Wires the kinds: which tables exist, and which maker carries out which Step. */
import { archiveMaker } from "../make/archives/maker.ts";
import { archives } from "../make/archives/table.ts";
import { builders } from "../make/builders/table.ts";
import { extraFilesMaker } from "../make/extra-files.ts";
import { chartMaker } from "../make/charts/maker.ts";
import { hookMaker } from "../make/hook-maker.ts";
import { imageMakers } from "../make/images/table.ts";
import type { Maker } from "../make/maker.ts";
import { packageMaker } from "../make/packages/maker.ts";
import { packages } from "../make/packages/table.ts";
import { notesMakers } from "../make/notes/table.ts";
import { sboms } from "../make/sboms/table.ts";
import { sourceMaker } from "../make/source.ts";
import type { Plan, PlannedStep } from "../model/plan.ts";
import { announcements } from "../publish/announce/table.ts";
import { signatures } from "../sign/signatures/table.ts";
import { keys } from "../sign/table.ts";
import { stores } from "../store/table.ts";

export const kinds = { builders, archives, packages, keys, signatures, sboms, stores, announcements };

const source = sourceMaker(archives);
const packers = new Map([...archives.values()].map((format) => [format.kind, archiveMaker(format)]));
const packagers = new Map([...packages.values()].map((format) => [format.kind, packageMaker(format)]));

/** One line per section. */
const makers: Readonly<Record<PlannedStep["section"], (kind: string) => Maker | undefined>> = {
  before: () => hookMaker,
  builds: (kind) => builders.get(kind),
  source: () => source,
  archives: (kind) => packers.get(kind),
  packages: (kind) => packagers.get(kind),
  images: (kind) => imageMakers.get(kind),
  charts: () => chartMaker,
  sboms: (kind) => sboms.get(kind)?.maker,
  files: () => extraFilesMaker,
  notes: (kind) => notesMakers.get(kind),
};

/** The maker for a Step. A Plan made by this very program names only makers that exist. */
export function makerOf(step: PlannedStep): Maker {
  const maker = makers[step.section](step.kind);
  if (maker === undefined) throw new Error(`no maker for ${step.section} of kind ${step.kind}`);
  return maker;
}

/** Kinds that a Plan names and no table has, such as one whose file was edited: `builds: fortran`. */
export function unknownKinds({ steps, publish, announce }: Plan): readonly string[] {
  return [
    ...steps.flatMap(({ section, kind }) => (makers[section](kind) === undefined ? [`${section}: ${kind}`] : [])),
    ...publish.flatMap(({ kind }) => (stores.has(kind) ? [] : [`stores: ${kind}`])),
    ...announce.flatMap(({ kind }) => (announcements.has(kind) ? [] : [`announce: ${kind}`])),
  ];
}
