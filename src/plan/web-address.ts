/** Where people look at a repository, by the address it is cloned from. */

/**
 * `https://host/path` of a clone by https, ssh or `git@host:path`, the same for all of them; empty where only this machine, or
 * nobody's browser, knows the address. git-clone(1), "GIT URLS".
 */
export function webAddress(url: string): string {
  const [, scheme = "", host = "", path = ""] =
    /^(https?|ssh|git):\/\/(?:[^/@]*@)?([^/:]+(?::\d+)?)\/(.+)$/.exec(url) ?? scpLike(url) ?? [];
  if (host === "") return "";
  // The port of another protocol says nothing about the website's.
  const place = scheme.startsWith("http") ? host : host.replace(/:\d+$/, "");
  return `${scheme === "http" ? "http" : "https"}://${place}/${path.replace(/\/+$/, "").replace(/\.git$/, "")}`;
}

/** `git@host:path`; a single letter before the colon is a drive of Windows. */
function scpLike(url: string): readonly string[] | undefined {
  const [, host, path] = /^(?:[^/@:]+@)?([^/@:]{2,}):(?!\/\/)\/?(.+)$/.exec(url) ?? [];
  return host === undefined || path === undefined ? undefined : ["", "ssh", host, path];
}
