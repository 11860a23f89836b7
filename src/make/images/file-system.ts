/** What stands in an image after some of its layers, as far as later layers have to know it (OCI image-spec, layer.md). */
import { posix } from "node:path";

import { Problem } from "../../model/problem.ts";

/** A folder's owner and mode are kept, since whoever writes into it says them again. */
export type Node =
  | {
      readonly type: "directory";
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
      readonly mtime: number;
    }
  | { readonly type: "symlink"; readonly target: string }
  | { readonly type: "file" };

/** A member of a layer; `path` is relative to the root, without a final `/`. */
export type ListedNode = Node & { readonly path: string };

export interface FileSystem {
  /** What stands at a path that leads through no link. */
  at(path: string): Node | undefined;
  /** Where a path leads when every link is followed, the last one only with `last`; nothing need stand there. */
  resolve(path: string, options: { readonly last: boolean }): string;
  /** Puts a layer on top: first its whiteouts, then its members. */
  apply(layer: readonly ListedNode[]): void;
}

const whiteout = ".wh.";
const opaque = ".wh..wh..opq";

/** As many as Linux follows (path_resolution(7)). */
const mostLinks = 40;

export function createFileSystem(): FileSystem {
  const nodes = new Map<string, Node>();
  /** By folder: the root's name is empty. */
  const children = new Map<string, Set<string>>();

  const removeBelow = (folder: string): void => {
    const ahead = [folder];
    for (let at = ahead.pop(); at !== undefined; at = ahead.pop()) {
      for (const path of children.get(at) ?? []) {
        nodes.delete(path);
        ahead.push(path);
      }
      children.delete(at);
    }
  };
  const remove = (path: string): void => {
    nodes.delete(path);
    children.get(inFolder(path))?.delete(path);
    removeBelow(path);
  };
  const set = (path: string, node: Node): void => {
    const folder = inFolder(path);
    const there = children.get(folder);
    if (there === undefined) children.set(folder, new Set([path]));
    else there.add(path);
    nodes.set(path, node);
  };
  const put = (path: string, node: Node): void => {
    for (let folder = inFolder(path); folder !== "" && !nodes.has(folder); folder = inFolder(folder))
      set(folder, { type: "directory", mode: 0o755, uid: 0, gid: 0, mtime: 0 });
    if (node.type !== "directory") removeBelow(path);
    set(path, node);
  };
  const fileSystem: FileSystem = {
    at: (path) => nodes.get(path),
    resolve: (path, { last }) => follow(path, last, nodes),
    apply(layer) {
      for (const { path } of layer) {
        const name = posix.basename(path);
        if (!name.startsWith(whiteout)) continue;
        const folder = fileSystem.resolve(inFolder(path), { last: true });
        if (name === opaque) removeBelow(folder);
        else remove(posix.join(folder, removedBy(name)));
      }
      for (const { path, ...node } of layer)
        if (!posix.basename(path).startsWith(whiteout)) put(fileSystem.resolve(path, { last: false }), node);
    },
  };
  return fileSystem;
}

/** The name that a whiteout removes, which leads nowhere else. */
function removedBy(name: string): string {
  const removed = name.slice(whiteout.length);
  if (["", ".", ".."].includes(removed))
    throw new Problem("format.invalid", `${name} in a layer of the base image removes no file by its name`);
  return removed;
}

/** Whether a layer's member of that name would remove what is below it. */
export function isWhiteout(path: string): boolean {
  return posix.basename(path).startsWith(whiteout);
}

/** The folder of a path; empty for the root. */
function inFolder(path: string): string {
  const folder = posix.dirname(path);
  return folder === "." ? "" : folder;
}

function follow(path: string, last: boolean, nodes: ReadonlyMap<string, Node>): string {
  const ahead = path.split("/").toReversed();
  const done: string[] = [];
  let links = 0;
  for (let part = ahead.pop(); part !== undefined; part = ahead.pop()) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      done.pop();
      continue;
    }
    const node = nodes.get([...done, part].join("/"));
    const isLast = ahead.every((rest) => rest === "" || rest === ".");
    if (node?.type !== "symlink" || (isLast && !last)) {
      done.push(part);
      continue;
    }
    if (++links > mostLinks)
      throw new Problem("format.invalid", `${path} leads through too many links of the base image`);
    if (node.target.startsWith("/")) done.length = 0;
    ahead.push(...node.target.split("/").toReversed());
  }
  return done.join("/");
}
