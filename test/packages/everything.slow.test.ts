/** Everything a package can hold: what is installed is what was asked for, down to owner, mode and time. */
import { expect } from "vitest";

import type { PlannedFile } from "../../src/model/plan.ts";
import { installed } from "../worlds/packages.ts";
import { type Root, type Seen } from "../worlds/roots.ts";
import { epoch } from "../worlds/running.ts";
import { standingIn } from "./leftovers.ts";
import { managers } from "./managers/table.ts";
import { type Case, withManagers } from "./matrix.ts";

const long = `/usr/share/tool/${"d".repeat(60)}/${"e".repeat(99)}/${"f".repeat(101)}/${"g".repeat(200)}.txt`;

/** What is asked for, and how it stands in the root. */
interface Asked {
  readonly file: PlannedFile;
  readonly is: Partial<Seen>;
  readonly text?: string;
}

const file = (to: string, is: Partial<Seen> = {}, more: Partial<PlannedFile> = {}): Asked => ({
  file: installed("text", to, more),
  is: { type: "file", mode: 0o644, owner: "root", group: "root", mtime: epoch, ...is },
  text: "text of a file\n",
});
const link = (to: string, target: string): Asked => ({
  file: { source: "link", from: target, to },
  is: { type: "symlink", target, owner: "root", group: "root" },
});
const dir = (to: string, is: Partial<Seen> = {}, more: Partial<PlannedFile> = {}): Asked => ({
  file: { source: "dir", from: "", to, ...more },
  is: { type: "dir", owner: "root", group: "root", mode: 0o755, ...is },
});

// rpm takes away only folders that a package lists; the others find out what they need.
const folders = [
  "/etc/tool",
  "/usr/lib/tool",
  "/usr/share/doc/tool",
  "/usr/share/licenses",
  "/usr/share/licenses/tool",
  "/usr/share/tool",
  "/usr/share/tool/data",
];
const above = [1, 2, 3].map((count) => long.split("/").slice(0, -count).join("/"));

const asked: readonly Asked[] = [
  ...[...folders, ...above].map((path) => dir(path)),
  file("/usr/bin/tool", { mode: 0o755 }, { mode: 0o755 }),
  file("/usr/bin/tool-suid", { mode: 0o4755 }, { mode: 0o4755 }),
  file("/usr/bin/tool-sgid", { mode: 0o2711, group: "games" }, { mode: 0o2711, group: "games" }),
  link("/usr/bin/tool-link", "tool"),
  link("/usr/share/tool/current", "/usr/share/tool/data"),
  link("/usr/share/tool/data/up", "../../../bin"),
  dir(
    "/var/lib/tool",
    { mode: 0o2770, owner: "games", group: "games" },
    { mode: 0o2770, owner: "games", group: "games" },
  ),
  dir("/var/lib/tool/sticky", { mode: 0o1777 }, { mode: 0o1777 }),
  dir("/usr/lib/tool/empty"),
  file("/var/lib/tool/secret", { mode: 0o600, owner: "games" }, { mode: 0o600, owner: "games" }),
  file(
    "/etc/tool/tool.conf",
    { mode: 0o640, group: "games" },
    { type: "config|noreplace", mode: 0o640, group: "games" },
  ),
  file("/usr/share/doc/tool/README", {}, { type: "doc" }),
  file("/usr/share/doc/tool/NEWS", {}, { type: "readme" }),
  file("/usr/share/licenses/tool/LICENSE", {}, { type: "license" }),
  file("/usr/share/tool/old", { mtime: 1_000_000_000 }, { mtime: 1_000_000_000 }),
  file("/usr/share/tool/ünï €.txt"),
  file(`/usr/share/tool/it's "quoted" & $HOME; [x]*.txt`),
  file("/usr/share/tool/-dash"),
  file(long),
  { ...file("/usr/share/tool/none"), file: installed("none", "/usr/share/tool/none"), text: "" },
];
const large = "a line of a large file that is not all the same, \n".repeat(50_000);
const ghost = "/var/log/tool-ghost.log";

const everything: Case = {
  files: {
    text: "text of a file\n",
    none: "",
    large,
    "tree/a": "a",
    "tree/deep/er/b": "b",
  },
  contents: [
    ...asked.map((one) => one.file),
    installed("large", "/usr/share/tool/data/large"),
    installed("tree", "/usr/share/tool/tree", { type: "tree" }),
    { source: "text", from: "", to: ghost, type: "ghost" },
  ],
};

/** What a manager does otherwise, whatever a package says. */
const otherwise: Readonly<Record<string, Readonly<Record<string, Partial<Seen>>>>> = {
  // It makes folders by mkdir(2), which takes no setgid.
  apk: { "/var/lib/tool": { mode: 0o770 } },
};

/** What a manager finds wrong all the same. */
const wronglyFound: Readonly<Record<string, RegExp>> = {
  // The folder above.
  apk: /^m \/var\/lib\/tool\/$/,
  // It installs owners by name, and compares them by the numbers of .MTREE, which nobody knows beforehand.
  archlinux: /\((UID|GID) mismatch\)$|, 4 altered files$/,
};

const test = withManagers(managers);

test("installs everything as it was asked for, and removes it without a trace", async ({
  manager,
  root,
  session,
  make,
}) => {
  const before = standingIn(root);
  await session.install((await make(everything)).path);
  for (const { file, is } of asked)
    expect({ to: file.to, ...root.stat(file.to) }).toMatchObject({
      to: file.to,
      ...is,
      ...otherwise[manager.format]?.[file.to],
    });
  expect(textsOf(root)).toEqual(asked.map(({ text }) => text));
  expect(root.read("/usr/share/tool/data/large")).toBe(large);
  expect(root.read("/usr/share/tool/tree/deep/er/b")).toBe("b");
  expect(root.stat(ghost)).toBeUndefined();
  const complaints = await session.complaints("tool");
  expect(complaints.filter((line) => wronglyFound[manager.format]?.test(line) !== true)).toEqual([]);

  await (session.purge ?? session.remove)("tool");
  expect(standingIn(root)).toEqual(before);
});

test("owns everything it installs", async ({ manager, session, make }) => {
  await session.install((await make(everything)).path);
  const owned = await session.owned("tool");
  // apk lists files alone.
  const expected = asked.filter(({ is }) => manager.format !== "apk" || is.type !== "dir").map((one) => one.file.to);
  expect(owned).toEqual(expect.arrayContaining(expected));
  expect(owned.includes(ghost)).toBe(manager.format === "rpm");
});

function textsOf(root: Root): readonly (string | undefined)[] {
  return asked.map(({ file: { to }, text }) => (text === undefined ? undefined : root.read(to)));
}
