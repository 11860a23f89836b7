/** One package of a small project, decided and made for real: the kind's own `decide`, the shared maker, run.ts. */
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { compileTemplate } from "../../src/input/template/late.ts";
import type { PackageFormat } from "../../src/make/packages/format.ts";
import { packageMaker } from "../../src/make/packages/maker.ts";
import type { JsonObject } from "../../src/model/json.ts";
import {
  type PackageVersion,
  relationNames,
  type RelationName,
  type ScriptFrame,
  type ScriptName,
} from "../../src/model/package.ts";
import type { PackageDraft, PackageKind, PackageRequest } from "../../src/model/package-kind.ts";
import type { PlannedFile, PlannedStep } from "../../src/model/plan.ts";
import { parsePlatform } from "../../src/model/platform.ts";
import { isMap, PendingTemplate } from "../../src/model/schema.ts";
import { throwIfAny } from "../../src/model/problem.ts";
import { parseRelation, type Relation } from "../../src/model/relation.ts";
import type { Signer } from "../../src/model/signer.ts";
import { epoch, runSteps } from "./running.ts";

const place = { file: "slipway.yaml", line: 3, column: 5 };

/** A package as a test describes it; everything has a default. */
export interface Described {
  readonly name?: string;
  /** `linux/amd64`; `all`: for every architecture. */
  readonly target?: string;
  readonly version?: Partial<PackageVersion>;
  readonly texts?: Partial<
    Pick<
      PackageRequest,
      "maintainer" | "vendor" | "homepage" | "license" | "summary" | "description" | "section" | "priority"
    >
  >;
  readonly relations?: Readonly<Partial<Record<RelationName, readonly string[]>>>;
  /** The format's own options, as they stand in a config. */
  readonly options?: JsonObject;
  readonly contents?: readonly PlannedFile[];
  /** What the user wrote, by script. */
  readonly scripts?: Readonly<Partial<Record<ScriptName, string>>>;
  /** What a format adds around them. */
  readonly frames?: Readonly<Partial<Record<ScriptName, ScriptFrame>>>;
  readonly changelog?: PackageRequest["changelog"];
  readonly signer?: Signer;
}

/** A version with every part that is not given left empty. */
export function versionOf(text: string, more: Partial<PackageVersion> = {}): PackageVersion {
  const [, base = text, prerelease = "", metadata = ""] = /^([^-+]+)(?:-([^+]+))?(?:\+(.+))?$/.exec(text) ?? [];
  return { text, base, prerelease, metadata, epoch: undefined, release: undefined, isMade: false, ...more };
}

/** What the kind decides. */
export function decidePackage(kind: PackageKind, described: Described = {}): PackageDraft {
  const { target = "linux/amd64", relations = {}, texts = {}, version } = described;
  const parsed = (name: RelationName): readonly Relation[] =>
    (relations[name] ?? []).map((text) => parseRelation(text, place));
  return kind.decide({
    options: compiled(kind.schema.parse(described.options ?? {})),
    scope: {},
    platform: target === "all" ? undefined : parsePlatform(target),
    name: described.name ?? "tool",
    version: { ...versionOf(version?.text ?? "1.0.0"), ...version },
    time: epoch,
    maintainer: "Tool Team <team@example.com>",
    vendor: "",
    homepage: "https://example.com",
    license: "MIT",
    summary: "a tool",
    description: "",
    section: "",
    priority: "",
    ...texts,
    relations: Object.fromEntries(relationNames.map((name) => [name, parsed(name)])) as PackageRequest["relations"],
    contents: described.contents ?? [],
    scripts: new Set([...Object.keys(described.scripts ?? {}), ...Object.keys(described.frames ?? {})] as ScriptName[]),
    changelog: described.changelog ?? [],
    arch: undefined,
    signed: described.signer !== undefined,
    place,
  });
}

/** Options as `input/` hands them over: every template compiled. */
function compiled(value: unknown): unknown {
  if (value instanceof PendingTemplate) return compileTemplate(value.source, place);
  if (Array.isArray(value)) return value.map(compiled);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, compiled(inner)]));
}

/** Makes the package in `folder`, which is the project; gives its path, under its own file name; a signature stands beside it. */
export async function makePackage(folder: string, format: PackageFormat, described: Described = {}): Promise<string> {
  const draft = decidePackage(format, described);
  const result = await runSteps(folder, [stepOf(format, draft, described)], () => packageMaker(format), {
    openSigner: (name) =>
      described.signer === undefined ? Promise.reject(new Error(`no key ${name}`)) : Promise.resolve(described.signer),
  });
  throwIfAny(result.problems);
  const path = join(folder, "out", draft.fileName);
  await mkdir(dirname(path), { recursive: true });
  for (const beside of ["", ...(draft.besides ?? [])])
    await copyFile(result.pathOf("package", `${draft.fileName}${beside}`), `${path}${beside}`);
  return path;
}

function stepOf(format: PackageFormat, draft: PackageDraft, described: Described): PlannedStep {
  const { scripts = {}, frames = {}, signer } = described;
  const names = [...new Set([...Object.keys(scripts), ...Object.keys(frames)])] as ScriptName[];
  const planned = names.map((name) => {
    const own = scripts[name];
    return [
      name,
      {
        before: frames[name]?.before ?? "",
        after: frames[name]?.after ?? "",
        own: own === undefined ? null : { source: "text", from: own, to: "" },
      },
    ] as const;
  });
  return {
    id: "package",
    section: "packages",
    kind: format.kind,
    title: draft.fileName,
    needs: [],
    options: {
      contents: (described.contents ?? []) as unknown as readonly JsonObject[],
      scripts: Object.fromEntries(planned),
      changelog: (described.changelog ?? []) as unknown as readonly JsonObject[],
      signer: signer?.name ?? "",
      fingerprint: signer?.fingerprint ?? "",
      package: draft.options,
    },
    env: {},
    outputs: [
      { name: draft.fileName, type: "package", listed: true, attributes: { format: format.kind } },
      ...(draft.besides ?? []).map((beside) => ({
        name: `${draft.fileName}${beside}`,
        type: "signature" as const,
        listed: true,
        attributes: {},
      })),
    ],
  };
}

/** Writes files of the project. */
export async function projectFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  const folders = new Set(Object.keys(files).map((path) => dirname(join(folder, path))));
  for (const one of folders) await mkdir(one, { recursive: true });
  await Promise.all(Object.entries(files).map(([path, text]) => writeFile(join(folder, path), text)));
}

/** A file of the project that is installed. */
export function installed(from: string, to: string, more: Partial<PlannedFile> = {}): PlannedFile {
  return { source: "glob", from, to, ...more };
}
