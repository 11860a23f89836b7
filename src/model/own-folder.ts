/** Where releases are written, so that an earlier one makes no tree dirty and goes into no later one. */

/**
 * The part of the folder's template that is the same for every release, as a glob: `dist` of `dist/{{ version }}`, `out-*` of
 * `out-{{ version }}`. Undefined where nothing of it is known, or where it lies elsewhere.
 */
export function ownFolder(template: string): string | undefined {
  const hole = template.search(/\{[{%]/);
  const fixed = hole < 0 ? template.replace(/\/+$/, "") : template.slice(0, hole);
  const isWhole = hole < 0 || fixed.endsWith("/");
  const parts = fixed.split("/").filter((part) => part !== "" && part !== ".");
  if (fixed.startsWith("/") || parts.includes("..")) return undefined;
  if (isWhole) return parts.length === 0 ? undefined : parts.map(literal).join("/");
  const begun = parts.pop();
  return begun === undefined ? undefined : [...parts.map(literal), `${literal(begun)}*`].join("/");
}

function literal(part: string): string {
  return part.replace(/[*?[\]\\]/g, "\\$&");
}
