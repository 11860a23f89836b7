/** Decides one package: its fields, contents, scripts and name, and the Step that makes it. */
import { posix } from "node:path";

import type { Contained } from "../model/artifact.ts";
import type { PackageText } from "../model/config/packages.ts";
import { plain } from "../model/json.ts";
import type { PackageDraft, PackageKind } from "../model/package-kind.ts";
import type { ScriptName } from "../model/package.ts";
import type { PlannedFile } from "../model/plan.ts";
import type { Platform } from "../model/platform.ts";
import { Problem } from "../model/problem.ts";
import type { Scope } from "../model/template.ts";
import { attempt, type NamedStep, renderEnv } from "./deciding.ts";
import { planContents } from "./package-contents.ts";
import { installedFiles, type Installing } from "./package-files.ts";
import { type Described, describePackage } from "./package-request.ts";
import { planScripts, scriptsFor } from "./package-scripts.ts";
import { signerFor } from "./package-signer.ts";
import { mergeText } from "./package-text.ts";
import { decideService, noService } from "./systemd.ts";

export interface PackageStepRequest extends Installing, Described {
  /** Undefined: for every architecture. */
  readonly platform: Platform | undefined;
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
  const installed = part(() => installedFiles(request, text, scope)) ?? [];
  const service = part(() => decideService(entry.systemd, { kind, name, scope, installed })) ?? noService;
  const contents = part(() => planContents(deciding.facts, kind, [...installed, ...service.contents])) ?? [];
  const ownScripts = part(() => scriptsFor(kind, entry, text)) ?? {};
  const scripts = part(() => planScripts(deciding.facts, kind, ownScripts, service.scripts, scope)) ?? {};
  const signer = part(() => signerFor(deciding, entry, kind, text.sign));
  const asked = describePackage(request, {
    text,
    scope,
    contents,
    scripts: new Set(Object.keys(scripts) as ScriptName[]),
    signed: signer !== undefined,
  });
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
        contents: contents.map(plain),
        scripts: { ...scripts },
        changelog: asked.changelog.map(plain),
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
