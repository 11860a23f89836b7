/** The packages of an operating system, from the files its package manager keeps: dpkg's status and apk's database. */
import type { SbomPackage } from "./model.ts";
import { writePurl } from "./purl.ts";

/** What /etc/os-release says (os-release(5)). */
export interface OsRelease {
  /** `debian`, `alpine`; empty where nothing says it. */
  readonly id: string;
  /** `12`, `3.22.1`. */
  readonly version: string;
  /** For people. */
  readonly name: string;
}

export function readOsRelease(text: string): OsRelease {
  const fields = new Map(
    text.split("\n").flatMap((line): readonly (readonly [string, string])[] => {
      const [, key, value] = /^([A-Z0-9_]+)=(.*)$/.exec(line.trim()) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value.replaceAll(/^(["'])(.*)\1$/g, "$2")]];
    }),
  );
  const id = fields.get("ID") ?? "";
  return { id, version: fields.get("VERSION_ID") ?? "", name: fields.get("NAME") ?? id };
}

/** A package with what its license is found by. */
export interface DebianPackage {
  readonly package: SbomPackage;
  /** Name of its folder in /usr/share/doc. */
  readonly folder: string;
}

/**
 * Packages that are installed, from dpkg's status or a file of status.d, as distroless images have them (dpkg(1), deb-control(5)).
 * Stanzas without name or version are passed over.
 */
export function readDpkgStatus(text: string, release: OsRelease): readonly DebianPackage[] {
  return stanzas(text).flatMap((fields) => {
    const [name, version] = [fields.get("Package"), fields.get("Version")];
    const status = fields.get("Status");
    if (!name || !version || (status !== undefined && !status.endsWith(" installed"))) return [];
    const purl = writePurl({
      type: "deb",
      namespace: release.id || "debian",
      name,
      version,
      qualifiers: { arch: fields.get("Architecture") ?? "", distro: distroOf(release) },
    });
    const about = { homepage: fields.get("Homepage"), supplier: authorOf(fields.get("Maintainer")) };
    return [{ folder: name, package: { name, version, purl, ...about } }];
  });
}

/** Packages of apk's database (apk-tools, apk-v2(5): the fields of .PKGINFO by one letter). */
export function readApkDatabase(text: string, release: OsRelease): readonly SbomPackage[] {
  return stanzas(text).flatMap((fields) => {
    const [name, version, license] = [fields.get("P"), fields.get("V"), fields.get("L")];
    if (!name || !version) return [];
    const qualifiers = { arch: fields.get("A") ?? "", distro: distroOf(release) };
    return [
      {
        name,
        version,
        purl: writePurl({ type: "apk", namespace: release.id || "alpine", name, version, qualifiers }),
        licenses: license ? [license] : undefined,
        homepage: fields.get("U"),
        supplier: authorOf(fields.get("m")),
      },
    ];
  });
}

/** Short names of the licenses in a machine-readable debian/copyright; none where it is prose (copyright-format 1.0). */
export function debianLicenses(copyright: string): readonly string[] {
  if (!/^Format(-Specification)?:/m.test(copyright.slice(0, 4096))) return [];
  const names = [...copyright.matchAll(/^License:[ \t]*(\S[^\n]*)$/gm)].map(([, name = ""]) => name.trim());
  return [...new Set(names)].toSorted();
}

function distroOf({ id, version }: OsRelease): string {
  return id === "" || version === "" ? id : `${id}-${version}`;
}

/** Without the address. */
function authorOf(text: string | undefined): string | undefined {
  return text?.split("<", 1)[0]?.trim() || undefined;
}

/** Characters of a field that is looked at. */
const longestLine = 4096;

/** Fields of each stanza, first lines only; a folded line belongs to the field above. */
function stanzas(text: string): readonly ReadonlyMap<string, string>[] {
  return text
    .replaceAll("\r\n", "\n")
    .split(/\n{2,}/)
    .map(
      (stanza) =>
        new Map(
          stanza.split("\n").flatMap((line): readonly (readonly [string, string])[] => {
            const at = line.indexOf(":");
            // Relations may be long; what is asked for here never is, and bases are made by anybody.
            if (at < 1 || /^\s/.test(line) || line.length > longestLine) return [];
            return [[line.slice(0, at), line.slice(at + 1).trim()]];
          }),
        ),
    );
}
