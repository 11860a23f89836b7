/** Decides `images`: for each entry one Step that makes the image of all its platforms. */
import type { ImageEntry } from "../model/config/images.ts";
import type { ImageStepOptions, PlannedImage } from "../model/image.ts";
import type { JsonObject } from "../model/json.ts";
import type { Platform } from "../model/platform.ts";
import { Problem } from "../model/problem.ts";
import { formatReference, parseReference } from "../model/reference.ts";
import type { Scope, Template } from "../model/template.ts";
import { chooseBuilds, nothingChosen } from "./choose-builds.ts";
import { attempt, wanted, type Deciding, type NamedStep } from "./deciding.ts";
import { decideImage } from "./image.ts";
import { imageTexts } from "./image-labels.ts";
import { namesOf, refuseTwinTags, sharedNames } from "./image-names.ts";
import { imagePlatforms } from "./image-platforms.ts";
import { tagsOfAll } from "./image-tags.ts";

export function decideImages(
  deciding: Deciding,
  made: { readonly builds: readonly NamedStep[]; readonly packages: readonly NamedStep[] },
  before: readonly string[],
): readonly NamedStep[] {
  if (deciding.skip.has("images")) return [];
  const steps = deciding.config.images.flatMap(
    (entry) => attempt(deciding, entry.place, () => decideEntry(deciding, entry, made, before)) ?? [],
  );
  for (const [index, step] of steps.entries()) {
    if (steps.findIndex(({ name }) => name === step.name) === index) continue;
    deciding.problems.push(
      new Problem("plan.collision", `two images are called ${step.name}`, {
        place: step.step.place,
        hint: "Give one of them an `id` of its own.",
      }),
    );
  }
  deciding.problems.push(...sharedNames(steps));
  return steps;
}

function decideEntry(
  deciding: Deciding,
  entry: ImageEntry,
  { builds, packages }: { readonly builds: readonly NamedStep[]; readonly packages: readonly NamedStep[] },
  before: readonly string[],
): readonly NamedStep[] {
  if (!wanted(deciding, entry)) return [];
  refuseContradictions(entry);
  const { base } = deciding.vocabulary;
  const repositories = entry.repositories.flatMap((template) => repositoryOf(template, base));
  const [first] = repositories;
  if (first === undefined)
    throw new Problem("plan.invalid", "an image needs a name", { place: entry.repositories[0]?.place ?? entry.place });
  const id = entry.id ?? first.slice(first.lastIndexOf("/") + 1);
  const chosen = chooseBuilds(entry.from, builds);
  if (chosen.length === 0 && (entry.from?.length ?? 0) > 0) return nothingChosen(deciding, entry, builds);
  const platforms = imagePlatforms(deciding, entry, chosen);
  if (platforms.length === 0) {
    deciding.skipped.push({ what: entry.path, why: "none of its platforms is made in this run" });
    return [];
  }
  const scope: Scope = { ...base, id };
  const images = platforms.flatMap(
    (platform) =>
      attempt(deciding, entry.place, () =>
        decideImage({ deciding, entry, platform, id, programs: chosen, made: [...builds, ...packages] }),
      ) ?? [],
  );
  const options: ImageStepOptions = {
    repositories: [...new Set(repositories)],
    tags: tagsOfAll(entry, deciding.facts, scope),
    index: hasIndex(entry, platforms),
    annotations: imageTexts(entry.annotations, scope),
    platforms: images,
  };
  refuseTwinTags(options, entry.place);
  return [{ section: "image", name: id, step: stepOf(entry, id, options, platforms, scope, before) }];
}

/** Several platforms need one, one platform has one where that is asked for. */
function hasIndex({ index, place }: ImageEntry, platforms: readonly Platform[]): boolean {
  if (index === false && platforms.length > 1)
    throw new Problem("plan.invalid", `index: ${platforms.length} platforms need an index`, {
      place,
      expected: "no `index: false`, or one platform",
    });
  return index ?? platforms.length > 1;
}

function stepOf(
  entry: ImageEntry,
  id: string,
  options: ImageStepOptions,
  platforms: readonly Platform[],
  scope: Scope,
  before: readonly string[],
): NamedStep["step"] {
  const needs = options.platforms.flatMap(stepsIn);
  return {
    id: `image/${id}`,
    section: "images",
    kind: entry.dockerfile === undefined ? "oci" : "dockerfile",
    title: `image ${id}`,
    needs: needs.length === 0 ? before : [...new Set(needs)],
    options,
    env: {},
    outputs: [
      {
        name: fileNameOf(entry, id, scope),
        type: "image",
        platform: platforms.length === 1 ? platforms[0] : undefined,
        listed: true,
        attributes: { format: "oci", image: id, repositories: options.repositories, names: namesOf(options) },
      },
    ],
    place: entry.place,
  };
}

function stepsIn({ layers, dockerfile }: PlannedImage): readonly string[] {
  const files: readonly JsonObject[] = [...layers.flatMap((layer) => layer.files), ...(dockerfile?.context ?? [])];
  return files.flatMap(({ source, from }) => (source === "artifact" && typeof from === "string" ? [from] : []));
}

function fileNameOf({ file }: ImageEntry, id: string, scope: Scope): string {
  const name = file?.render(scope).trim() || `${id}_${String(scope["version"])}_image.tar`;
  return name.endsWith(".tar") ? name : `${name}.tar`;
}

/** Without tag or digest, which are said elsewhere; a name that renders empty is left out. */
function repositoryOf(template: Template, scope: Scope): readonly string[] {
  const text = template.render(scope).trim();
  if (text === "") return [];
  const reference = attemptAt(template, () => parseReference(text));
  if (reference.tag !== undefined || reference.digest !== undefined)
    throw new Problem("plan.invalid", `name: "${text}" has a tag`, {
      place: template.place,
      expected: "a repository, such as ghcr.io/acme/tool; `tags` says the rest",
    });
  return [formatReference(reference)];
}

/** A reference's Problem, at the template it came from. */
function attemptAt<T>({ place }: Template, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    throw new Problem(thrown.code, thrown.message, { place, expected: thrown.expected, hint: thrown.hint });
  }
}

function refuseContradictions(entry: ImageEntry): void {
  const { place, base, dockerfile, layers, add } = entry;
  if (dockerfile === undefined && base === undefined)
    throw new Problem("plan.invalid", "an image needs a `base`", {
      place,
      expected: "an image such as gcr.io/distroless/static-debian12:nonroot, or scratch",
    });
  if (dockerfile !== undefined && (base !== undefined || layers !== undefined || add.length > 0))
    throw new Problem("plan.invalid", "`dockerfile` says itself what the image is made of", {
      place: dockerfile.place,
      expected: "no base, contents, layers or add beside it",
    });
}
