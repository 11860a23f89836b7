/** Managers that take rpm packages from a repository and solve what they need: dnf, dnf5 and zypper. */
import { join } from "node:path";

import type { Root } from "../../worlds/roots.ts";
import { hand, type Manager, packageFolder, type Session } from "./manager.ts";
import { insideRpm, installShell, outsideRpm, type Rpm, rpmQueries } from "./rpm.ts";

export const dnf4: Manager = {
  name: "dnf 4.14",
  format: "rpm",
  root: "bare",
  tools: ["rpm", "dnf", "createrepo_c"],
  async open(root) {
    const rpm = outsideRpm(root);
    const fixed = [`--installroot=${root.path}`, "--releasever=9", "--setopt=cachedir=/var/cache/dnf"];
    // Debian's rpm library looks for the database in the user's home.
    root.write(`${packageFolder}/.rpmmacros`, "%_dbpath /var/lib/rpm\n");
    const home = `HOME=${join(root.path, packageFolder)}`;
    const dnf = dnfOf(root, rpm, (...words) => root.outside("env", home, "dnf", ...fixed, ...words));
    return solverSession(root, rpm, dnf);
  },
};

export const dnf5: Manager = {
  name: "dnf5 5.4",
  format: "rpm",
  root: "forky",
  tools: ["rpm", "createrepo_c"],
  async open(root) {
    const rpm = insideRpm(root);
    return solverSession(
      root,
      rpm,
      dnfOf(root, rpm, (...words) => root.run("dnf5", ...words)),
    );
  },
};

export const zypper: Manager = {
  name: "zypper 1.14",
  format: "rpm",
  root: "bare",
  tools: ["rpm", "zypper", "createrepo_c"],
  async open(root) {
    const zypper = (...words: readonly string[]): Promise<string> =>
      root.outside("zypper", "--root", root.path, "--non-interactive", "--no-gpg-checks", ...words);
    const folder = join(root.path, packageFolder);
    return solverSession(root, outsideRpm(root), {
      begin: () => zypper("addrepo", "--no-gpgcheck", "--refresh", `dir:${folder}`, "tests"),
      install: (name) => zypper("install", name),
      upgrade: (name) => zypper("update", name),
      remove: (name) => zypper("remove", name),
    });
  },
};

/** What a solver is told to do, by the name of a package. */
interface Solver {
  begin(): Promise<unknown>;
  install(name: string): Promise<unknown>;
  upgrade(name: string): Promise<unknown>;
  remove(name: string): Promise<unknown>;
}

function dnfOf(root: Root, rpm: Rpm, run: (...words: readonly string[]) => Promise<string>): Solver {
  const config = `${packageFolder}/dnf.conf`;
  const dnf = (...words: readonly string[]): Promise<string> =>
    run("--assumeyes", "--refresh", `--config=${rpm.at(config)}`, ...words);
  return {
    async begin() {
      const main = "[main]\ngpgcheck=0\nreposdir=/nonexistent\nplugins=0\n";
      root.write(config, `${main}[tests]\nname=tests\nbaseurl=file://${rpm.at(packageFolder)}\nenabled=1\n`);
    },
    install: (name) => dnf("install", name),
    upgrade: (name) => dnf("upgrade", name),
    remove: (name) => dnf("remove", name),
  };
}

async function solverSession(root: Root, rpm: Rpm, solver: Solver): Promise<Session> {
  await installShell(root, rpm);
  await solver.begin();
  const offer = async (path: string): Promise<string> => {
    const file = rpm.at(hand(root, path));
    await root.outside("createrepo_c", "--quiet", "--no-database", join(root.path, packageFolder));
    return rpm.run("--query", "--package", "--queryformat", "%{NAME}", file);
  };
  return {
    install: async (path) => void (await solver.install(await offer(path))),
    upgrade: async (path) => void (await solver.upgrade(await offer(path))),
    remove: async (name) => void (await solver.remove(name)),
    ...rpmQueries(rpm),
  };
}
