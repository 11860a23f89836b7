/** Replaces a release by another again and again, for tests that kill it: `node write-release.ts FOLDER`. */
import { writeReleaseFolder } from "../../../src/store/release-folder.ts";
import { artifact, sourceOf } from "../artifacts.ts";

const parts = (version: string): readonly string[] =>
  Array.from({ length: 4 }, (_, index) => `${version} ${index} `.repeat(60_000));

/** A release of a few megabytes: its artifacts and their bytes, by version. */
export function releaseOf(version: string): { artifacts: ReturnType<typeof artifact>[]; texts: readonly string[] } {
  const texts = [...parts(version), `statement of ${version}`];
  const names = ["a.tar.gz", "b.zip", "c.txt", "d.bin", "release.json"];
  return { texts, artifacts: texts.map((text, index) => artifact(names[index] ?? "", text)) };
}

/** Puts a version into the folder, in place of whatever release is there. */
export async function replaceBy(folder: string, version: string): Promise<"done" | "already"> {
  const { artifacts, texts } = releaseOf(version);
  return writeReleaseFolder({ folder, layout: "flat", artifacts, from: sourceOf(...texts), existing: "replace" });
}

if (import.meta.main) {
  const [folder = ""] = process.argv.slice(2);
  for (let round = 0; ; round += 1) {
    await replaceBy(folder, `version-${round % 2}`);
    if (round === 0) process.stdout.write("begun\n");
  }
}
