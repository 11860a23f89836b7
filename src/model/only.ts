/** The words that `only:` of a publish entry knows, and the artifacts each stands for. */
import type { ArtifactType } from "./artifact.ts";
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
