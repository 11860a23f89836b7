/** Where a forge is, told by the address of the repository's remote. */

/**
 * The forge's address with a slash at its end, `https://git.example.com/`, where the remote is this repository on it; undefined where
 * it is another, or none. What is fetched by SSH is taken to be shown by HTTPS on the same host.
 */
export function forgeOfRemote(gitUrl: unknown, repository: string): string | undefined {
  if (typeof gitUrl !== "string") return undefined;
  const scp = /^(?:[^@/:]+@)?([^/:]+):(?!\/\/)(.+)$/.exec(gitUrl);
  const url = URL.parse(scp === null ? gitUrl : `ssh://${scp[1]}/${scp[2]}`);
  if (url === null || !/^(https?|ssh|git):$/.test(url.protocol)) return undefined;
  const path = url.pathname.replace(/\/+$/, "").replace(/\.git$/, "");
  if (!path.toLowerCase().endsWith(`/${repository.toLowerCase()}`)) return undefined;
  const above = path.slice(0, path.length - repository.length);
  const isWeb = /^https?:$/.test(url.protocol);
  return isWeb ? `${url.protocol}//${url.host}${above}` : `https://${url.hostname}/`;
}
