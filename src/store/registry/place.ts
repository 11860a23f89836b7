/** Where in a registry an image of a name goes, and what people write for a registry on a command line. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { formatReference, parseReference } from "../../model/reference.ts";
import type { PlaceOf } from "../image/placed.ts";
import type { ImageTarget } from "../image-target.ts";
import { openRepository } from "./repository.ts";
import { repositoryTarget } from "./repository-image.ts";
import type { Session } from "./session.ts";

export interface RegistryPlace {
  readonly registry: string;
  /** Only images below it belong there; empty: all. */
  readonly path: string;
}

export interface PlacesIn {
  /** Of images that belong there by their names. */
  readonly place: PlaceOf;
  /** Of those of other registries: they keep their path, below that of the place. */
  readonly adopt: PlaceOf;
}

/** Each repository is the same object each time. */
export function placesIn(session: Session, { registry: own, path }: RegistryPlace): PlacesIn {
  const targets = new Map<string, ImageTarget>();
  const targetOf = (repository: string): ImageTarget => {
    const target = targets.get(repository) ?? repositoryTarget(openRepository(session, repository, "pull,push"));
    targets.set(repository, target);
    return target;
  };
  const isBelow = (repository: string): boolean =>
    path === "" || repository === path || repository.startsWith(`${path}/`);
  return {
    place(name) {
      const { registry: host, repository, tag = "latest", digest } = parseReference(name);
      return host === own && isBelow(repository) ? { target: targetOf(repository), tag: digest ?? tag } : undefined;
    },
    adopt(name) {
      const { repository: theirs, tag = "latest", digest } = parseReference(name);
      const repository = isBelow(theirs) ? theirs : `${path}/${theirs}`;
      const reference = { registry: own, repository, ...(digest === undefined ? { tag } : { digest }) };
      return { name: formatReference(reference), target: targetOf(repository), tag: digest ?? tag };
    },
  };
}

/** A host that has a port or the form of a domain; what lies on this machine under that name is a folder. */
const host = /^(localhost|[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(\.[A-Za-z]{2,}|:\d+))$/;

/** `docker://ghcr.io/acme`, `registry.lan:5000`; undefined for what looks like no registry. */
export function registryWritten(text: string): RegistryPlace | undefined {
  const [, transport, rest = ""] = /^(docker:\/\/)?(.*)$/s.exec(text.replace(/\/+$/, "")) ?? [];
  const slash = rest.indexOf("/");
  const registry = slash < 0 ? rest : rest.slice(0, slash);
  if (!host.test(registry)) return undefined;
  if (transport === undefined && existsSync(resolve(registry))) return undefined;
  return { registry, path: slash < 0 ? "" : rest.slice(slash + 1) };
}
