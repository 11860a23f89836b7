/** What a Plan will publish, as far as it is known before anything is made. */
import type { ArtifactType, ExpectedArtifact } from "../model/artifact.ts";
import type { Plan } from "../model/plan.ts";
import type { Text } from "../model/template.ts";

/** Everything that is listed, then the lists, and release.json last. What has its name only late is left out. */
export function expectedOf({ steps, release }: Plan): readonly ExpectedArtifact[] {
  const made = steps.flatMap(({ outputs }) => outputs.filter(({ listed }) => listed));
  const lists: readonly (readonly [Text, ArtifactType])[] = [
    ...release.checksums.map(({ name }) => [name, "checksums"] as const),
    ...release.signatures.map(({ name }) => [name, "signature"] as const),
    [release.signatureList, "signatures"],
    [release.provenance, "provenance"],
    [release.index, "index"],
    ["release.json", "release"],
  ];
  const known = lists.flatMap(([name, type]): readonly ExpectedArtifact[] =>
    typeof name === "string" && name !== "" ? [{ name, type, listed: true, attributes: {} }] : [],
  );
  return [...made, ...known];
}
