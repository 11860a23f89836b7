/** Addresses of servers that announcements go to, as the config writes them. */
import { Problem } from "../../model/problem.ts";
import type { Scope, Template } from "../../model/template.ts";

/** `https://fosstodon.org`, with a path or without: the address with a slash at its end. Throws `plan.invalid`. */
export function serverUrl(template: Template, scope: Scope): string {
  const text = template.render(scope).trim();
  const url = /\s/.test(text) ? null : URL.parse(/^[a-z]+:\/\//.test(text) ? text : `https://${text}`);
  if (
    text === "" ||
    !/^https?:$/.test(url?.protocol ?? "") ||
    url === null ||
    url.username !== "" ||
    url.search !== "" ||
    url.hash !== ""
  )
    throw new Problem("plan.invalid", `"${text}" is no address of a server`, {
      place: template.place,
      expected: "an address such as https://fosstodon.org",
    });
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}
