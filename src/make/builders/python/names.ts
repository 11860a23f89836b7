/** File names of distributions: PEP 427 for wheels, PEP 625 for source distributions. */

/** `My.Sc-pkg` is `my_sc_pkg` in file names. */
function normalizeName(name: string): string {
  return name.replace(/[-_.]+/g, "_").toLowerCase();
}

/** `tag`: Python, ABI and platform, such as `py3-none-any`. */
export function wheelName(name: string, version: string, tag: string): string {
  return `${normalizeName(name)}-${version}-${tag}.whl`;
}

export function sdistName(name: string, version: string): string {
  return `${normalizeName(name)}-${version}.tar.gz`;
}

export function zipappName(name: string, version: string): string {
  return `${name}-${version}.pyz`;
}

/** A file name as a backend of any age may have written it, in the form of today: what differs afterwards differs in meaning. */
export function normalizeFileName(file: string): string {
  const match = /^(.+?)-(\d.*)$/.exec(file);
  return match === null ? file : `${normalizeName(match[1] ?? "")}-${match[2] ?? ""}`;
}
