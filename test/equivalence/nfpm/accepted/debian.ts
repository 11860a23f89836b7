/** Accepted differences of deb and ipk. */
import type { Accepted } from "./entry.ts";
import { contentsFor } from "../config.ts";
import { added, changed, removed, linkModes, modes, owners } from "./shared.ts";

export const debianDifferences: readonly Accepted[] = [
  modes,
  linkModes,
  owners,
  {
    formats: ["deb"],
    about: "`Installed-Size`",
    nfpm: "the sum of all bytes, rounded down: 0 for small packages",
    slipway: "each file and folder rounded up to KiB, as dpkg-gencontrol counts",
    field: /^control Installed-Size$/,
    holds: ({ nfpm, slipway }) => Number(slipway) > Number(nfpm),
  },
  {
    formats: ["ipk"],
    about: "`Installed-Size`",
    nfpm: "none for small packages, since it counts KiB",
    slipway: "in bytes, which opkg compares with the free space",
    field: /^control Installed-Size$/,
    holds: ({ nfpm, slipway }) => nfpm === undefined && Number(slipway) > 0,
  },
  {
    formats: ["deb"],
    about: "`License`",
    nfpm: "a field",
    slipway: "none: Debian has no such field (nfpm#446); it belongs into `/usr/share/doc/NAME/copyright`",
    field: /^control License$/,
    holds: (difference, { license = "" }) => removed(license)(difference),
  },
  {
    formats: ["deb"],
    about: "empty `Section`",
    nfpm: "a field without a value, which Debian Policy forbids",
    slipway: "no field",
    field: /^control Section$/,
    holds: removed(""),
  },
  {
    formats: ["deb", "ipk"],
    about: "versions in relations",
    nfpm: "as they are written: `foo >= 1`, which dpkg refuses",
    slipway: "in parentheses: `foo (>= 1)`",
    field: /^control (Depends|Provides|Recommends|Suggests|Conflicts|Replaces|Pre-Depends)$/,
    holds: changed((list) => list.replaceAll(/([^\s(]+) ([<>=]+) ([^\s,|)]+)/g, "$1 ($2 $3)")),
  },
  {
    formats: ["deb"],
    about: "conffiles in `md5sums`",
    nfpm: "listed",
    slipway: "not: they are there to be changed, and dpkg keeps their digests itself (dh_md5sums)",
    field: /^md5sums /,
    holds: (difference, config) =>
      removed(/^[0-9a-f]{32}$/)(difference) &&
      contentsFor(config, "deb").some(
        ({ dst, type = "" }) => type.startsWith("config") && difference.field === `md5sums ${dst.slice(1)}`,
      ),
  },
  {
    formats: ["ipk"],
    about: "empty `conffiles`",
    nfpm: "an empty file",
    slipway: "no file",
    field: /^conffiles$/,
    holds: removed(""),
  },
  {
    formats: ["deb", "ipk"],
    about: "the root folder",
    nfpm: "not in the archive",
    slipway: "`./`, as dpkg-deb and ipkg-build begin",
    field: /^file \/ (type|mode|owner|time)$/,
    holds: added(),
  },
];
