/** A changelog in Debian's form (deb-changelog(5)), compressed as Debian Policy 12.7 wants it. */
import { gzip } from "../../../format/gzip.ts";
import type { Compressor } from "../../../format/segment.ts";
import type { ChangelogEntry, PackageVersion } from "../../../model/package.ts";

/** Newest first. `versionOf` gives an entry's version as dpkg orders it; an author without an address is the maintainer. */
export function debianChangelog(
  name: string,
  entries: readonly ChangelogEntry[],
  maintainer: string,
  versionOf: (version: string) => string,
): string {
  return entries
    .map(({ version, time, author, changes }) => {
      const who = /<[^<>]+>$/.test(author) ? author : maintainer;
      const lines = changes.map((change) => `  * ${change.trim().replaceAll(/\s*\n\s*/g, "\n    ")}\n`);
      return `${name} (${versionOf(version)}) unstable; urgency=medium\n\n${lines.join("")}\n -- ${who}  ${rfc5322(time)}\n`;
    })
    .join("\n");
}

/** `Tue, 14 Nov 2023 22:13:20 +0000` */
function rfc5322(time: number): string {
  return new Date(time * 1000).toUTCString().replace(/GMT$/, "+0000");
}

/** A version's text with nothing known besides: what a changelog's older entries are. */
export function versionOfText(text: string, now: Pick<PackageVersion, "epoch" | "release">): PackageVersion {
  const [, base = text, prerelease = "", metadata = ""] = /^([^-+]+)(?:-([^+]*))?(?:\+(.*))?$/s.exec(text) ?? [];
  return { text, base, prerelease, metadata, ...now, isMade: true };
}

/** One gzip member without name and time, whose header says that it was compressed as well as the writer can. */
export async function gzippedText(text: string, compressor: Compressor): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const bytes of gzip([Buffer.from(text)], compressor)) parts.push(Buffer.from(bytes));
  const whole = Buffer.concat(parts);
  whole[8] = 2; // XFL: the slowest algorithm (RFC 1952, 2.3.1), and the writer has no slower one
  return whole;
}
