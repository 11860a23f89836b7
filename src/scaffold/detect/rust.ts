/** Finds Rust programs: the binaries of a package, or of each member of a workspace. */
import picomatch from "picomatch";
import { parse } from "smol-toml";

import { isMap } from "../../model/schema.ts";
import { said, under, type About, type Found, type Language, type Program, type Tree } from "./found.ts";

export const rust: Language = {
  recognises: (names) => names.has("Cargo.toml"),

  async find(tree, dir): Promise<Found> {
    const manifest = await manifestAt(tree, dir);
    if (manifest === undefined) return { programs: [], about: {} };
    const folders = [dir, ...(await members(tree, dir, manifest))];
    const programs = await Promise.all(folders.map((folder) => binaries(tree, dir, folder)));
    return { programs: programs.flat(), about: aboutOf(manifest) };
  },
};

type Manifest = Readonly<Record<string, unknown>>;

async function manifestAt(tree: Tree, dir: string): Promise<Manifest | undefined> {
  const text = await tree.read(under(dir, "Cargo.toml"));
  if (text === undefined) return undefined;
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** Folders of the workspace's members; `members` are globs of one level (Cargo reference, "The workspace section"). */
async function members(tree: Tree, dir: string, manifest: Manifest): Promise<readonly string[]> {
  if (!isMap(manifest.workspace)) return [];
  const [patterns, excluded] = [strings(manifest.workspace.members), strings(manifest.workspace.exclude)];
  const found = await Promise.all(
    patterns.map((pattern) => foldersMatching(tree, dir, pattern.replace(/^\.\//, "").replace(/\/$/, ""))),
  );
  return [...new Set(found.flat())]
    .filter((folder) => !excluded.some((path) => under(dir, path) === folder))
    .toSorted();
}

async function foldersMatching(tree: Tree, dir: string, pattern: string): Promise<readonly string[]> {
  if (!/[*?[{]/.test(pattern)) return [under(dir, pattern)];
  const slash = pattern.lastIndexOf("/");
  const [parent, last] = slash < 0 ? [".", pattern] : [pattern.slice(0, slash), pattern.slice(slash + 1)];
  const matches = picomatch(last);
  const names = (await tree.list(under(dir, parent)))
    .filter((name) => name.endsWith("/"))
    .map((name) => name.slice(0, -1));
  return names
    .filter((name) => matches(name))
    .map((name) => under(under(dir, parent === "." ? "." : parent), name).replace("/./", "/"));
}

/** A package's binaries: `[[bin]]`, `src/main.rs` and `src/bin/*` (Cargo reference, "Cargo targets"). */
async function binaries(tree: Tree, workspace: string, folder: string): Promise<readonly Program[]> {
  const manifest = await manifestAt(tree, folder);
  const own = isMap(manifest?.package) ? manifest.package : {};
  const name = said(own.name);
  if (manifest === undefined || name === undefined) return [];
  const declared = (Array.isArray(manifest.bin) ? manifest.bin : []).filter(isMap);
  const taken = new Set(declared.map((bin) => said(bin.path)));
  const discovered = own.autobins === false ? [] : await discover(tree, folder, name);
  const names = [
    ...declared.flatMap((bin) => said(bin.name) ?? []),
    ...discovered.filter(({ path }) => !taken.has(path)).map((bin) => bin.name),
  ];
  return [...new Set(names)].map((binary) => ({
    kind: "rust",
    name: binary,
    main: binary,
    dir: workspace,
    because: under(folder, "Cargo.toml"),
    options: folder === workspace ? {} : { package: name },
    remarks: [],
  }));
}

interface Discovered {
  readonly name: string;
  readonly path: string;
}

async function discover(tree: Tree, folder: string, name: string): Promise<readonly Discovered[]> {
  const names = await tree.list(under(folder, "src/bin"));
  const candidates = [
    { name, path: "src/main.rs" },
    ...names
      .filter((entry) => entry.endsWith(".rs"))
      .map((entry) => ({ name: entry.slice(0, -3), path: `src/bin/${entry}` })),
    ...names
      .filter((entry) => entry.endsWith("/"))
      .map((entry) => ({ name: entry.slice(0, -1), path: `src/bin/${entry}main.rs` })),
  ];
  const there = await Promise.all(candidates.map(({ path }) => tree.exists(under(folder, path))));
  return candidates.filter((_, index) => there[index] === true);
}

function aboutOf(manifest: Manifest): About {
  const shared = isMap(manifest.workspace) && isMap(manifest.workspace.package) ? manifest.workspace.package : {};
  const own = isMap(manifest.package) ? manifest.package : shared;
  const pick = (key: string): string | undefined => said(own[key]) ?? said(shared[key]);
  return {
    name: said(own.name),
    description: pick("description"),
    homepage: pick("homepage") ?? pick("repository"),
    license: pick("license"),
  };
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
