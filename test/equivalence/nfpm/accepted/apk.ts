/** Accepted differences of apk. */
import type { Accepted } from "./entry.ts";
import { added, both, changed, closed, removed, treeTimes } from "./shared.ts";

export const apkDifferences: readonly Accepted[] = [
  treeTimes,
  {
    formats: ["apk"],
    about: "`builddate`",
    nfpm: "none",
    slipway: "the release's clock",
    field: /^pkginfo builddate$/,
    holds: added("1769774400"),
  },
  {
    formats: ["apk"],
    about: "`arch` of packages for all",
    nfpm: "`all`, which apk refuses (nfpm#1034)",
    slipway: "`noarch`",
    field: /^pkginfo arch$/,
    holds: both("all", "noarch"),
  },
  {
    formats: ["apk"],
    about: "conflicts",
    nfpm: "dropped",
    slipway: "`depend = !other`",
    field: /^pkginfo depend$/,
    holds: ({ nfpm = "", slipway }, { conflicts = [] }) =>
      conflicts.length > 0 &&
      slipway === [...closed(nfpm).split("\n"), ...conflicts.map((name) => `!${closed(name)}`)].toSorted().join("\n"),
  },
  {
    formats: ["apk", "archlinux"],
    about: "versions in relations",
    nfpm: "as they are written: `foo >= 1`, in which no manager finds a version",
    slipway: "`foo>=1`",
    field: /^pkginfo (depend|provides|replaces|conflict)$/,
    holds: changed(closed),
  },
  {
    formats: ["apk"],
    about: "pre-releases and metadata",
    nfpm: "as they are: `1.2.3_rc.1-r3-git.4`, which is no version (`apk version --check`)",
    slipway: "`1.2.3_rc1-r3`; metadata that is no number is left out",
    field: /^pkginfo pkgver$/,
    holds: ({ nfpm, slipway }) =>
      new Map([
        ["1.2.3_rc.1-r3-git.4", "1.2.3_rc1-r3"],
        ["0.3.0_beta.2", "0.3.0_beta2"],
        ["0.0.0_dev", "0.0.0_alpha"],
      ]).get(nfpm ?? "") === slipway,
  },
  {
    formats: ["apk"],
    about: "descriptions of several lines",
    nfpm: "lines of their own, which are no fields",
    slipway: "the first line",
    field: /^pkginfo line /,
    holds: removed(/^ +/),
  },
];
