/** Which names an artifact may have: what every file system, store and shell takes as it is; and which paths stay inside. */

/** Names Windows keeps for devices, with any extension. */
const devices = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/** Why a name cannot be an artifact's, or undefined when it can. */
export function unusableName(name: string): string | undefined {
  if (name === "") return "an empty name";
  if (name === "." || name === "..") return "a folder's name";
  if (/[/\\]/.test(name)) return "a name with a slash";
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f<>:"|?*]/.test(name)) return "a name with a character that some file systems refuse";
  if (/[. ]$/.test(name)) return "a name that ends in a dot or space"; // Windows drops these
  if (devices.test(name)) return "a name that Windows keeps for a device";
  if (Buffer.byteLength(name) > 255) return "a name of more than 255 bytes";
  return undefined;
}

/** Whether a name may be that of a signature of release.json, which nothing but release.json itself tells. */
export function isReleaseSignature(name: string): boolean {
  return /^release\.json(\.[A-Za-z0-9_-]{1,64}){1,4}$/.test(name);
}

/** Whether a `/` separated path leads to something inside the folder it starts from. */
export function staysInside(path: string): boolean {
  if (path === "" || path.startsWith("/") || /^[A-Za-z]:/.test(path)) return false;
  const segments = path.split(/[/\\]/);
  return !segments.includes("..") && segments.some((segment) => segment !== "." && segment !== "");
}

/** Whether a Release may be written to a `/` separated path of the project: inside of it, and not among what git keeps. */
export function mayHoldRelease(path: string): boolean {
  return staysInside(path) && !path.split(/[/\\]/).some((segment) => segment.toLowerCase() === ".git");
}
