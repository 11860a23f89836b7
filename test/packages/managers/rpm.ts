/** The manager of rpm packages by itself: rpm 4.18 from outside a bare root, rpm 6.1 inside of its own. */
import { join } from "node:path";

import type { Outcome } from "../../worlds/holder.ts";
import type { Root } from "../../worlds/roots.ts";
import { hand, linesOf, type Manager, packageFolder, type Session } from "./manager.ts";

export const rpm4: Manager = {
  name: "rpm 4.18",
  format: "rpm",
  root: "bare",
  tools: ["rpm"],
  open: (root) => rpmSession(root, outsideRpm(root)),
};

export const rpm6: Manager = {
  name: "rpm 6.1",
  format: "rpm",
  root: "forky",
  tools: ["rpm"],
  open: (root) => rpmSession(root, insideRpm(root)),
};

/** An rpm program that works in a root. */
export interface Rpm {
  run(...words: readonly string[]): Promise<string>;
  attempt(...words: readonly string[]): Promise<Outcome>;
  /** A path of the root as this program finds it. */
  at(path: string): string;
}

/** This machine's rpm. Debian's keeps its database in the user's home unless told. */
export function outsideRpm(root: Root): Rpm {
  const fixed = ["--root", root.path, "--dbpath", "/var/lib/rpm"];
  return {
    run: (...words) => root.outside("rpm", ...fixed, ...words),
    attempt: (...words) => root.attemptOutside("rpm", ...fixed, ...words),
    at: (path) => join(root.path, path),
  };
}

/** The root's own rpm. */
export function insideRpm(root: Root): Rpm {
  return {
    run: (...words) => root.run("rpm", ...words),
    attempt: (...words) => root.attempt("rpm", ...words),
    at: (path) => path,
  };
}

/** Packages with scripts need `/bin/sh`, which no package of these roots brings: this machine's rpmbuild makes one that does. */
export async function installShell(root: Root, rpm: Rpm): Promise<void> {
  const folder = join(root.path, packageFolder);
  root.write(`${packageFolder}/shell.spec`, shellSpec);
  const macros = ["--define", `_topdir ${folder}`, "--define", "_rpmfilename shell.rpm"];
  await root.outside("rpmbuild", "-bb", "--quiet", ...macros, join(folder, "shell.spec"));
  await rpm.run("--install", rpm.at(`${packageFolder}/RPMS/shell.rpm`));
}

const shellSpec = `Name: shell
Version: 1
Release: 1
Summary: what every root has
License: MIT
BuildArch: noarch
Provides: /bin/sh
%description
A shell.
%files
`;

async function rpmSession(root: Root, rpm: Rpm): Promise<Session> {
  await installShell(root, rpm);
  const install = async (path: string, ...options: readonly string[]): Promise<void> => {
    await rpm.run("--upgrade", ...options, rpm.at(hand(root, path)));
  };
  return {
    install,
    upgrade: install,
    force: (path) => install(path, "--ignorearch"),
    remove: async (name) => void (await rpm.run("--erase", name)),
    ...rpmQueries(rpm),
  };
}

/** What rpm says of installed packages. */
export function rpmQueries(rpm: Rpm): Pick<Session, "version" | "owned" | "complaints"> {
  return {
    async version(name) {
      const { status, stdout } = await rpm.attempt("--query", "--queryformat", "%{EVR}", name);
      return status === 0 ? stdout : undefined;
    },
    owned: async (name) => linesOf(await rpm.run("--query", "--list", name)),
    complaints: async (name) => linesOf((await rpm.attempt("--verify", name)).stdout),
  };
}
