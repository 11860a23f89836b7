/** What templates may use once artifacts are made: `artifacts`, `images`, `checksums`. */
import { type Artifact, hexOf } from "../model/artifact.ts";
import type { JsonObject } from "../model/json.ts";
import { artifactScope } from "./artifact-scope.ts";
import { imageScope } from "./image-scope.ts";

/** `artifacts` are those that are listed, by name; `checksums` are the lines of a checksums file over them. */
export function lateValues(inputs: readonly Artifact[]): JsonObject {
  const listed = inputs.filter((artifact) => artifact.listed).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    artifacts: listed.map(artifactScope),
    images: imageScope(inputs),
    checksums: listed.map(({ name, digest }) => `${hexOf(digest)}  ${name}`).join("\n"),
  };
}
