/** Lists that come in pages: the `Link` header that names the next one (RFC 8288, distribution-spec, "Listing Tags"). */
import type { WholeAnswer } from "../http.ts";

/** The next page's address; undefined at the end, for one that was `seen`, and for one at another host. */
export function nextPage({ headers, url }: WholeAnswer, seen: Set<string>): URL | undefined {
  const links = [headers["link"] ?? []].flat().join(", ");
  const [, target] = /<([^>]*)>\s*;[^,]*\brel="?next\b/.exec(links) ?? [];
  const next = target === undefined ? null : URL.parse(target, url.href);
  if (next === null || next.origin !== url.origin || seen.has(next.href)) return undefined;
  seen.add(next.href);
  return next;
}
