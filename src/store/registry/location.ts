/** Where an upload goes on: `Location`, which may be relative and carry a query, and `Range`. */
import { Problem } from "../../model/problem.ts";
import type { WholeAnswer } from "../http.ts";

/** The address in an answer; `otherwise` where it has none. Registries behind a proxy sometimes forget that they are asked by HTTPS. */
export function locationOf({ headers, url }: WholeAnswer, name: string, otherwise?: URL): URL {
  const { location } = headers;
  if (location === undefined && otherwise !== undefined) return otherwise;
  const found = URL.parse(location ?? "", url.href);
  if (location === undefined || found === null || !/^https?:$/.test(found.protocol))
    throw new Problem("store.failed", `${name} does not say where an upload goes on`);
  if (found.protocol === "http:" && url.protocol === "https:" && found.hostname === url.hostname) {
    found.protocol = "https:";
    found.port = url.port;
  }
  return found;
}

/** The address that closes an upload. What its query holds already stays as it is written. */
export function withDigest(location: URL, digest: string): URL {
  const closing = new URL(location);
  closing.search = `${location.search === "" ? "?" : `${location.search}&`}digest=${encodeURIComponent(digest)}`;
  return closing;
}

/** How many bytes arrived, of a `Range` such as `0-1023`; undefined where it cannot be told: `0-0` is said of one byte and of none. */
export function rangeEnd(range: string | undefined): number | undefined {
  const [, last] = /^(?:bytes=)?0-(\d{1,15})$/.exec(range?.trim() ?? "") ?? [];
  return last === undefined || last === "0" ? undefined : Number(last) + 1;
}
