/** Repositories of the fake GitHub that were renamed: what is asked of the old name is at an address that no name is part of. */
import type { Answer } from "./endpoint.ts";
import type { State } from "./state.ts";

interface Moving {
  /** Names that repositories had before, to those they have. */
  readonly moved: ReadonlyMap<string, string>;
  readonly state: State;
  /** Of the API: `http://127.0.0.1:1234/api/v3`. */
  readonly base: string;
}

const more = "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects";

/** Where that is, for a path of an old name. What has effects is to be sent again as it was. */
export function movedFrom(path: string, method: string, { moved, state, base }: Moving): Answer | undefined {
  const [, old = "", rest = ""] = /^\/repos\/([^/]+\/[^/]+)(.*)$/.exec(path) ?? [];
  const name = moved.get(old);
  if (name === undefined) return undefined;
  const url = `${base}/repositories/${[...state.repositories.keys()].indexOf(name)}${rest}`;
  const isRead = method === "GET" || method === "HEAD";
  const message = isRead ? "Moved Permanently" : "Temporary Redirect";
  const json = { message, url, documentation_url: more };
  return { status: isRead ? 301 : 307, headers: { location: url }, json };
}

/** The path with the repository's name, where it has its number. */
export function named(path: string, { repositories }: State): string {
  const of = (at: string): string => [...repositories.keys()][Number(at)] ?? "";
  return path.replace(/^\/repositories\/(\d+)/, (_, at: string) => `/repos/${of(at)}`);
}
