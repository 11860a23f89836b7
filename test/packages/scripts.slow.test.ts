/** Scripts: which run, in which order and with which arguments, as each manager documents it. */
import { expect } from "vitest";

import type { ScriptName } from "../../src/model/package.ts";
import { packages } from "../../src/make/packages/table.ts";
import { installed } from "../worlds/packages.ts";
import { managers } from "./managers/table.ts";
import { type Case, withManagers } from "./matrix.ts";

const log = "/var/log/scripts";

/** Each script writes its name, the package and its arguments: `preinstall of v1: install`. */
function scripted(label: string, version: string, scripts: readonly ScriptName[]): Case {
  const texts = scripts.map((name) => [name, `#!/bin/sh\necho "${name} of ${label}:" "$@" >> ${log}\n`] as const);
  return {
    version: { text: version, base: version },
    files: { tool: version },
    contents: [installed("tool", "/usr/bin/tool")],
    scripts: Object.fromEntries(texts),
  };
}

interface Story {
  readonly install: readonly string[];
  readonly upgrade: readonly string[];
  readonly remove: readonly string[];
  readonly purge?: readonly string[];
}

// What is for upgrades alone runs behind the script of every installation, where the manager has no script of its own for it.
// As arguments, `v1` and `v2` stand for the versions as the manager prints them.
const stories: Readonly<Record<string, Story>> = {
  // Debian Policy 6.5, with the second version that dpkg has added to preinst upgrade.
  deb: {
    install: ["preinstall of v1: install", "postinstall of v1: configure"],
    upgrade: [
      "preremove of v1: upgrade v2",
      "preinstall of v2: upgrade v1 v2",
      "preupgrade of v2: upgrade v1 v2",
      "postremove of v1: upgrade v2",
      "postinstall of v2: configure v1",
      "postupgrade of v2: configure v1",
    ],
    remove: ["preremove of v2: remove", "postremove of v2: remove"],
    purge: ["postremove of v2: purge"],
  },
  // rpm-scriptlets: the number of packages of that name that will be there when the script's own is done.
  rpm: {
    install: ["pretrans of v1: 1", "preinstall of v1: 1", "postinstall of v1: 1", "posttrans of v1: 1"],
    upgrade: [
      "pretrans of v2: 2",
      "preinstall of v2: 2",
      "preupgrade of v2: 2",
      "postinstall of v2: 2",
      "postupgrade of v2: 2",
      "preremove of v1: 1",
      "postremove of v1: 1",
      "posttrans of v2: 2",
    ],
    remove: ["preremove of v2: 0", "postremove of v2: 0"],
  },
  // apk-package(5)
  apk: {
    install: ["preinstall of v1: v1", "postinstall of v1: v1"],
    upgrade: ["preupgrade of v2: v2 v1", "postupgrade of v2: v2 v1"],
    remove: ["preremove of v2: v2", "postremove of v2: v2"],
  },
  // PKGBUILD(5), INSTALL
  archlinux: {
    install: ["preinstall of v1: v1", "postinstall of v1: v1"],
    upgrade: ["preupgrade of v2: v2 v1", "postupgrade of v2: v2 v1"],
    remove: ["preremove of v2: v2", "postremove of v2: v2"],
  },
};

const inAll = ["preinstall", "postinstall", "preremove", "postremove"] as const;
const inSome = ["preupgrade", "postupgrade", "pretrans", "posttrans"] as const;
const casesOf = (format: string): readonly [Case, Case] => {
  const names = [...inAll, ...inSome.filter((name) => packages.get(format)?.scripts.includes(name))];
  return [scripted("v1", "1.0.0", names), scripted("v2", "2.0.0", names)];
};
const cases = new Map(Object.keys(stories).map((format) => [format, casesOf(format)]));

const test = withManagers(managers);

test("runs the scripts in their order with their arguments", async ({ manager, root, session, make }) => {
  const [first, second] = cases.get(manager.format) ?? casesOf(manager.format);
  const [v1, v2] = [await make(first), await make(second)];
  const expected = stories[manager.format] ?? { install: [], upgrade: [], remove: [] };
  const after = async (act: Promise<void> | undefined): Promise<readonly string[]> => {
    root.write(log, "");
    await act;
    const lines = root.read(log).split("\n").slice(0, -1);
    return lines.map((line) => line.trimEnd().replaceAll(v1.draft.version, "v1").replaceAll(v2.draft.version, "v2"));
  };
  expect(await after(session.install(v1.path))).toEqual(expected.install);
  expect(await after(session.upgrade(v2.path))).toEqual(expected.upgrade);
  expect(await after(session.remove("tool"))).toEqual(expected.remove);
  if (expected.purge !== undefined) expect(await after(session.purge?.("tool"))).toEqual(expected.purge);
});
