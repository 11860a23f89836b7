/** Where an artifact is sent to, read from and taken away at: by an address with its name in it, or as a registry of packages has it. */
import { extname } from "node:path";

import type { ExpectedArtifact } from "../../model/artifact.ts";
import type { Scope, Text } from "../../model/template.ts";
import type { DecidedHttp } from "./options.ts";
import { type PackageFacts, presets } from "./presets.ts";

export interface Target {
  readonly send: URL;
  readonly read: URL;
  /** Undefined where nothing can be taken away. */
  readonly remove: URL | undefined;
}

/** Undefined: the artifact is nothing that the place keeps. */
export type TargetOf = (artifact: Pick<ExpectedArtifact, "name" | "attributes">) => Target | undefined;

interface Filling {
  readonly render: (text: Text, names: Scope) => string;
  readonly project: string;
  readonly version: string;
}

/** Fails with a TypeError where an address is none, which {@link DecidedHttp} has ruled out. */
export function targetsOf(decided: DecidedHttp, { render, project, version }: Filling): TargetOf {
  const { registry, address, url } = decided;
  const filled = (text: Text, name: string): URL =>
    new URL(render(text, { artifact: { name: encodeURIComponent(name), ext: extname(name) } }));
  if (registry === undefined)
    return ({ name }) => {
      const send = filled(address, name);
      return {
        send,
        read: url === undefined ? send : filled(url, name),
        remove: decided.delete ? (url === undefined || decided.method === "PUT" ? send : filled(url, name)) : undefined,
      };
    };
  const base = `${filled(address, "").href.replace(/\/+$/, "")}/`;
  return ({ name, attributes }) => {
    const facts: PackageFacts = { name, attributes, repository: decided.repository, project, version };
    const paths = presets[registry].paths(facts);
    if (paths === undefined) return undefined;
    const at = (path: string): URL => new URL(path, base);
    return { send: at(paths.send), read: at(paths.read), remove: apiOr(base, paths.remove) };
  };
}

/** A path below the API of the server, where it begins with a slash: `/api/packages/acme/` lies beside `/api/v1/packages/acme/`. */
function apiOr(base: string, path: string): URL {
  if (!path.startsWith("/")) return new URL(path, base);
  return new URL(base.replace(/\/api\/packages\/([^/]+)\/$/, "/api/v1/packages/$1") + path);
}
