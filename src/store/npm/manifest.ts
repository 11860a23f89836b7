/** What an npm tarball says of itself: its package.json, as npm would send it to a registry. */
import { parse } from "semver";
import { z } from "zod";

import type { Json, JsonObject } from "../../model/json.ts";
import { Problem } from "../../model/problem.ts";
import { filesInTarball } from "../packages/tarball.ts";
import type { PackageFile, PackageSelf } from "../packages/registry.ts";

export interface NpmPackage extends PackageSelf {
  /** The version's entry in the registry's document, without `dist`. */
  readonly manifest: JsonObject;
  /** What `publishConfig` says. */
  readonly access: "public" | "restricted" | undefined;
}

/** Longest README that npm sends along. */
const mostReadme = 64 * 1024;

const names = z.record(z.string(), z.unknown()).optional();
const schema = z.looseObject({
  name: z.string().max(214),
  version: z.string().max(256),
  private: z.unknown().optional(),
  bin: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
  scripts: names,
  dependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
  publishConfig: z.looseObject({ access: z.enum(["public", "restricted"]).nullish() }).optional(),
});

/** npm's rule for new names (npm/validate-npm-package-name). */
const validName = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

/** Fails with `format.invalid` where its package.json is none, and `plan.invalid` where npm would not publish it. */
export async function readNpmPackage({
  artifact,
  open,
}: PackageFile): Promise<NpmPackage | { readonly unfit: string }> {
  // npm unpacks whatever the first folder is called.
  const files = await filesInTarball(open(), (path) =>
    /^[^/]+\/(package\.json|binding\.gyp|readme(\.md|\.markdown)?)$/i.test(path),
  );
  const find = (pattern: RegExp): readonly [string, Buffer] | undefined =>
    [...files].find(([path]) => pattern.test(path.slice(path.indexOf("/") + 1)));
  const own = find(/^package\.json$/)?.[1];
  if (own === undefined) return { unfit: "it is no npm package: there is no package/package.json in it" };
  const { json, read } = parsed(artifact.name, own);
  const { name, version } = checked(artifact.name, read);
  const readme = find(/^readme(\.md|\.markdown)?$/i);
  const isNative = find(/^binding\.gyp$/) !== undefined && !hasScript(read.scripts, ["install", "preinstall"]);
  const manifest: JsonObject = {
    ...json,
    version,
    ...(read.bin === undefined ? {} : { bin: binOf(name, read.bin) }),
    // As npm does it: what is there to be compiled is compiled when it is installed.
    ...(isNative
      ? { scripts: { ...(json["scripts"] as JsonObject | undefined), install: "node-gyp rebuild" }, gypfile: true }
      : {}),
    ...(readme === undefined
      ? {}
      : {
          readme: readme[1].subarray(0, mostReadme).toString("utf8"),
          readmeFilename: readme[0].slice(readme[0].indexOf("/") + 1),
        }),
    _id: `${name}@${version}`,
  };
  const needs = [read.dependencies, read.optionalDependencies, read.peerDependencies].flatMap((map) =>
    Object.keys(map ?? {}),
  );
  return { name, version, needs, manifest, access: read.publishConfig?.access ?? undefined };
}

type Read = z.infer<typeof schema>;

function parsed(file: string, bytes: Buffer): { readonly json: JsonObject; readonly read: Read } {
  try {
    const json: unknown = JSON.parse(bytes.toString("utf8").replace(/^\uFEFF/, ""));
    const result = schema.safeParse(json);
    if (result.success) return { json: json as Readonly<Record<string, Json>>, read: result.data };
    const [issue] = result.error.issues;
    throw new Problem(
      "format.invalid",
      `${file}: package.json: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`,
    );
  } catch (thrown) {
    if (thrown instanceof Problem) throw thrown;
    throw new Problem("format.invalid", `${file}: its package.json is no JSON`);
  }
}

/** The name, and the version as semver writes it. */
function checked(
  file: string,
  { name, version, private: isPrivate }: Read,
): { readonly name: string; readonly version: string } {
  if (isPrivate === true)
    throw new Problem("plan.invalid", `${file}: its package.json says \`private: true\`, which npm never publishes`, {
      hint: "Remove that, or leave the file out with `except`.",
    });
  const semantic = parse(version.trim());
  if (!validName.test(name))
    throw new Problem("plan.invalid", `${file}: "${name}" cannot be the name of an npm package`);
  if (semantic === null) throw new Problem("version.invalid", `${file}: "${version}" is no version that npm takes`);
  return { name, version: semantic.version };
}

/** One program is called as its package is; paths begin in the package. */
function binOf(name: string, bin: string | Readonly<Record<string, string>>): JsonObject {
  const map = typeof bin === "string" ? { [name.replace(/^@[^/]+\//, "")]: bin } : bin;
  return Object.fromEntries(Object.entries(map).map(([program, path]) => [program, path.replace(/^(\.\/)+/, "")]));
}

function hasScript(scripts: Readonly<Record<string, unknown>> | undefined, wanted: readonly string[]): boolean {
  return wanted.some((name) => scripts?.[name] !== undefined);
}

/** What `npm pack` calls its file: `acme-tool-1.2.3.tgz` for `@acme/tool`. */
export function packName({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name.replace(/^@/, "").replaceAll("/", "-")}-${version}.tgz`;
}

/** The package that such a file is of; `scope` is `@acme` where it is known. What it does not begin with is no part of it. */
export function guessOfPackName(
  file: string,
  scope: string | undefined,
): { readonly name: string; readonly version: string } | undefined {
  const [, stem, version] = /^(.+?)-(\d+\.\d+\.\d+.*)\.tgz$/.exec(file) ?? [];
  if (stem === undefined || version === undefined || parse(version) === null) return undefined;
  if (scope === undefined) return { name: stem, version };
  const prefix = `${scope.slice(1)}-`;
  return stem.startsWith(prefix) ? { name: `${scope}/${stem.slice(prefix.length)}`, version } : undefined;
}
