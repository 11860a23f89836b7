/** Config files: what the user changed is never lost, by each manager's own rules. */
import { expect } from "vitest";

import { installed } from "../worlds/packages.ts";
import type { Root } from "../worlds/roots.ts";
import { dpkgReplacing } from "./managers/debian.ts";
import { managers } from "./managers/table.ts";
import { type Case, withManagers } from "./matrix.ts";

// Named for what happens: the user changes it or not, the package's next version has other bytes or not.
const configs = {
  "neither.conf": "config",
  "user.conf": "config",
  "package.conf": "config",
  "both.conf": "config",
  "both-noreplace.conf": "config|noreplace",
  "user-noreplace.conf": "config|noreplace",
  "gone.conf": "config|missingok",
} as const;
const changing = ["package.conf", "both.conf", "both-noreplace.conf"];
const names = Object.keys(configs) as readonly (keyof typeof configs)[];

const configured = (version: string): Case => ({
  version: { text: version, base: version },
  files: Object.fromEntries(
    names.map((name) => [name, changing.includes(name) ? `package ${version}\n` : "package\n"]),
  ),
  contents: names.map((name) => installed(name, `/etc/tool/${name}`, { type: configs[name] })),
});
const v1 = configured("1.0.0");
const v2 = configured("2.0.0");

type Texts = Readonly<Record<string, string>>;

interface Rules {
  /** Which of the files have other contents than the user's after the upgrade, and what stands beside them. */
  readonly upgraded: Texts;
  /** All that is left when the package is gone. */
  readonly removed: Texts;
  /** And when it is purged. */
  readonly purged?: Texts;
}

// What no manager does otherwise: untouched files are the package's, the user's changes stay where the package has none.
const always: Texts = {
  "neither.conf": "package",
  "user.conf": "user",
  "package.conf": "package 2.0.0",
  "user-noreplace.conf": "user",
};
const kept: Texts = { ...always, "both.conf": "user", "both-noreplace.conf": "user" };
const beside = (suffix: string, text: string): Texts => ({
  [`both.conf${suffix}`]: text,
  [`both-noreplace.conf${suffix}`]: text,
});
const replaced: Texts = { ...always, "both.conf": "package 2.0.0", "both-noreplace.conf": "package 2.0.0" };

const rules: Readonly<Record<string, Rules>> = {
  // dpkg(1), --force-confold: conffiles are conffiles, whatever their flags; a remove leaves them, a purge nothing.
  deb: {
    upgraded: { ...kept, ...beside(".dpkg-dist", "package 2.0.0") },
    removed: { ...kept, ...beside(".dpkg-dist", "package 2.0.0") },
    purged: {},
  },
  // rpm: a config file is replaced and the user's saved; noreplace is the other way round.
  rpm: {
    upgraded: {
      ...always,
      "both.conf": "package 2.0.0",
      "both.conf.rpmsave": "user",
      "both-noreplace.conf": "user",
      "both-noreplace.conf.rpmnew": "package 2.0.0",
    },
    removed: {
      "user.conf.rpmsave": "user",
      "both.conf.rpmsave": "user",
      "both-noreplace.conf.rpmsave": "user",
      "both-noreplace.conf.rpmnew": "package 2.0.0",
      "user-noreplace.conf.rpmsave": "user",
    },
  },
  // apk-protected_paths(5): everything in /etc; beside each changed file stands the package's, changed too or not.
  apk: {
    upgraded: {
      ...kept,
      ...beside(".apk-new", "package 2.0.0"),
      "user.conf.apk-new": "package",
      "user-noreplace.conf.apk-new": "package",
      "gone.conf": "package",
    },
    removed: { "user.conf": "user", "user-noreplace.conf": "user", ...beside("", "user") },
  },
  // pacman(8), HANDLING CONFIG FILES
  archlinux: {
    upgraded: { ...kept, ...beside(".pacnew", "package 2.0.0"), "gone.conf": "package" },
    removed: {
      "user.conf.pacsave": "user",
      "user-noreplace.conf.pacsave": "user",
      ...beside(".pacsave", "user"),
      ...beside(".pacnew", "package 2.0.0"),
    },
  },
};

const folder = "/etc/tool";

function textsIn(root: Root): Texts {
  if (root.stat(folder) === undefined) return {};
  return Object.fromEntries(root.list(folder).map((name) => [name, root.read(`${folder}/${name}`).trimEnd()]));
}

function changeSome(root: Root): void {
  for (const name of names.filter((each) => /^(user|both)/.test(each))) root.write(`${folder}/${name}`, "user\n");
}

withManagers(managers)("keeps what the user changed", async ({ manager, root, session, make }) => {
  const { upgraded, removed, purged } = rules[manager.format] ?? { upgraded: {}, removed: {} };
  await session.install((await make(v1)).path);
  changeSome(root);
  await root.run("rm", `${folder}/gone.conf`);
  await session.upgrade((await make(v2)).path);
  expect(textsIn(root)).toEqual(upgraded);
  await session.remove("tool");
  expect(textsIn(root)).toEqual(removed);
  if (purged === undefined) return;
  await session.purge?.("tool");
  expect(textsIn(root)).toEqual(purged);
});

withManagers([dpkgReplacing])("saves the user's beside the package's", async ({ root, session, make }) => {
  await session.install((await make(v1)).path);
  changeSome(root);
  await session.upgrade((await make(v2)).path);
  expect(textsIn(root)).toEqual({ ...replaced, ...beside(".dpkg-old", "user"), "gone.conf": "package" });
});

withManagers(managers)("removes all when asked to", async ({ root, session, make }) => {
  await session.install((await make(v1)).path);
  changeSome(root);
  await (session.purge ?? session.remove)("tool");
  const left = Object.keys(textsIn(root)).filter((name) => !name.endsWith(".rpmsave"));
  expect(left).toEqual([]);
});
