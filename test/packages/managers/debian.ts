/** Managers of deb packages: dpkg and apt. */
import type { Root } from "../../worlds/roots.ts";
import { hand, linesOf, type Manager, type Session } from "./manager.ts";

const keep = "--force-confold";
const replace = "--force-confnew";

/** dpkg(1), told beforehand to keep the user's config files where the package changed them too. */
export const dpkg: Manager = {
  name: "dpkg 1.21",
  format: "deb",
  root: "bookworm",
  tools: [],
  open: (root) => Promise.resolve(dpkgSession(root, keep)),
};

/** dpkg, told to put the package's config files in place of the user's. */
export const dpkgReplacing: Manager = {
  ...dpkg,
  name: "dpkg 1.21 --force-confnew",
  open: (root) => Promise.resolve(dpkgSession(root, replace)),
};

export const apt26: Manager = aptOf("apt 2.6", "bookworm");
export const apt33: Manager = aptOf("apt 3.3", "forky");

function dpkgSession(root: Root, answer: string): Session {
  const install = async (path: string, ...options: readonly string[]): Promise<void> => {
    await root.run("dpkg", answer, "--refuse-downgrade", ...options, "--install", hand(root, path));
  };
  return {
    install,
    upgrade: install,
    async force(path) {
      await install(path, "--force-architecture");
      await root.run("dpkg", "--add-architecture", "arm64"); // as it advises then
    },
    remove: async (name) => void (await root.run("dpkg", "--remove", name)),
    purge: async (name) => void (await root.run("dpkg", "--purge", name)),
    ...queries(root),
  };
}

/** apt-get(8) installs the file itself, as its solver sees it; there is no network and no list of packages. */
function aptOf(name: string, root: "bookworm" | "forky"): Manager {
  return { name, format: "deb", root, tools: [], open: (opened) => Promise.resolve(aptSession(opened)) };
}

function aptSession(root: Root): Session {
  const apt = async (...words: readonly string[]): Promise<void> => {
    await root.run("apt-get", "--yes", "-o", `Dpkg::Options::=${keep}`, ...words);
  };
  const install = (path: string): Promise<void> => apt("install", hand(root, path));
  return {
    install,
    upgrade: install,
    remove: (name) => apt("remove", name),
    purge: (name) => apt("purge", name),
    ...queries(root),
  };
}

function queries(root: Root): Pick<Session, "version" | "owned" | "complaints"> {
  return {
    async version(name) {
      const format = "${db:Status-Status} ${Version}";
      const { stdout } = await root.attempt("dpkg-query", "--show", `--showformat=${format}`, name);
      return /^installed (.+)$/.exec(stdout)?.[1];
    },
    owned: async (name) => linesOf(await root.run("dpkg-query", "--listfiles", name)).filter((path) => path !== "/."),
    async complaints(name) {
      const { stdout } = await root.attempt("dpkg", "--verify", name);
      return [...linesOf(stdout), ...linesOf(await root.run("dpkg", "--audit"))];
    },
  };
}
