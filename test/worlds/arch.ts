/** A root in which pacman, running from outside, installs packages. */
import { basename, join } from "node:path";

import type { Root } from "./roots.ts";

export interface Arch {
  /** Runs pacman on the root without questions; throws where it fails. Gives what it printed. */
  pacman(...args: readonly string[]): Promise<string>;
  attempt(...args: readonly string[]): Promise<{ readonly status: number | null; readonly output: string }>;
  /** Copies a package into the root, and installs or upgrades it. */
  install(...files: readonly string[]): Promise<string>;
}

/** Makes an empty database of packages in the root; `config` is added to pacman.conf. */
export async function arch(root: Root, pacman: string, config = "SigLevel = Never\n"): Promise<Arch> {
  const inRoot = (path: string): string => join(root.path, path);
  root.write("/etc/pacman.conf", `[options]\nArchitecture = x86_64\n${config}`);
  await root.run("mkdir", "-p", "/var/lib/pacman", "/var/cache/pacman/pkg", "/etc/pacman.d/hooks");
  const folders = {
    "--config": "etc/pacman.conf",
    "--dbpath": "var/lib/pacman",
    "--cachedir": "var/cache/pacman/pkg",
    "--hookdir": "etc/pacman.d/hooks",
    "--logfile": "var/log/pacman.log",
    "--gpgdir": "etc/pacman.d/gnupg",
  };
  const common = [
    "--noconfirm",
    "--color=never",
    `--root=${root.path}`,
    ...Object.entries(folders).map(([option, path]) => `${option}=${inRoot(path)}`),
  ];
  const run = (...args: readonly string[]): Promise<string> => root.outside(pacman, ...args, ...common);
  return {
    pacman: run,
    async attempt(...args) {
      const { status, stdout, stderr } = await root.attemptOutside(pacman, ...args, ...common);
      return { status, output: `${stdout}${stderr}` };
    },
    install: (...files) => run("-U", ...files.map((file) => inRoot(root.put(file, `/tmp/${basename(file)}`)))),
  };
}
