/** What several formats' differences have in common. */
import type { Accepted } from "./entry.ts";
import type { Difference } from "../differences.ts";

/** Nothing there, and then `text`. */
export function added(text?: string): (difference: Difference) => boolean {
  return ({ nfpm, slipway }) => nfpm === undefined && (text === undefined ? slipway !== undefined : slipway === text);
}

/** `nfpm` there, and then nothing. */
export function removed(nfpm: string | RegExp): (difference: Difference) => boolean {
  return (difference) =>
    difference.slipway === undefined &&
    (typeof nfpm === "string" ? difference.nfpm === nfpm : nfpm.test(difference.nfpm ?? ""));
}

export function both(nfpm: string, slipway: string): (difference: Difference) => boolean {
  return (difference) => difference.nfpm === nfpm && difference.slipway === slipway;
}

/** `nfpm` made what Slipway has by `change`. */
export function changed(change: (nfpm: string) => string): (difference: Difference) => boolean {
  return ({ nfpm, slipway }) => nfpm !== undefined && change(nfpm) === slipway;
}

/** Modes that depend on the disk. */
export const modes: Accepted = {
  formats: ["deb", "rpm", "apk", "archlinux", "ipk"],
  about: "modes of files without `mode`",
  nfpm: "as on the disk of who packages, without the umask's bits",
  slipway: "0755 for programs, 0644 for the rest: a clone has no others",
  field: /^(file|mtree) \S+\.key mode$/,
  holds: ({ nfpm, slipway }) =>
    ["rw-------", "600", String(0o100600)].includes(nfpm ?? "") &&
    ["rw-r--r--", "644", String(0o100644)].includes(slipway ?? ""),
};

/** Folders of trees. */
export const treeTimes: Accepted = {
  formats: ["apk", "archlinux"],
  about: "times of a tree's folders",
  nfpm: "the disk's, whatever SOURCE_DATE_EPOCH says",
  slipway: "the release's clock",
  field: /^(file|mtree) \S+ time$/,
  holds: ({ nfpm, slipway }) => nfpm !== undefined && ["2026-01-30 12:00:00", "1769774400.0"].includes(slipway ?? ""),
};

export const linkModes: Accepted = {
  formats: ["deb", "apk", "archlinux", "ipk"],
  about: "modes of links",
  nfpm: "0000, or those of what `src` is on the disk",
  slipway: "0777, as on every Linux",
  field: /^file \S+ mode$/,
  holds: ({ slipway }) => slipway === "rwxrwxrwx",
};

export const owners: Accepted = {
  formats: ["apk", "archlinux", "ipk"],
  about: "names of owners",
  nfpm: "only numbers for links, in Arch packages for every file",
  slipway: "names beside the numbers everywhere",
  field: /^file \S+ owner$/,
  holds: ({ nfpm, slipway }) => nfpm === "0/0" && /^[a-z]+\/[a-z]+$/.test(slipway ?? ""),
};

/** `libfoo>=1.2` of `libfoo >= 1.2`, in lists with one a line. */
export function closed(list: string): string {
  return list.replaceAll(/ *(<=|>=|[<>=]) */g, "$1");
}
