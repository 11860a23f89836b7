/** What templates may use once artifacts are made: `artifacts`, `images`, `checksums`. */
import { type Artifact, hexOf } from "../model/artifact.ts";
import type { JsonObject } from "../model/json.ts";
import { artifactScope } from "./artifact-scope.ts";
import { imageScope } from "./image-scope.ts";

/**
 * `artifacts` are those that are listed, by name; `checksums` are the lines of a checksums file over them. `downloads` is what names are
 * put behind to get their addresses, where that is known.
 */
export function lateValues(inputs: readonly Artifact[], downloads?: string): JsonObject {
  const address = (name: string): JsonObject =>
    downloads === undefined ? {} : { url: `${downloads}${encodeURIComponent(name)}` };
  const listed = inputs.filter((artifact) => artifact.listed).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    artifacts: listed.map((artifact) => ({ ...artifactScope(artifact), ...address(artifact.name) })),
    images: imageScope(inputs),
    checksums: listed.map(({ name, digest }) => `${hexOf(digest)}  ${name}`).join("\n"),
  };
}
