/** The manager of Arch packages. */
import { join } from "node:path";

import type { Root } from "../../worlds/roots.ts";
import { hand, linesOf, type Manager, type Session } from "./manager.ts";

export const pacman: Manager = {
  name: "pacman 6.0",
  format: "archlinux",
  root: "bare",
  tools: ["pacman"],
  open: (root) => Promise.resolve(pacmanSession(root)),
};

const config = "[options]\nArchitecture = x86_64\nSigLevel = Never\nLocalFileSigLevel = Never\n";

function pacmanSession(root: Root): Session {
  for (const folder of ["/var/lib/pacman", "/var/cache/pacman/pkg", "/var/log"]) root.mkdir(folder);
  root.write("/etc/pacman.conf", config);
  const fixed = ["--root", root.path, "--config", join(root.path, "etc/pacman.conf"), "--noconfirm"];
  const place = ["--dbpath", "var/lib/pacman", "--cachedir", "var/cache/pacman/pkg", "--logfile", "var/log/pacman.log"];
  const words = [...fixed, ...place.map((word) => (word.startsWith("--") ? word : join(root.path, word)))];
  const run = (...more: readonly string[]): Promise<string> => root.outside("pacman", ...words, ...more);
  const at = (path: string): string => join(root.path, hand(root, path));
  return {
    install: async (path) => void (await run("--upgrade", at(path))),
    force: async (path) => void (await run("--upgrade", "--arch", "aarch64", at(path))),
    async upgrade(path) {
      // pacman warns of an older version and installs it all the same.
      const [name = "", version = ""] = (await run("--query", "--file", at(path))).trim().split(" ");
      const [, installed = ""] = (await run("--query", name)).trim().split(" ");
      if (Number(await root.outside("vercmp", version, installed)) > 0) await run("--upgrade", at(path));
    },
    remove: async (name) => void (await run("--remove", name)),
    purge: async (name) => void (await run("--remove", "--nosave", name)),
    async version(name) {
      const { status, stdout } = await root.attemptOutside("pacman", ...words, "--query", name);
      return status === 0 ? stdout.trim().split(" ")[1] : undefined;
    },
    async owned(name) {
      const paths = linesOf(await run("--query", "--list", "--quiet", name));
      return paths.map((path) => join("/", path.slice(root.path.length)).replace(/\/$/, ""));
    },
    async complaints(name) {
      const { stdout, stderr } = await root.attemptOutside("pacman", ...words, "--query", "--check", "--check", name);
      return linesOf(stdout + stderr).filter((line) => !line.endsWith(" 0 altered files"));
    },
  };
}
