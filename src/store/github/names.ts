/** What GitHub makes of a file's name: https://docs.github.com/rest/releases/assets, and as `gh release upload` foresees it. */

/** Letters, digits, `-`, `_`, `+`, `@` and single dots stay; marks of letters go, and everything else becomes a dot. */
export function githubName(name: string): string {
  const plain = name.normalize("NFD").replaceAll(/\p{Mn}/gu, "");
  const begun = plain.startsWith(".") ? `default${plain}` : plain;
  const kept = begun
    .replaceAll(/[^A-Za-z0-9\-_+@]+/g, ".")
    .replaceAll(/\.{2,}/g, ".")
    .replaceAll(/^\.|\.$/g, "");
  return kept !== name && !kept.includes(".") ? `default.${kept}` : kept;
}

const waiting = ".slipway-part";

/** What a file is called in a release that is out already, until its name moves. */
export function stagedName(name: string): string {
  return `${githubName(name)}${waiting}`;
}

/** Whether it is one that waits for its own. */
export function isStagedName(name: string): boolean {
  return name.endsWith(waiting);
}
