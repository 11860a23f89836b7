/** Who commits to a tap: whom the config names, else the project's maintainer; never whoever runs the release. */
import { type Place, Problem } from "../../model/problem.ts";
import type { Scope, Template } from "../../model/template.ts";

export type Author = { readonly name: string; readonly email: string };

const nobody: Author = { name: "Slipway", email: "slipway@localhost" };

/** Fails with `plan.invalid` where git could not write it into a commit. */
export function authorOf(
  written: { readonly name: Template; readonly email: Template } | undefined,
  scope: Scope,
  place: Place,
): Author {
  if (written === undefined) return maintainerOf(scope) ?? nobody;
  const author = { name: written.name.render(scope).trim(), email: written.email.render(scope).trim() };
  if (isUsable(author)) return author;
  throw new Problem("plan.invalid", `"${author.name} <${author.email}>" cannot be the author of a commit`, {
    place: written.name.place ?? place,
    expected: "a name and an e-mail address, without < and >",
  });
}

/** `Acme Team <team@acme.example>`, as packages have it. */
function maintainerOf(scope: Scope): Author | undefined {
  const project = scope["project"] as { readonly maintainer?: string } | undefined;
  const [, name = "", email = ""] = /^\s*([^<>]+?)\s*<([^<>\s]+)>\s*$/.exec(project?.maintainer ?? "") ?? [];
  const author = { name, email };
  return isUsable(author) ? author : undefined;
}

function isUsable({ name, email }: Author): boolean {
  return /^[^<>\p{Cc}]+$/u.test(name) && /^[^<>\p{Cc}\s]+$/u.test(email);
}
