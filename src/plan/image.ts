/** Decides the image of one platform: its base, its layers, and what its container runs with. */
import { posix } from "node:path";

import { valueFor } from "../model/byTarget.ts";
import type { DockerfileEntry, ImageEntry } from "../model/config/images.ts";
import type { PlannedImage, PlannedLayer } from "../model/image.ts";
import { plain } from "../model/json.ts";
import { executableSuffix, formatPlatform, samePlatform, type Platform } from "../model/platform.ts";
import type { PlannedFile } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import type { Scope } from "../model/template.ts";
import { containerConfig } from "./container.ts";
import type { Deciding, NamedStep } from "./deciding.ts";
import { planFiles } from "./files.ts";
import { pinnedBase } from "./image-base.ts";
import { checkLayer, isRoot, refuseEmpty } from "./image-contents.ts";
import { imageTexts } from "./image-labels.ts";
import { tagsOfPlatform } from "./image-tags.ts";
import { lookupAmong } from "./lookup.ts";
import { missingFile } from "./package-contents.ts";

export interface ImageRequest {
  readonly deciding: Deciding;
  readonly entry: ImageEntry;
  readonly platform: Platform;
  readonly id: string;
  /** The builds of its `from`. */
  readonly programs: readonly NamedStep[];
  /** Whose artifacts its contents may name. */
  readonly made: readonly NamedStep[];
}

export function decideImage(request: ImageRequest): PlannedImage {
  const { deciding, entry, platform, id } = request;
  const scope: Scope = { ...deciding.vocabulary.forTarget(platform), id };
  const layers = entry.dockerfile === undefined ? layersOf(request, scope) : [];
  const config = containerConfig(entry.container, imageTexts(entry.container.labels, scope), scope);
  const template = entry.base === undefined ? undefined : valueFor(entry.base, platform);
  if (entry.base !== undefined && template === undefined)
    throw new Problem("plan.target", `base: nothing is said for ${formatPlatform(platform)}`, {
      place: entry.place,
      hint: "Add `default:` to it.",
    });
  const image: PlannedImage = {
    platform: formatPlatform(platform),
    tags: tagsOfPlatform(entry, deciding.facts, scope),
    base: template === undefined ? null : pinnedBase(deciding.facts, template, scope, platform),
    layers,
    add: entry.add,
    config: { ...config, entrypoint: config.entrypoint ?? usualEntrypoint(entry, config.cmd, layers) },
    dockerfile: entry.dockerfile === undefined ? null : dockerfileOf(request, entry.dockerfile, scope),
  };
  refuseEmpty(entry, image);
  return image;
}

function layersOf(request: ImageRequest, scope: Scope): readonly PlannedLayer[] {
  const { entry, platform, made } = request;
  const usual = entry.compression ?? "gzip";
  if (entry.layers === undefined) return [{ compression: usual, files: programFiles(request).map(plain) }];
  return entry.layers.map(({ files, compression }) => {
    const planned = planFiles(files, scope, lookupAmong(made, platform)).map((file) =>
      isUnpacked(file, made) ? file : inFolder(file),
    );
    checkLayer(entry, request.deciding.facts, planned);
    return { compression: compression ?? usual, files: planned.map(plain) };
  });
}

/** Every program of its builds, in /usr/local/bin. */
function programFiles({ entry, programs, platform }: ImageRequest): readonly PlannedFile[] {
  const files = programs.flatMap(({ step }) =>
    step.outputs
      .filter(({ type, platform: of }) => type === "binary" && (of === undefined || samePlatform(of, platform)))
      .map(({ name }): PlannedFile => ({
        source: "artifact",
        from: step.id,
        output: name,
        to: posix.join(platform.os === "windows" ? "/" : "/usr/local/bin", name),
        mode: 0o755,
        place: entry.place,
      })),
  );
  if (files.length > 0 || entry.from?.length === 0) return files;
  throw new Problem("plan.empty", `no build makes a program for ${formatPlatform(platform)}`, {
    place: entry.from?.[0]?.place ?? entry.place,
    expected: "a build for that platform, or `contents`",
    hint: "Write `from: []` for an image without programs.",
  });
}

/** An image of one program runs it, where nothing else is said. */
function usualEntrypoint(
  entry: ImageEntry,
  cmd: readonly string[] | null,
  layers: readonly PlannedLayer[],
): readonly string[] | null {
  if (entry.layers !== undefined || cmd !== null) return null;
  const programs = layers.flatMap(({ files }) => files);
  const [only] = programs;
  return programs.length === 1 && typeof only?.["to"] === "string" ? [only["to"]] : null;
}

function dockerfileOf(
  { deciding, entry, platform, programs, made }: ImageRequest,
  written: DockerfileEntry,
  scope: Scope,
): PlannedImage["dockerfile"] {
  const text = (name: string): string => (typeof scope[name] === "string" ? scope[name] : "");
  const own = Object.entries(written.args).map(([name, value]) => [name, value.render(scope)] as const);
  const suffix = executableSuffix(platform);
  const ofBuilds = programs.flatMap(({ step }) =>
    step.outputs
      .filter(({ platform: of, listed }) => !listed && (of === undefined || samePlatform(of, platform)))
      .map(({ name }): PlannedFile => ({
        source: "artifact",
        from: step.id,
        output: name,
        to: posix.join(formatPlatform(platform), suffix === "" || name.endsWith(suffix) ? name : `${name}${suffix}`),
        place: entry.place,
      })),
  );
  const file = written.file.render(scope);
  if (deciding.facts.absent.includes(file)) throw missingFile(file, written.file.place ?? written.place);
  return {
    file,
    target: written.target?.render(scope) ?? "",
    args: { VERSION: text("version"), COMMIT: text("commit"), DATE: text("date"), ...Object.fromEntries(own) },
    context: [...ofBuilds, ...planFiles(written.context, scope, lookupAmong(made, platform)).map(inFolder)].map(plain),
    tool: written.tool,
  };
}

/** Whether it is a package that goes to the root, where it is no file but what it installs. */
function isUnpacked({ source, from, to }: PlannedFile, made: readonly NamedStep[]): boolean {
  return (
    source === "artifact" && isRoot(to) && made.some(({ section, step }) => section === "package" && step.id === from)
  );
}

/** What goes to a folder keeps its own name there. */
function inFolder(file: PlannedFile): PlannedFile {
  return file.source === "artifact" && file.to.endsWith("/") && file.output !== undefined
    ? { ...file, to: `${file.to}${file.output}` }
    : file;
}
