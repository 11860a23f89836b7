/** Decides one package: its fields, contents, scripts and name, and the Step that makes it. */
import { posix } from "node:path";

import type { Contained } from "../model/artifact.ts";
import type { PackageEntry, PackageText } from "../model/config/packages.ts";
import type { JsonObject } from "../model/json.ts";
import { relationNames, type ScriptName } from "../model/package.ts";
import type { PackageDraft, PackageKind, PackageRequest } from "../model/package-kind.ts";
import type { Platform } from "../model/platform.ts";
import type { PlannedFile } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import { parseRelation } from "../model/relation.ts";
import type { KeyFacts } from "../model/signer.ts";
import type { Scope, Template } from "../model/template.ts";
import { attempt, renderEnv, selects, type Deciding, type NamedStep } from "./deciding.ts";
import { planFiles } from "./files.ts";
import { type ArtifactLookup, lookupAmong } from "./lookup.ts";
import { planContents } from "./package-contents.ts";
import { planScripts, scriptsFor } from "./package-scripts.ts";
import { signerFor } from "./package-signer.ts";
import { mergeText } from "./package-text.ts";
import { packageVersion } from "./package-version.ts";
import { decideService, noService } from "./systemd.ts";

/** A program that a build makes. */
export interface Program {
  readonly build: string;
  readonly step: string;
  readonly output: string;
  readonly type: string;
}

export interface PackageStepRequest {
  readonly deciding: Deciding;
  readonly entry: PackageEntry;
  readonly kind: PackageKind;
  /** Undefined: for every architecture. */
  readonly platform: Platform | undefined;
  readonly programs: readonly Program[];
  /** Whose artifacts `contents` may name. */
  readonly builds: readonly NamedStep[];
  /** Steps that run ahead of everything. */
  readonly before: readonly string[];
}

/** The Step of one package in one format. What is wrong with its parts is noted together; undefined where it cannot be named at all. */
export function decidePackage(request: PackageStepRequest): NamedStep | undefined {
  const { deciding, entry, kind, platform, before } = request;
  const part = <T>(decide: () => T): T | undefined => attempt(deciding, entry.place, decide);
  const own = entry.byFormat[kind.kind];
  const text = own === undefined ? entry.text : mergeText(entry.text, own.text);
  const scope = scopeOf(request);
  const name = String(scope["name"]);
  const installed = part(() => [...programFiles(request, text, scope), ...contentFiles(request, text, scope)]) ?? [];
  const service = part(() => decideService(entry.systemd, { kind, name, scope, installed })) ?? noService;
  const contents = part(() => planContents(deciding.facts, kind, [...installed, ...service.contents])) ?? [];
  const ownScripts = part(() => scriptsFor(kind, entry, text)) ?? {};
  const scripts = part(() => planScripts(deciding.facts, kind, ownScripts, service.scripts, scope)) ?? {};
  const signer = part(() => signerFor(deciding, entry, kind, text.sign));
  const asked = describe(request, text, scope, contents, new Set(Object.keys(scripts) as ScriptName[]), signer);
  const draft = part(() => kind.decide(asked));
  const fileName = draft === undefined ? undefined : part(() => fileNameOf(text, kind, scope, draft));
  if (draft === undefined || fileName === undefined) return undefined;
  const needs = contents.filter((file) => file.source === "artifact").map((file) => file.from);
  return {
    section: "package",
    name,
    step: {
      id: `package/${fileName}`,
      section: "packages",
      kind: kind.kind,
      title: fileName,
      needs: needs.length === 0 ? before : [...new Set(needs)],
      options: {
        contents: contents.map((file) => JSON.parse(JSON.stringify(file)) as JsonObject),
        scripts: { ...scripts },
        changelog: asked.changelog.map((item) => ({ ...item })),
        signer: signer?.name ?? "",
        fingerprint: signer?.fingerprint ?? "",
        package: draft.options,
      },
      env: renderEnv(entry.env, scope),
      outputs: [
        {
          name: fileName,
          type: "package",
          platform,
          listed: true,
          contains: contents.flatMap((file) => programInside(kind, file)),
          attributes: { format: kind.kind, package: name, version: draft.version, architecture: draft.arch },
        },
        ...(draft.besides ?? []).map(
          (beside) =>
            ({
              name: `${fileName}${beside}`,
              type: "signature",
              platform,
              listed: true,
              attributes: { of: fileName },
            }) as const,
        ),
      ],
      place: entry.place,
    },
  };
}

function programInside(kind: PackageKind, { source, from, output = "", to }: PlannedFile): readonly Contained[] {
  const installed = posix.normalize(to).replace(/^\/+/, "");
  const path = kind.locate === undefined ? installed : kind.locate(installed);
  return source === "artifact" && path !== undefined ? [{ path, step: from, output }] : [];
}

function scopeOf({ deciding, entry, kind, platform }: PackageStepRequest): Scope {
  const base = platform === undefined ? deciding.vocabulary.base : deciding.vocabulary.forTarget(platform);
  const name = entry.name?.render({ ...base, format: kind.kind }).trim() ?? deciding.config.project.name;
  return { ...base, name, format: kind.kind };
}

/** The description as the kind is asked to put it. */
function describe(
  { deciding, entry, kind, platform }: PackageStepRequest,
  text: PackageText,
  scope: Scope,
  contents: readonly PlannedFile[],
  scripts: ReadonlySet<ScriptName>,
  signer: (KeyFacts & { readonly fingerprint: string }) | undefined,
): PackageRequest {
  const { facts } = deciding;
  const of = (template: Template | undefined, fallback: unknown = ""): string =>
    (template?.render(scope) ?? String(fallback)).trim();
  const project = scope["project"] as Readonly<Record<string, unknown>>;
  const maintainer = of(text.maintainer, project["maintainer"]);
  const [summary = "", ...rest] = of(text.description, project["description"]).split("\n");
  const relations = relationNames.map(
    (name) =>
      [
        name,
        (text.relations[name] ?? []).flatMap(
          (each) => attempt(deciding, each.place, () => relationOf(each, scope)) ?? [],
        ),
      ] as const,
  );
  return {
    options: entry.byFormat[kind.kind]?.options ?? {},
    scope,
    platform,
    arch: text.arch === undefined ? undefined : of(text.arch),
    name: String(scope["name"]),
    version: packageVersion(facts, text.version, scope),
    time: facts.epoch,
    maintainer,
    vendor: of(text.vendor, project["vendor"]),
    homepage: of(text.homepage, project["homepage"]),
    license: of(text.license, project["license"]),
    summary: summary.trim(),
    description: rest.join("\n").trim(),
    section: of(text.section),
    priority: of(text.priority),
    relations: Object.fromEntries(relations) as unknown as PackageRequest["relations"],
    contents,
    scripts,
    changelog: (facts.changelogs[entry.changelog?.from ?? ""] ?? []).map((version) => ({
      ...version,
      author: version.author === "" ? maintainer : version.author,
    })),
    signed: signer !== undefined,
    place: entry.place,
  };
}

/** An element that renders empty is left out. */
function relationOf(template: Template, scope: Scope) {
  const text = template.render(scope).trim();
  return text === "" ? [] : [parseRelation(text, template.place)];
}

/** Programs that `contents` does not name itself. */
function programFiles(
  { programs, entry }: PackageStepRequest,
  text: PackageText,
  scope: Scope,
): readonly PlannedFile[] {
  const named = text.contents.flatMap((file) => (file.source === "artifact" ? [file.from] : []));
  const { to, mode, owner, group } = entry.binaries;
  const folder = to?.render(scope) ?? "/usr/bin/";
  return programs
    .filter(({ build, type }) => type === "binary" && !named.some((selector) => selects(selector, build)))
    .map(({ step, output }): PlannedFile => ({
      source: "artifact",
      from: step,
      output,
      to: folder.endsWith("/") ? `${folder}${output}` : folder,
      mode: mode ?? 0o755,
      ...(owner === undefined ? {} : { owner }),
      ...(group === undefined ? {} : { group }),
      place: to?.place ?? entry.place,
    }));
}

function contentFiles(request: PackageStepRequest, text: PackageText, scope: Scope): readonly PlannedFile[] {
  const { builds, platform } = request;
  const ofAll = builds.filter(({ step }) => step.outputs.every((output) => output.platform === undefined));
  // What is for every architecture holds nothing of one, unless it says which.
  const lookup: ArtifactLookup = (selector, targets) =>
    lookupAmong(platform === undefined && targets === undefined ? ofAll : builds, platform)(selector, targets);
  return planFiles(text.contents, scope, lookup).map((file) =>
    file.source === "artifact" && file.to.endsWith("/") ? { ...file, to: `${file.to}${file.output ?? ""}` } : file,
  );
}

function fileNameOf(text: PackageText, kind: PackageKind, scope: Scope, draft: PackageDraft): string {
  const names = { conventionalName: draft.fileName, packageVersion: draft.version, packageArch: draft.arch };
  const name = (text.file?.render({ ...scope, ...names }) ?? draft.fileName).trim();
  if (name === "" || posix.basename(name) !== name || name === "." || name === "..")
    throw new Problem("plan.invalid", `"${name}" cannot be the name of a package's file`, {
      place: text.file?.place ?? text.place,
      expected: "a file name",
    });
  const extension = draft.extension ?? kind.extension;
  return name.endsWith(extension) ? name : `${name}${extension}`;
}
