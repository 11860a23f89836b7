/** The words that `only:` and `except:` of a publish entry know, and the artifacts each stands for. */
import type { ArtifactType, ExpectedArtifact } from "./artifact.ts";
import { matchesName } from "./name-glob.ts";
import { type Place, Problem } from "./problem.ts";

/** By the names of config sections, as people write them. */
const groups: ReadonlyMap<string, ArtifactType> = new Map([
  ["binaries", "binary"],
  ["libraries", "library"],
  ["archives", "archive"],
  ["source", "source"],
  ["packages", "package"],
  ["images", "image"],
  ["charts", "chart"],
  ["sboms", "sbom"],
  ["provenance", "provenance"],
  ["signatures", "signature"],
  ["files", "file"],
  ["notes", "notes"],
  ["checksums", "checksums"],
  ["index", "index"],
  ["release", "release"],
]);

/** All words, in the order of a release's life. */
export const groupNames: readonly string[] = [...groups.keys()];

export const selectableTypes: readonly ArtifactType[] = [...groups.values()];

/** The types that the words stand for; none for no words, which means everything. Throws `plan.invalid` at a word nobody knows. */
export function typesOf(words: readonly string[], place?: Place): readonly ArtifactType[] {
  return words.map((word) => {
    const type = groups.get(word);
    if (type !== undefined) return type;
    throw new Problem("plan.invalid", `only: nothing is called "${word}"`, {
      place,
      expected: `one of ${groupNames.join(", ")}`,
    });
  });
}

/** Whether a word is a glob over file names: `*.rb`, `install.sh`. */
export function isNameGlob(word: string): boolean {
  return /[*?.]/.test(word);
}

/** Which artifacts are meant: by their types and by globs over their names. */
export interface Selection {
  readonly types: readonly ArtifactType[];
  readonly names: readonly string[];
}

/** What the words mean. Throws `plan.invalid` at a word nobody knows. */
export function selectionOf(words: readonly string[], place?: Place): Selection {
  return {
    types: typesOf(
      words.filter((word) => !isNameGlob(word)),
      place,
    ),
    names: words.filter(isNameGlob),
  };
}

export function isSelected(
  { types, names }: Selection,
  { type, name }: Pick<ExpectedArtifact, "type" | "name">,
): boolean {
  return types.includes(type) || names.some((glob) => matchesName(glob, name));
}

export function isEmpty({ types, names }: Selection): boolean {
  return types.length === 0 && names.length === 0;
}
