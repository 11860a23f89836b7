/** Finds programs of package.json and deno.json, and which of Bun, Deno and Node makes an executable of them. */
import { isMap } from "../../model/schema.ts";
import { said, under, type About, type Found, type Language, type Program, type Tree } from "./found.ts";

type Manifest = Readonly<Record<string, unknown>>;

/** Where programs without a declared entry usually start. */
const entries: readonly string[] = [
  "src/main.ts",
  "src/cli.ts",
  "src/index.ts",
  "main.ts",
  "cli.ts",
  "index.ts",
  "src/main.js",
  "src/cli.js",
  "src/index.js",
  "main.js",
  "cli.js",
  "index.js",
];

export const javascript: Language = {
  recognises: (names) => names.has("package.json") || names.has("deno.json") || names.has("deno.jsonc"),

  async find(tree, dir): Promise<Found> {
    const deno = (await manifestAt(tree, dir, "deno.json")) ?? (await manifestAt(tree, dir, "deno.jsonc"));
    const npm = await manifestAt(tree, dir, "package.json");
    const about = aboutOf(npm ?? {}, deno ?? {});
    const name = about.name ?? "app";
    if (deno !== undefined) {
      const programs = await denoPrograms(tree, dir, deno, name);
      if (programs.length > 0) return { programs, about };
    }
    return { programs: npm === undefined ? [] : await npmPrograms(tree, dir, npm, name), about };
  },
};

async function manifestAt(tree: Tree, dir: string, name: string): Promise<Manifest | undefined> {
  const text = await tree.read(under(dir, name));
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(plainJson(text));
    return isMap(value) ? value : {};
  } catch {
    return {};
  }
}

/** JSON without the comments and trailing commas that Deno allows; strings stay as they are. */
function plainJson(text: string): string {
  const bare = text.replace(
    /("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_, string: string | undefined) => string ?? "",
  );
  return bare.replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, string: string | undefined) => string ?? "");
}

async function denoPrograms(tree: Tree, dir: string, manifest: Manifest, name: string): Promise<readonly Program[]> {
  const entry = await firstThere(
    tree,
    dir,
    entries.filter((path) => path.endsWith(".ts")),
  );
  if (entry === undefined) return [];
  const remarks =
    manifest.permissions === undefined ? ["what the program may do goes under permissions: net, read, ..."] : [];
  return [{ kind: "deno", name, main: entry, dir, because: under(dir, entry), options: {}, remarks }];
}

async function npmPrograms(tree: Tree, dir: string, manifest: Manifest, name: string): Promise<readonly Program[]> {
  const declared = bins(manifest, name);
  const usesBun = await isBunProject(tree, dir, manifest);
  const undeclared =
    usesBun && declared.length === 0
      ? await firstThere(tree, dir, [said(manifest.module) ?? "", said(manifest.main) ?? "", ...entries])
      : undefined;
  const programs = undeclared === undefined ? declared : [{ name, path: undeclared }];
  return Promise.all(
    programs.map(async ({ name: binary, path }) => {
      const main = await sourceOf(tree, dir, path);
      const kind = !usesBun && (await isOneFile(tree, under(dir, main))) ? "node" : "bun";
      const remarks =
        kind === "bun" && !usesBun
          ? ["Bun bundles the program with its runtime; `node:` makes an executable of Node out of one bundled file"]
          : [];
      return { kind, name: binary, main, dir, because: under(dir, "package.json"), options: {}, remarks };
    }),
  );
}

/** `bin` of package.json: one path for the package's name, or several by name (npm documentation, package.json). */
function bins(manifest: Manifest, name: string): readonly { readonly name: string; readonly path: string }[] {
  const { bin } = manifest;
  if (typeof bin === "string") return [{ name, path: bin.replace(/^\.\//, "") }];
  if (!isMap(bin)) return [];
  return Object.entries(bin).flatMap(([key, path]) =>
    typeof path === "string" ? [{ name: key, path: path.replace(/^\.\//, "") }] : [],
  );
}

async function isBunProject(tree: Tree, dir: string, manifest: Manifest): Promise<boolean> {
  if (said(manifest.packageManager)?.startsWith("bun@") === true) return true;
  const dependencies = {
    ...(isMap(manifest.dependencies) ? manifest.dependencies : {}),
    ...(isMap(manifest.devDependencies) ? manifest.devDependencies : {}),
  };
  if ("bun" in dependencies || "@types/bun" in dependencies || "bun-types" in dependencies) return true;
  const names = await tree.list(dir);
  return ["bun.lock", "bun.lockb", "bunfig.toml"].some((name) => names.includes(name));
}

/** The source that a built entry (`dist/cli.js`) comes from, where it can be guessed; else the entry itself. */
async function sourceOf(tree: Tree, dir: string, path: string): Promise<string> {
  if (await tree.exists(under(dir, path))) return path;
  const rest = path.replace(/^(dist|build|lib|out)\//, "").replace(/\.[cm]?js$/, "");
  return (await firstThere(tree, dir, [`src/${rest}.ts`, `src/${rest}.js`, `${rest}.ts`])) ?? path;
}

/** Whether a JavaScript file stands alone: it imports nothing but Node's own modules. */
async function isOneFile(tree: Tree, path: string): Promise<boolean> {
  const text = /\.[cm]?js$/.test(path) ? await tree.read(path) : undefined;
  if (text === undefined) return false;
  const imports = [...text.matchAll(/\b(?:require\(|from\s+|import\s*\(?)\s*["']([^"']+)["']/g)].map(
    (match) => match[1] ?? "",
  );
  return imports.every((name) => name.startsWith("node:"));
}

async function firstThere(tree: Tree, dir: string, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (path !== "" && (await tree.exists(under(dir, path)))) return path;
  return undefined;
}

function aboutOf(npm: Manifest, deno: Manifest): About {
  const name = said(npm.name) ?? said(deno.name);
  return {
    name: name?.replace(/^@[^/]*\//, ""),
    description: said(npm.description),
    homepage: said(npm.homepage),
    license: said(npm.license) ?? said(deno.license),
  };
}
