/** Files of a project that usually hold its version: manifests, lock files, charts, Python packages. */
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Config } from "../../model/config.ts";
import { errnoOf, onDisk } from "../../model/disk.ts";
import type { Template } from "../../model/template.ts";
import { workspaceMembers } from "./toml.ts";

/** In the order in which they are changed; what a lock file is to say stands before it. */
const names = [
  "package.json",
  "package-lock.json",
  "npm-shrinkwrap.json",
  "pyproject.toml",
  "uv.lock",
  "Cargo.toml",
  "Cargo.lock",
  "VERSION",
] as const;

const pythonFiles = ["__init__.py", "__about__.py", "_version.py"] as const;

/** Text of a file of the project; undefined where there is none. */
export async function readText(root: string, file: string): Promise<string | undefined> {
  try {
    return await readFile(join(root, file), "utf8");
  } catch (thrown) {
    if (["ENOENT", "ENOTDIR", "EISDIR"].includes(errnoOf(thrown) ?? "")) return undefined;
    return onDisk(file, () => Promise.reject(thrown as Error));
  }
}

/** Paths of files that may hold the version, relative to the project; each once, and only those that are there. */
export async function candidates(config: Config): Promise<readonly string[]> {
  const { root } = config;
  const folders = [".", ...config.builds.flatMap(({ dir }) => written(dir))];
  const members = await Promise.all(folders.map((folder) => membersOf(root, folder)));
  const all = [...new Set([...folders, ...members.flat()].map(tidy))];
  const charts = config.charts.flatMap(({ folder }) => written(folder)).map((folder) => under(folder, "Chart.yaml"));
  const python = await Promise.all(all.map((folder) => pythonIn(root, folder)));
  const paths = [...all.flatMap((folder) => names.map((name) => under(folder, name))), ...python.flat(), ...charts];
  const there = await Promise.all(
    paths.map(async (path) => ((await readText(root, path)) === undefined ? [] : [path])),
  );
  return [...new Set(there.flat())];
}

/** Folders of the packages that a workspace's manifest names. */
async function membersOf(root: string, folder: string): Promise<readonly string[]> {
  const cargo = await readText(root, under(folder, "Cargo.toml"));
  const npm = await readText(root, under(folder, "package.json"));
  const patterns = [
    ...(cargo === undefined ? [] : orNone(() => workspaceMembers(cargo))),
    ...(npm === undefined ? [] : orNone(() => npmWorkspaces(npm))),
  ];
  return (await Promise.all(patterns.map((pattern) => foldersLike(root, under(folder, pattern))))).flat();
}

/** A manifest that cannot be read is told where it is changed. */
function orNone(read: () => readonly string[]): readonly string[] {
  try {
    return read();
  } catch {
    return [];
  }
}

function npmWorkspaces(text: string): readonly string[] {
  const { workspaces } = JSON.parse(text) as { readonly workspaces?: unknown };
  const list: unknown = Array.isArray(workspaces)
    ? workspaces
    : (workspaces as { readonly packages?: unknown } | undefined)?.packages;
  return Array.isArray(list) ? list.filter((item): item is string => typeof item === "string") : [];
}

async function foldersLike(root: string, pattern: string): Promise<readonly string[]> {
  if (tidy(pattern).startsWith("..") || pattern.startsWith("/")) return [];
  const found: string[] = [];
  for await (const path of glob(tidy(pattern), { cwd: root, exclude: (name) => name === "node_modules" }))
    found.push(path.replaceAll("\\", "/"));
  return found.toSorted();
}

/** Packages in a folder with a pyproject.toml, beside it or under `src`. */
async function pythonIn(root: string, folder: string): Promise<readonly string[]> {
  if ((await readText(root, under(folder, "pyproject.toml"))) === undefined) return [];
  const patterns = ["*", "src/*"].flatMap((at) => pythonFiles.map((name) => under(folder, `${at}/${name}`)));
  return (await Promise.all(patterns.map((pattern) => foldersLike(root, pattern)))).flat();
}

/** What is written without templates: what they render is not known before there is a version. */
function written(text: Template | undefined): readonly string[] {
  return text === undefined || text.source.includes("{{") || text.source.includes("{%") ? [] : [text.source];
}

function under(folder: string, path: string): string {
  return tidy(folder) === "." ? path : `${tidy(folder)}/${path}`;
}

function tidy(path: string): string {
  return path.replace(/^(\.\/)+/, "").replace(/\/+$/, "") || ".";
}
