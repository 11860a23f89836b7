/** Accepted differences of Arch packages. */
import type { Accepted } from "./entry.ts";
import { added, both } from "./shared.ts";

const entries: readonly Omit<Accepted, "formats">[] = [
  {
    about: "`.BUILDINFO`",
    nfpm: "none",
    slipway: "as makepkg writes it, as far as it is true of a package without a PKGBUILD",
    field: /^buildinfo /,
    holds: added(),
  },
  {
    about: "`xdata`",
    nfpm: "none",
    slipway: "`pkgtype=pkg`, as makepkg writes since pacman 6.1",
    field: /^pkginfo xdata$/,
    holds: added("pkgtype=pkg"),
  },
  {
    about: "`packager`",
    nfpm: "`Unknown Packager`, unless `archlinux.packager` is set",
    slipway: "the maintainer",
    field: /^pkginfo packager$/,
    holds: ({ nfpm, slipway }) => nfpm === "Unknown Packager" && slipway !== undefined,
  },
  {
    about: "`pkgdesc`",
    nfpm: "all lines of the description in one",
    slipway: "its first line",
    field: /^pkginfo pkgdesc$/,
    holds: ({ nfpm = "", slipway = "?" }) => slipway !== "" && nfpm.startsWith(slipway),
  },
  {
    about: "pre-releases and metadata",
    nfpm: "dropped, but for pre-releases of packages with an epoch (nfpm#577): 1.0.0-rc.1 is installed as 1.0.0",
    slipway: "`1.0.0rc1+git.4-1`",
    field: /^pkginfo pkgver$/,
    holds: ({ nfpm, slipway }) =>
      new Map([
        ["2:1.2.3rc.1-3", "2:1.2.3rc1+git.4-3"],
        ["0.3.0-1", "0.3.0beta2-1"],
        ["0.0.0-1", "0.0.0dev-1"],
      ]).get(nfpm ?? "") === slipway,
  },
  {
    about: "recommends and suggests",
    nfpm: "dropped",
    slipway: "`optdepend`",
    field: /^pkginfo optdepend$/,
    holds: (difference, { recommends = [], suggests = [] }) =>
      added([...recommends, ...suggests].toSorted().join("\n"))(difference),
  },
  {
    about: "functions of `.INSTALL`",
    nfpm: "`{ }`: an `exit` ends pacman's shell, and what stands behind it does not run",
    slipway: "`( )`, a shell of its own, without the `#!` line",
    field: /^script (pre|post)_(install|upgrade|remove)$/,
    holds: ({ nfpm = "", slipway = "" }) => bodyOf(nfpm) === bodyOf(slipway),
  },
  {
    about: "owners other than root",
    nfpm: "dropped for files",
    slipway: "given by name after unpacking, by which the machine knows them",
    field: /^script post_(install|upgrade)$/,
    holds: ({ nfpm = "", slipway = "" }) =>
      slipway.startsWith("chown -h ") &&
      bodyOf(nfpm) === bodyOf(slipway.replaceAll(/^(chown -h|chmod \d+) .*\n/gm, "")),
  },
  {
    about: "owners in `.MTREE`",
    nfpm: "none",
    slipway: "`uid=0 gid=0`",
    field: /^mtree \S+ [ug]id$/,
    holds: added("0"),
  },
  {
    about: "modes of a tree's folders in `.MTREE`",
    nfpm: "with a bit of Go's own: `20000000755`",
    slipway: "`755`",
    field: /^mtree \S+ mode$/,
    holds: both("20000000755", "755"),
  },
];

/** A script without `#!` line and what Slipway makes of it. */
function bodyOf(text: string): string {
  return text.replace(/^(#!.*|:|set( -[a-z]+)+)\n/, "").trim();
}

export const archDifferences: readonly Accepted[] = entries.map((entry) => ({ ...entry, formats: ["archlinux"] }));
