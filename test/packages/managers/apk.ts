/** The manager of Alpine's packages. */
import { join } from "node:path";

import type { Root } from "../../worlds/roots.ts";
import { hand, linesOf, type Manager, type Session } from "./manager.ts";

export const apk: Manager = {
  name: "apk 3.0",
  format: "apk",
  root: "bare",
  tools: ["apk"],
  open: (root, tools) => apkSession(root, tools.apk ?? "apk"),
};

async function apkSession(root: Root, program: string): Promise<Session> {
  const fixed = ["--root", root.path, "--allow-untrusted", "--no-network", "--no-progress"];
  const run = (...words: readonly string[]): Promise<string> => root.outside(program, ...fixed, ...words);
  const at = (path: string): string => join(root.path, hand(root, path));
  const version = async (name: string): Promise<string | undefined> =>
    /^Version: (.+)$/m.exec(await run("query", "--installed", "--fields=version", name))?.[1];
  await run("add", "--arch=x86_64", "--initdb");
  return {
    install: async (path) => void (await run("add", at(path))),
    async upgrade(path) {
      // apk takes an older version without a word.
      const said = await run("add", "--simulate", at(path));
      if (/\) Upgrading /.test(said)) await run("add", at(path));
    },
    force: async (path) => void (await run("add", "--arch=aarch64", at(path))),
    remove: async (name) => void (await run("del", name)),
    purge: async (name) => void (await run("del", "--purge", name)),
    version,
    owned: (name) => ownedBy(run, name),
    complaints: async () =>
      linesOf(await run("audit", "--system", "--check-permissions")).map((line) => line.replace(" ", " /")),
  };
}

async function ownedBy(
  run: (...words: readonly string[]) => Promise<string>,
  name: string,
): Promise<readonly string[]> {
  const [, ...paths] = linesOf(await run("info", "--contents", name));
  return paths.map((path) => `/${path}`);
}
