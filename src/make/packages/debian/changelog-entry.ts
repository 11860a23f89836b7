/** The changelog among what a package installs, where Debian keeps it (Debian Policy 12.7). */
import type { MakeContext } from "../../maker.ts";
import type { PackageEntry, ReadyPackage } from "../format.ts";
import { debianChangelog, gzippedText, versionOfText } from "./changelog.ts";
import type { DebPlan } from "./decide.ts";
import { debianVersion } from "./version.ts";

/**
 * The file; none without a changelog, or where the user installs one there. `changelog.Debian.gz` belongs to versions with a
 * revision, `changelog.gz` to those without. `docs`: `usr/share/doc`.
 */
export async function changelogEntry(
  { changelog, entries, time }: ReadyPackage,
  { name, version, maintainer, epoch, release }: DebPlan,
  docs: string,
  context: MakeContext,
): Promise<readonly PackageEntry[]> {
  const path = `${docs}/${name}/${version.includes("-") ? "changelog.Debian.gz" : "changelog.gz"}`;
  if (changelog.length === 0 || entries.some((entry) => entry.path === path)) return [];
  const now = { epoch: epoch ?? undefined, release: release ?? undefined };
  const text = debianChangelog(name, changelog, maintainer, (older) =>
    debianVersion(versionOfText(older, now), { file: "", line: 0, column: 0 }),
  );
  const content = context.contentOfBytes(await gzippedText(text, context.compressor));
  const attributes = { path, mode: 0o644, mtime: time, owner: "root", group: "root" };
  return [{ ...attributes, type: "file", content, flags: new Set() }];
}
