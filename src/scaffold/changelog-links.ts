/** The link definitions at a changelog's end: what is unreleased is compared with the newest tag, each version with the one before it. */

/** Names of both sides of a comparison, and what stands around them. */
interface Comparison {
  readonly before: string;
  readonly left: string;
  readonly dots: string;
  readonly right: string;
  readonly after: string;
}

interface Cut {
  readonly version: string;
  readonly tag: string;
}

/**
 * The lines with the definition of Unreleased moved on to the tag, and one of the version beneath it, of which Unreleased's was so far.
 * Nothing changes where Unreleased has no definition, or one that compares nothing that is known.
 */
export function cutLinks(lines: readonly string[], cut: Cut, lineEnd: string): readonly string[] {
  const at = lines.findLastIndex((line) => /^ {0,3}\[unreleased\]:/i.test(line));
  const [, name = "", url = "", rest = ""] =
    /^( {0,3}\[unreleased\]:[ \t]*)<?([^\s>]+)>?(.*)$/is.exec(lines[at] ?? "") ?? [];
  const addresses = at < 0 ? undefined : addressesOf(url, cut);
  if (addresses === undefined) return lines;
  const own = name.replace(/\[unreleased\]/i, () => `[${nameLike(lines, cut)}]`);
  // A file may end without a line break, and then still does.
  const isOpen = !rest.endsWith("\n");
  const moved = `${name}${addresses.unreleased}${rest}${isOpen ? lineEnd : ""}`;
  const added = `${own}${addresses.version}${isOpen ? "" : lineEnd}`;
  return [...lines.slice(0, at), moved, added, ...lines.slice(at + 1)];
}

/** References are found by the heading's words: `[v1.2.0]` where headings have it. */
function nameLike(lines: readonly string[], { version }: Cut): string {
  return lines.some((line) => line.startsWith(`## [v${version}]`)) ? `v${version}` : version;
}

function addressesOf(url: string, { tag }: Cut): { readonly unreleased: string; readonly version: string } | undefined {
  const compared = comparisonIn(url);
  if (compared !== undefined) {
    const { left, right } = compared;
    // Bitbucket writes the newer side first.
    const isReversed = left === "HEAD" && right !== "HEAD";
    return isReversed
      ? { unreleased: written({ ...compared, right: tag }), version: written({ ...compared, left: tag }) }
      : { unreleased: written({ ...compared, left: tag }), version: written({ ...compared, right: tag }) };
  }
  // Before the first version there is nothing to compare with, only a list of commits.
  const [, base, dash = ""] =
    /^(https?:\/\/[^/]+(?:\/[^/]+){2,}?)(\/-)?\/(?:commits|tree|src)\/[^?#]+$/.exec(url) ?? [];
  if (base === undefined) return undefined;
  const release = dash === "" ? `${base}/releases/tag/${tag}` : `${base}/-/releases/${tag}`;
  return { unreleased: `${base}${dash}/compare/${tag}...HEAD`, version: release };
}

function comparisonIn(url: string): Comparison | undefined {
  const found = /^(.*\/(?:compare|log)\/)(.+?)(\.{2,3}|%0[dD])([^?#]+)(.*)$/.exec(url);
  if (found === null) return undefined;
  const [, before = "", left = "", dots = "", right = "", after = ""] = found;
  return { before, left, dots, right, after };
}

function written({ before, left, dots, right, after }: Comparison): string {
  return `${before}${left}${dots}${right}${after}`;
}
