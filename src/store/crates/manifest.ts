/** What a .crate says of itself: its Cargo.toml, as `cargo publish` tells it to a registry (The Cargo Book, "Registry Web API"). */
import { parse } from "smol-toml";
import { z } from "zod";

import type { Json, JsonObject } from "../../model/json.ts";
import { Problem } from "../../model/problem.ts";
import type { PackageFile, PackageSelf } from "../packages/registry.ts";
import { filesInTarball } from "../packages/tarball.ts";
import { dependenciesIn, type Dependency } from "./dependencies.ts";

export interface Crate extends PackageSelf {
  /** The request's metadata, but for the dependencies, which say what they are to this registry. */
  readonly metadata: JsonObject;
  readonly dependencies: readonly Dependency[];
}

const texts = z.array(z.string()).optional();
const text = z.string().optional();
const schema = z.looseObject({
  package: z.looseObject({
    name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
    version: z.string().max(256),
    publish: z.union([z.boolean(), z.array(z.string())]).optional(),
    authors: texts,
    description: text,
    documentation: text,
    homepage: text,
    readme: z.union([z.string(), z.boolean()]).optional(),
    keywords: texts,
    categories: texts,
    license: text,
    "license-file": text,
    repository: text,
    links: text,
    "rust-version": text,
  }),
  features: z.record(z.string(), z.array(z.string())).optional(),
  badges: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});

type Manifest = z.infer<typeof schema>;

/** Fails with `format.invalid` where its Cargo.toml is none, and `plan.invalid` where cargo would not publish it. */
export async function readCrate({ artifact, open }: PackageFile): Promise<Crate | { readonly unfit: string }> {
  const files = await filesInTarball(open(), (path) =>
    /^[^/]+\/(Cargo\.toml|[^/]+\.(md|txt|markdown|rst)|readme[^/]*)$/i.test(path),
  );
  const [folder] = /^[^/]+(?=\/Cargo\.toml$)/m.exec([...files.keys()].join("\n")) ?? [];
  const found = folder === undefined ? undefined : files.get(`${folder}/Cargo.toml`);
  if (found === undefined) return { unfit: "it is no crate: there is no Cargo.toml in it" };
  const { toml, manifest } = parsed(artifact.name, found);
  const { name, version, publish, readme } = manifest.package;
  if (publish === false)
    throw new Problem("plan.invalid", `${artifact.name}: its Cargo.toml says \`publish = false\``, {
      hint: "Remove that, or leave the file out with `except`.",
    });
  if (folder !== `${name}-${version}`)
    throw new Problem("format.invalid", `${artifact.name}: it holds the folder ${folder}, not ${name}-${version}`);
  const about = typeof readme === "string" ? files.get(`${folder}/${readme}`) : undefined;
  const dependencies = dependenciesIn(toml, artifact.name);
  return {
    name,
    version,
    needs: dependencies.filter(({ kind }) => kind !== "dev").map((dependency) => dependency.name),
    metadata: metadataOf(manifest, about?.toString("utf8")),
    dependencies,
  };
}

function parsed(
  file: string,
  bytes: Buffer,
): { readonly toml: Readonly<Record<string, unknown>>; readonly manifest: Manifest } {
  let toml;
  try {
    toml = parse(bytes.toString("utf8"));
  } catch {
    throw new Problem("format.invalid", `${file}: its Cargo.toml cannot be read`);
  }
  const result = schema.safeParse(toml);
  if (result.success) return { toml, manifest: result.data };
  const [issue] = result.error.issues;
  throw new Problem("format.invalid", `${file}: Cargo.toml: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

/** Each field as cargo sends it: what is not said is null or empty. */
function metadataOf({ package: own, features, badges }: Manifest, readme: string | undefined): JsonObject {
  return {
    name: own.name,
    vers: own.version,
    features: features ?? {},
    authors: own.authors ?? [],
    description: own.description ?? null,
    documentation: own.documentation ?? null,
    homepage: own.homepage ?? null,
    readme: readme ?? null,
    readme_file: typeof own.readme === "string" ? own.readme : null,
    keywords: own.keywords ?? [],
    categories: own.categories ?? [],
    license: own.license ?? null,
    license_file: own["license-file"] ?? null,
    repository: own.repository ?? null,
    badges: (badges ?? {}) as Readonly<Record<string, Json>>,
    links: own.links ?? null,
    rust_version: own["rust-version"] ?? null,
  };
}

/** What such a file is called by its name: a version begins with a number after the last dash that has one. */
export function guessOfCrateName(file: string): { readonly name: string; readonly version: string } | undefined {
  const [, name, version] = /^([A-Za-z0-9_-]+?)-(\d+\.\d+\.\d+.*)\.crate$/.exec(file) ?? [];
  return name === undefined || version === undefined ? undefined : { name, version };
}
