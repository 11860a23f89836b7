/** What keeps a release from a forge: one code and one wording for each situation, whichever forge it is in. */
import type { Digest } from "../../model/artifact.ts";
import { Problem } from "../../model/problem.ts";

/** Of what words are made. */
export interface ForgeWords {
  /** `git.example.com/acme/tool`. */
  readonly where: string;
  /** Where the token was looked for: `env:GITEA_TOKEN`. */
  readonly looked: string;
  readonly tag: string;
}

/** One that is not there and one that the token may not see are answered alike. `kind` is the forge's word for it. */
export function notSeen(
  { host, repository, looked }: { readonly host: string; readonly repository: string; readonly looked: string },
  kind: "repository" | "project" = "repository",
): Problem {
  return new Problem("store.denied", `${host} shows no ${kind} ${repository} to the token of ${looked}`, {
    hint: "Check the name, and whether the token's owner may see it.",
  });
}

/** `has` is what the token was given, where the forge says so; `hint` is how that forge lets it write. */
export function mayNotWrite(
  { where, looked }: Pick<ForgeWords, "where" | "looked">,
  { hint, has }: { readonly hint: string; readonly has?: readonly string[] | undefined },
): Problem {
  const scopes = has === undefined ? "" : `: its scopes are ${has.join(", ")}`;
  return new Problem("store.denied", `the token of ${looked} may not write to ${where}${scopes}`, { hint });
}

/** A token whose scopes the forge tells, and that lacks the one it needs. */
export function tooNarrow(
  looked: string,
  { has, needs, hint }: { readonly has: string; readonly needs: string; readonly hint: string },
): Problem {
  return new Problem("store.denied", `the token of ${looked} has the scopes ${has}`, {
    expected: `${needs} among them`,
    hint,
  });
}

export function archived({ where }: Pick<ForgeWords, "where">): Problem {
  return new Problem("store.failed", `${where} is archived: nothing can be released there`);
}

export function turnedOff({ where }: Pick<ForgeWords, "where">, feature: string, hint: string): Problem {
  return new Problem("store.failed", `${where} has its ${feature} turned off`, { hint });
}

export function noTag({ where, tag }: Pick<ForgeWords, "where" | "tag">): Problem {
  return new Problem("store.failed", `${where} has no tag ${tag}`, {
    hint: `Push it first: git push origin ${tag}; or name the branch or commit it is made on with \`target:\`.`,
  });
}

export function otherCommit(
  { where, tag }: Pick<ForgeWords, "where" | "tag">,
  { there, wanted }: { readonly there: string; readonly wanted: string },
): Problem {
  return new Problem("store.conflict", `the tag ${tag} of ${where} stands for ${there}, not ${wanted}`, {
    hint: "Push the tag of the commit that is released, or release the one that the tag stands for.",
  });
}

/** `ref`: the commit or branch a tag would be made on. */
export function nothingToTag({ where, tag }: Pick<ForgeWords, "where" | "tag">, ref: string): Problem {
  return new Problem("store.failed", `${where} has no ${ref} to make the tag ${tag} on`, {
    hint: "Push that commit or branch first.",
  });
}

/** A release that stands there. */
export interface Standing {
  readonly isDraft: boolean;
  /** The Release that it was made from; undefined where Slipway did not make it. */
  readonly by: Digest | undefined;
  /** Whether nothing of it can be changed any more. */
  readonly isFixed?: boolean | undefined;
  readonly url?: string | undefined;
}

export function releaseThere(
  { where, tag }: Pick<ForgeWords, "where" | "tag">,
  { by, isFixed = false, url }: Standing,
): Problem {
  const whose = by === undefined ? "that Slipway did not make" : `made from another Release, ${by}`;
  return new Problem("store.conflict", `${where} has a release ${tag} ${whose}${seenAt(url)}`, {
    hint: isFixed
      ? "It is immutable: release a new version."
      : "Release a new version; `existing: append` adds to it, `existing: replace` puts this one in its place.",
  });
}

export function draftThere({ where, tag }: Pick<ForgeWords, "where" | "tag">, { url }: Standing): Problem {
  return new Problem("store.conflict", `${where} has a draft for ${tag} that Slipway did not make${seenAt(url)}`, {
    hint: "Write `existing: append` to add to that draft and publish it, or delete it there.",
  });
}

function seenAt(url: string | undefined): string {
  return url === undefined ? "" : `: ${url}`;
}
