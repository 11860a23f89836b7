/** Addresses of git repositories (git-fetch(1), GIT URLS): those that Slipway pushes to, taken apart. */
import { type Place, Problem } from "../../model/problem.ts";

export interface Address {
  readonly way: "http" | "ssh" | "local";
  /** Name without port; empty for a local path. */
  readonly host: string;
  /** `https://github.com/`: where a web server of the same name is; empty for a local path. */
  readonly web: string;
  /** `acme/homebrew-tap`, without `.git`; for a local path, all of it. */
  readonly repository: string;
}

/** Fails with `plan.invalid` for what is none, and with `config.secret` where a password stands in it. */
export function readAddress(written: string, place?: Place): Address {
  const url = URL.parse(written);
  if (url !== null && /^(https?|ssh):$/.test(url.protocol) && url.host !== "") return ofUrl(url, written, place);
  const [, host = "", path = ""] = /^(?:[\w.-]+@)?([\w.-]{2,}):(?!\/\/)([^\s]+)$/.exec(written) ?? [];
  if (host !== "") return { way: "ssh", host, web: `https://${host}/`, repository: repositoryIn(path) };
  const isPath = written !== "" && !/^[-~]|^[\w+.-]+:|[\p{Cc}]/u.test(written);
  if (isPath) return { way: "local", host: "", web: "", repository: written };
  throw unusable(written, place);
}

function ofUrl(url: URL, written: string, place: Place | undefined): Address {
  const { protocol, hostname, pathname, password } = url;
  if (password !== "" || (protocol !== "ssh:" && url.username !== ""))
    throw new Problem("config.secret", "a login stands in the address of the repository", {
      place,
      expected: "the address alone, and `token: env:NAME` beside it",
    });
  const repository = repositoryIn(pathname);
  if (repository === "" || url.search !== "" || url.hash !== "") throw unusable(written, place);
  return protocol === "ssh:"
    ? { way: "ssh", host: hostname, web: `https://${hostname}/`, repository }
    : { way: "http", host: hostname, web: `${url.origin}/`, repository };
}

function repositoryIn(path: string): string {
  return path.replace(/^\/+|\/+$/g, "").replace(/\.git$/, "");
}

function unusable(written: string, place: Place | undefined): Problem {
  return new Problem("plan.invalid", `"${written}" cannot be the address of a git repository`, {
    place,
    expected: "https://HOST/OWNER/REPO, ssh://USER@HOST/PATH, USER@HOST:PATH, or a path",
  });
}
