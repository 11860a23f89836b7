/** What a Release says of itself and of how it was made. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { type Provenance, readProvenance } from "../../format/provenance.ts";
import { readRelease, type ReleaseArtifact } from "../../format/release.ts";
import { onDisk } from "../../model/disk.ts";
import type { InFolder } from "./compare.ts";

export async function openRelease(folder: string): Promise<InFolder> {
  const path = join(folder, "release.json");
  return { folder, release: readRelease(await onDisk(path, () => readFile(path, "utf8")), "release.json") };
}

/** The provenance, or why there is none. */
export async function provenanceOf({ folder, release }: InFolder): Promise<Provenance | string> {
  const isProvenance = ({ type }: ReleaseArtifact): boolean => type === "provenance";
  const found = release.artifacts.find(isProvenance);
  if (found === undefined) return "the Release has no provenance, which would say what it was made from and with";
  const path = join(folder, found.name);
  return readProvenance(await onDisk(path, () => readFile(path, "utf8")), found.name);
}

/** Toolchains that are others here: bytes that differ then prove nothing. */
export function excusesOf(released: Provenance, rebuilt: Provenance | string): readonly string[] {
  if (typeof rebuilt === "string") return [rebuilt];
  return released.toolchains.flatMap(({ name, version }) => {
    const here = rebuilt.toolchains.filter((other) => other.name === name).map((other) => other.version);
    if (here.includes(version)) return [];
    return [`${name} ${version} made it, here is ${here.length === 0 ? "none" : here.join(" and ")}`];
  });
}
