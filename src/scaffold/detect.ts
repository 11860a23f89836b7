/** Looks at a folder and says which programs could be released from it. */
import { access, readdir, readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";

import { onDisk } from "../model/disk.ts";
import type { About, Found, Language, Program, Tree } from "./detect/found.ts";
import { go } from "./detect/go.ts";
import { javascript } from "./detect/javascript.ts";
import { python } from "./detect/python.ts";
import { rust } from "./detect/rust.ts";
import { zig } from "./detect/zig.ts";

export type { About, Program } from "./detect/found.ts";

/** A new language is one file and one line here. */
const languages: readonly Language[] = [go, rust, javascript, python, zig];

export interface Detected {
  /** Name of the project. */
  readonly name: string;
  readonly about: About;
  readonly programs: readonly Program[];
  /** Files that usually go into archives and are there: LICENSE, README.md, ... */
  readonly documents: readonly string[];
  /** Whether .gitignore already names the folder releases are written to. */
  readonly ignoresDist: boolean;
}

/** Folders that hold no program of the project's own. */
const skipped =
  /^(\..*|node_modules|vendor|third_party|dist|build|target|zig-out|docs?|examples?|tests?|testdata|fixtures|benchmarks?)\/$/;

/**
 * Reads the manifests in `dir` and one level below it; runs nothing. A folder below counts for a language only where the
 * project's own folder has none of it, since that one's manifest speaks for what lies under it.
 */
export async function detect(dir: string): Promise<Detected> {
  const tree = treeAt(dir);
  await onDisk(dir, () => access(dir));
  const names = await tree.list(".");
  const folders = names.filter((name) => name.endsWith("/") && !skipped.test(name)).map((name) => name.slice(0, -1));
  const found = await Promise.all(languages.map((language) => findLanguage(language, tree, new Set(names), folders)));
  const about = merged(found.map((one) => one.about));
  const programs = distinct(found.flatMap((one) => one.programs));
  return {
    name: sanitized(about.name ?? programs[0]?.name ?? basename(resolve(dir))),
    about: { ...about, license: about.license ?? (await licenseOf(tree, names)) },
    programs,
    documents: names.filter((name) => /^(licen[cs]e|copying|notice|readme|changelog)([.-][\w.-]+)?$/i.test(name)),
    ignoresDist: /^\/?dist\/?\s*$/m.test((await tree.read(".gitignore")) ?? ""),
  };
}

async function findLanguage(
  language: Language,
  tree: Tree,
  names: ReadonlySet<string>,
  folders: readonly string[],
): Promise<Found> {
  if (language.recognises(names)) {
    const here = await language.find(tree, ".");
    if (here.programs.length > 0) return here;
    // A workspace's manifest, or one of tools only: it still says what the project is called.
    const below = await findBelow(language, tree, folders);
    return { programs: below.programs, about: here.about };
  }
  const below = await findBelow(language, tree, folders);
  return { programs: below.programs, about: {} };
}

async function findBelow(
  language: Language,
  tree: Tree,
  folders: readonly string[],
): Promise<{ readonly programs: readonly Program[] }> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const names = new Set(await tree.list(folder));
      return language.recognises(names) ? (await language.find(tree, folder)).programs : [];
    }),
  );
  return { programs: found.flat() };
}

/** The first manifest that says something is believed. */
function merged(all: readonly About[]): About {
  const pick = (key: keyof About): string | undefined =>
    all.map((about) => about[key]).find((value) => value !== undefined);
  return { name: pick("name"), description: pick("description"), homepage: pick("homepage"), license: pick("license") };
}

/** Entries need names of their own: the second `cli` is called after its builder. */
function distinct(programs: readonly Program[]): readonly Program[] {
  const taken = new Set<string>();
  return programs.map((program) => {
    const base = sanitized(program.name);
    const choices = [
      base,
      `${base}-${program.kind}`,
      ...programs.map((_, index) => `${base}-${program.kind}-${index + 2}`),
    ];
    const name = choices.find((choice) => !taken.has(choice)) ?? base;
    taken.add(name);
    return { ...program, name };
  });
}

/** A name that every file system and registry takes. */
function sanitized(name: string): string {
  return name.replace(/[^\w.+-]+/g, "-").replace(/^[.-]+|[.-]+$/g, "") || "app";
}

/** The licence by the words its file begins with. */
async function licenseOf(tree: Tree, names: readonly string[]): Promise<string | undefined> {
  const file = names.find((name) => /^(licen[cs]e|copying)(\.\w+)?$/i.test(name));
  const text = file === undefined ? "" : ((await tree.read(file)) ?? "").slice(0, 2000).replace(/\s+/g, " ");
  return licenses.find(([words]) => words.test(text))?.[1];
}

const licenses: readonly (readonly [RegExp, string])[] = [
  [/\bMIT License\b|Permission is hereby granted, free of charge/, "MIT"],
  [/Apache License,? Version 2\.0/, "Apache-2.0"],
  [/Mozilla Public License Version 2\.0/i, "MPL-2.0"],
  [/\bISC License\b|Permission to use, copy, modify, and\/or distribute/, "ISC"],
  [/BSD 3-Clause/, "BSD-3-Clause"],
  [/BSD 2-Clause/, "BSD-2-Clause"],
];

/** Files under `root`; what cannot be read is not there. */
function treeAt(root: string): Tree {
  return {
    async read(path) {
      return readFile(join(root, path), "utf8").catch(() => undefined);
    },
    async list(path) {
      const entries = await readdir(join(root, path), { withFileTypes: true }).catch(() => []);
      return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).toSorted();
    },
    async exists(path) {
      return stat(join(root, path)).then(
        (found) => found.isFile(),
        () => false,
      );
    },
  };
}
