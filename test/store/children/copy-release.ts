/** Copies a release of a few megabytes into a folder, for tests that kill it: `node copy-release.ts FOLDER`. */
import type { Artifact } from "../../../src/model/artifact.ts";
import { copy } from "../../../src/store/copy.ts";
import { openFolder } from "../../../src/store/folder.ts";
import { artifact, sourceOf } from "../artifacts.ts";

const parts = Array.from({ length: 8 }, (_, index) => `${index}-part `.repeat(150_000));
const partArtifacts = parts.map((text, index) => artifact(`part-${index}.tar.gz`, text));

export const texts: readonly string[] = [...parts, "statement"];
export const release: readonly Artifact[] = [
  ...partArtifacts,
  artifact("release.json", "statement", { refs: partArtifacts.map(({ digest }) => digest) }),
];

if (import.meta.main) {
  const [folder = ""] = process.argv.slice(2);
  process.stdout.write("begun\n");
  const store = openFolder(folder, { existing: "refuse" });
  await copy({ artifacts: release, from: sourceOf(...texts), to: store });
  await store.close();
}
