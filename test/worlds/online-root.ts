/** A root whose programs reach this machine's servers: all else is as in any other. */
import { type Root, rootAt, rootPath } from "./roots.ts";

/** The same root, with this machine's network instead of none. */
export function onlineRoot(root: Root): Root {
  const [, pid] = /^\/proc\/(\d+)\//.exec(root.folder) ?? [];
  if (pid === undefined) throw new Error(`no process holds ${root.folder}`);
  const outside = ["nsenter", "--target", pid, "--mount", "--pid", "--ipc", "--uts"];
  return rootAt({ folder: root.folder, outside, inside: [...outside, "chroot", rootPath] });
}
