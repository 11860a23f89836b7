/** Licenses as authors write them, made SPDX expressions where that is what they mean (SPDX 2.3, annex D). */

/** A license as documents say it. */
export type License =
  /** A valid expression over the SPDX license list. */
  | { readonly expression: string }
  /** Words that are none. */
  | { readonly words: string };

/** Debian's short names that differ from SPDX's in more than letter case (debian-policy, copyright-format 1.0). */
const debianNames: Readonly<Record<string, string>> = {
  expat: "MIT",
  "bsd-2-clauses": "BSD-2-Clause",
  "bsd-3-clauses": "BSD-3-Clause",
  artistic: "Artistic-1.0-Perl",
  perl: "Artistic-1.0-Perl OR GPL-1.0-or-later",
  zlib: "Zlib",
};

/** No expression is longer; parsing recurses. */
const longest = 1000;

/** Those that say anything. */
export function statedLicenses(licenses: readonly string[] = []): readonly string[] {
  return licenses.filter((words) => words.trim() !== "");
}

/** Turns words into licenses: the libraries that know them are loaded when it is made. */
export async function licenseReader(): Promise<(words: string) => License> {
  const [{ default: parse }, { default: ids }] = await Promise.all([
    import("spdx-expression-parse"),
    import("spdx-license-ids/index.json", { with: { type: "json" } }),
  ]);
  const known = new Map((ids as readonly string[]).map((id) => [id.toLowerCase(), id]));
  const isValid = (text: string): boolean => {
    try {
      parse(text);
      return true;
    } catch {
      return false;
    }
  };
  const read = (written: string): License => {
    const words = written.trim().replaceAll(/\s+/g, " ");
    if (words.length > longest) return { words: `${words.slice(0, longest)}...` };
    const lower = words.toLowerCase();
    const candidates = [gnuName(lower), words, known.get(lower), debianNames[lower], words.replaceAll("/", " OR ")];
    const expression = candidates.find((candidate) => candidate !== undefined && isValid(candidate));
    return expression === undefined ? { words } : { expression };
  };
  const seen = new Map<string, License>();
  return (words) => {
    const license = seen.get(words) ?? read(words);
    seen.set(words, license);
    return license;
  };
}

/** `gpl-2+` is GPL-2.0-or-later, `lgpl-2.1` is LGPL-2.1-only. */
function gnuName(lower: string): string | undefined {
  const [, family, version, minor = "0", later] = /^(a?gpl|lgpl|gfdl)-?v?(\d)(?:\.(\d))?(\+)?$/.exec(lower) ?? [];
  if (family === undefined || version === undefined) return undefined;
  return `${family.toUpperCase()}-${version}.${minor}-${later === undefined ? "only" : "or-later"}`;
}

/** All of several licenses. */
export function allOf(expressions: readonly string[]): string {
  if (expressions.length === 1) return expressions[0] ?? "";
  return expressions.map((each) => (/ /.test(each) ? `(${each})` : each)).join(" AND ");
}
