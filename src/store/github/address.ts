/** Where a GitHub is spoken to: github.com, an Enterprise Server, or a company's own subdomain of ghe.com. */
import { Problem } from "../../model/problem.ts";

export interface GithubAddresses {
  /** Each ends in a slash. */
  readonly api: URL;
  /** Where files are sent. */
  readonly uploads: URL;
  /** What people open. */
  readonly web: URL;
}

/**
 * From the API's address: `https://api.github.com/`, `https://HOST/api/v3/` (Enterprise Server), `https://api.NAME.ghe.com/`; empty:
 * the first. Where files are sent follows from it, so that no answer can send the token elsewhere.
 */
export function addressesOf(endpoint: string): GithubAddresses {
  const api = new URL(endpoint === "" ? "https://api.github.com/" : endpoint);
  const onHost = (name: string, path = "/"): URL => {
    const url = new URL(path, api);
    url.host = name;
    return url;
  };
  if (api.hostname === "api.github.com")
    return { api, uploads: onHost("uploads.github.com"), web: onHost("github.com") };
  if (/^api\.[^.]+\.ghe\.com$/.test(api.hostname)) {
    const own = api.host.slice("api.".length);
    return { api, uploads: onHost(`uploads.${own}`), web: onHost(own) };
  }
  const [, before] = /^(.*\/)api\/v3\/$/.exec(api.pathname) ?? [];
  if (before !== undefined) return { api, uploads: new URL(`${before}api/uploads/`, api), web: new URL(before, api) };
  throw new Problem("store.failed", `${api.href} is no address of a GitHub's API`, {
    expected: "https://api.github.com, https://HOST/api/v3 or https://api.NAME.ghe.com",
  });
}
