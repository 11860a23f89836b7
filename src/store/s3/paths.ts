/** Where a Release's objects lie in a bucket, and where those of another version do. */
import type { JsonObject } from "../../model/json.ts";
import { renderText, type Scope, type Template } from "../../model/template.ts";

/** With a slash at its end where it has any; undefined where a name in it leads elsewhere. */
export function prefixOf(path: Template, scope: Scope): string | undefined {
  const names = path
    .render(scope)
    .trim()
    .split("/")
    .filter((name) => name !== "");
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (names.some((name) => name === "." || name === ".." || /[\u0000-\u001f\u007f]/.test(name))) return undefined;
  return names.map((name) => `${name}/`).join("");
}

/** `tool/1.2.3/`. */
export function defaultPath(scope: Scope): string {
  const { name } = scope["project"] as { readonly name?: unknown };
  return `${String(name)}/${String(scope["version"])}/`;
}

/** How the path of another version is found, where nothing stands in it that only this one has. */
export function wayBack(path: Template | undefined, scope: Scope): JsonObject {
  const known = ["project", "version", "tag", "channel", "vars"];
  if (path?.roots.some((root) => !known.includes(root)) === true) return {};
  if (path === undefined) return { pathOf: { late: "{{ project.name }}/{{ version }}", with: plainProject(scope) } };
  const text = renderText({ ...withRender(path), late: ["version", "tag"] }, scope);
  return typeof text === "string" ? {} : { pathOf: text };
}

function plainProject(scope: Scope): JsonObject {
  const { name } = scope["project"] as { readonly name?: unknown };
  return { project: { name: String(name) } };
}

/** A template as a plain record, so that its version waits. */
function withRender(path: Template): Template {
  const { source, place, constant, roots, late } = path;
  return { source, place, constant, roots, late, render: (scope) => path.render(scope) };
}
