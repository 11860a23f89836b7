/** Registries of packages as Gitea and Forgejo have them (docs.gitea.com, "Package Registry"): their paths below `/api/packages/OWNER/`. */
import type { JsonObject } from "../../model/json.ts";

export const registryNames = ["debian", "rpm", "alpine", "arch", "generic", "helm"] as const;
export type RegistryName = (typeof registryNames)[number];

export interface PackageFacts {
  readonly name: string;
  readonly attributes: JsonObject;
  /** As the config says it; empty where it says nothing. */
  readonly repository: string;
  readonly project: string;
  readonly version: string;
}

interface Paths {
  readonly send: string;
  readonly read: string;
  /** With a slash before it: below the API's packages of the owner. */
  readonly remove: string;
}

interface Preset {
  readonly method: "PUT" | "POST";
  /** What `repository` is there; left out: it is nothing. */
  readonly repository?: string;
  /** Undefined where the artifact is none of its packages. */
  readonly paths: (facts: PackageFacts) => Paths | undefined;
}

interface PackageName {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
}

/** What the Plan says of a package of that format. */
function packageOf({ attributes }: PackageFacts, format: string): PackageName | undefined {
  const { package: name, version, architecture: arch } = attributes;
  if (attributes["format"] !== format) return undefined;
  return typeof name === "string" && typeof version === "string" && typeof arch === "string"
    ? { name, version, arch }
    : undefined;
}

/** The repository's names, escaped one by one. */
function below(repository: string): string {
  const names = repository.split("/").filter((name) => name !== "");
  return names.map((name) => `${encodeURIComponent(name)}/`).join("");
}

function path(...names: readonly string[]): string {
  return names.map(encodeURIComponent).join("/");
}

export const presets: Readonly<Record<RegistryName, Preset>> = {
  debian: {
    method: "PUT",
    repository: "distribution and component: `stable/main`",
    paths(facts) {
      const found = packageOf(facts, "deb");
      if (found === undefined) return undefined;
      const pool = `debian/pool/${below(facts.repository || "stable/main")}`;
      const { name, version, arch } = found;
      return {
        send: `${pool}upload`,
        read: `${pool}${path(`${name}_${version}_${arch}.deb`)}`,
        remove: `${pool}${path(name, version, arch)}`,
      };
    },
  },
  rpm: {
    method: "PUT",
    repository: "group: `el9/stable`; left out: none",
    paths(facts) {
      const found = packageOf(facts, "rpm");
      if (found === undefined) return undefined;
      const { name, arch } = found;
      const version = found.version.replace(/^(\d+):/, "$1-");
      const group = `rpm/${below(facts.repository)}`;
      const at = `${group}package/${path(name, version, arch)}`;
      return { send: `${group}upload`, read: `${at}/${path(`${name}-${version}.${arch}.rpm`)}`, remove: at };
    },
  },
  alpine: {
    method: "PUT",
    repository: "branch and repository: `v3.22/main`",
    paths(facts) {
      const found = packageOf(facts, "apk");
      if (found === undefined) return undefined;
      const repository = `alpine/${below(facts.repository || "stable/main")}`;
      // What suits every architecture is kept with each that is asked for.
      const arch = found.arch === "noarch" ? "x86_64" : found.arch;
      const at = `${repository}${path(arch, `${found.name}-${found.version}.apk`)}`;
      return { send: repository.replace(/\/$/, ""), read: at, remove: at };
    },
  },
  arch: {
    method: "PUT",
    repository: "repository: `core`; left out: `extra`",
    paths(facts) {
      const found = packageOf(facts, "archlinux");
      if (found === undefined) return undefined;
      const repository = `arch/${below(facts.repository || "extra")}`;
      const { name, version, arch } = found;
      const ending = /\.pkg\.tar(\.\w+)?$/.exec(facts.name)?.[0] ?? ".pkg.tar.zst";
      return {
        send: repository.replace(/\/$/, ""),
        read: `${repository}${path(arch, `${name}-${version}-${arch}${ending}`)}`,
        remove: `${repository}${path(name, version, arch)}`,
      };
    },
  },
  generic: {
    method: "PUT",
    repository: "name of the package; left out: the project's",
    paths({ name, repository, project, version }) {
      const at = `generic/${path(repository || project, version, name)}`;
      return { send: at, read: at, remove: at };
    },
  },
  helm: {
    method: "POST",
    paths({ name, attributes: { chart, version } }) {
      if (typeof chart !== "string" || typeof version !== "string" || !name.endsWith(".tgz")) return undefined;
      const read = `helm/${path(`${chart}-${version}.tgz`.toLowerCase())}`;
      return { send: "helm/api/charts", read, remove: `/helm/${path(chart, version)}` };
    },
  },
};
