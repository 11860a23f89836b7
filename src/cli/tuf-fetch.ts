/** TUF metadata and targets over HTTP. */
import type { HttpClient } from "../store/http.ts";
import type { FetchMetadata } from "../verify/tuf/client.ts";
import type { FetchTarget } from "../verify/tuf/download.ts";
import { Problem } from "../model/problem.ts";

/** A place that has no file says 404, or 403 where it does not say which files it has; other answers say nothing. */
const absent: ReadonlySet<number> = new Set([403, 404]);

/** `base` is the URL of the folder that holds timestamp.json; its query is kept for no file. */
export function metadataAt(base: URL, client: HttpClient): FetchMetadata {
  return async (name, limit) => {
    const { status, bytes, url } = await client.fetch(get(base, name), limit);
    return isThere(status, url) ? bytes : undefined;
  };
}

export function targetsAt(base: URL, client: HttpClient): FetchTarget {
  return async (path) => {
    const names = path.split("/").map((name) => encodeURIComponent(name));
    const answer = await client.open(get(base, names.join("/")));
    if (answer.status === 200) return answer.body;
    await answer.discard();
    isThere(answer.status, answer.url);
    return undefined;
  };
}

function get(base: URL, name: string): { readonly method: "GET"; readonly url: URL; readonly repeatable: true } {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/$/, "")}/${name}`;
  return { method: "GET", url, repeatable: true };
}

function isThere(status: number, { host, pathname }: URL): boolean {
  if (status === 200) return true;
  if (absent.has(status)) return false;
  throw new Problem("store.failed", `${host}${pathname}: the server answered ${status}`);
}
