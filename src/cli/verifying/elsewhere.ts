/** Artifacts that are not served beside their Release because they are kept elsewhere. */
import { z } from "zod";

import type { ReleaseArtifact } from "../../format/release.ts";
import type { Problem } from "../../model/problem.ts";
import { NotPublished } from "../../store/remote-release.ts";

/** Images that no file is served of, and that have names in registries: who publishes there does not publish them here too. */
export function inRegistries(
  artifacts: readonly ReleaseArtifact[],
  absent: ReadonlyMap<string, Problem>,
): ReadonlyMap<string, string> {
  const kept = artifacts.flatMap((artifact): readonly (readonly [string, string])[] => {
    const [first] = artifact.type === "image" ? registryNames(artifact) : [];
    if (first === undefined || !(absent.get(artifact.name) instanceof NotPublished)) return [];
    const image = `${first.name.replace(/:[^:/]*$/, "")}@${first.digest}`;
    return [[artifact.name, `not here, and not looked at: it is in a registry; slipway verify ${image}`]];
  });
  return new Map(kept);
}

const named = z.looseObject({ names: z.array(z.looseObject({ name: z.string(), digest: z.string() })) });

/** Its names in registries; none where the Release does not say. */
export function registryNames({ attributes }: ReleaseArtifact): z.infer<typeof named>["names"] {
  const { success, data } = named.safeParse(attributes ?? {});
  return success ? data.names : [];
}
