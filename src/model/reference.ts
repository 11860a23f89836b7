/** Names of images: `ghcr.io/acme/tool:1.0.0@sha256:...`, read as the distribution project's reference grammar has them. */
import type { Digest } from "./artifact.ts";
import { Problem } from "./problem.ts";

export interface Reference {
  /** `ghcr.io`, `localhost:5000`; `docker.io` where none is written. */
  readonly registry: string;
  /** Lower case, without the registry: `acme/tool`; docker.io's own images lie in `library/`. */
  readonly repository: string;
  readonly tag?: string | undefined;
  readonly digest?: Digest | undefined;
}

const component = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const host =
  "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?";
const tagForm = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
const form = new RegExp(
  `^(?:(${host})/)?(${component}(?:/${component})*)(?::(${tagForm}))?(?:@(sha256:[0-9a-f]{64}))?$`,
);

/** A registry is told from a first folder by its dot, its port or by being `localhost`, as Docker does. Throws `plan.invalid`. */
export function parseReference(text: string): Reference {
  const [first = "", ...rest] = text.split("/");
  const hasRegistry = rest.length > 0 && (/[.:[]/.test(first) || first === "localhost");
  const [, registry, path = "", tag, digest] = form.exec(hasRegistry ? text : `docker.io/${text}`) ?? [];
  if (registry === undefined || path.length > 255)
    throw new Problem("plan.invalid", `"${text}" is not the name of an image`, {
      expected: "registry/repository:tag in lower case, such as ghcr.io/acme/tool:1.0.0",
    });
  const repository = registry === "docker.io" && !path.includes("/") ? `library/${path}` : path;
  return { registry, repository, tag, digest: digest as Digest | undefined };
}

/** `ghcr.io/acme/tool:1.0.0@sha256:...`; the reverse of {@link parseReference}, with nothing left out. */
export function formatReference({ registry, repository, tag, digest }: Reference): string {
  return `${registry}/${repository}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}

/** Whether a text can be a tag (distribution's reference grammar). */
export function isTag(text: string): boolean {
  return new RegExp(`^${tagForm}$`).test(text);
}
