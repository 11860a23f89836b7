/** Finds Go programs: the main packages of a module, and which of their variables want the version. */
import { said, under, type Found, type Language, type Program, type Tree } from "./found.ts";

export const go: Language = {
  recognises: (names) => names.has("go.mod"),

  async find(tree, dir): Promise<Found> {
    const module = said(/^module\s+"?([^\s"]+)/m.exec((await tree.read(under(dir, "go.mod"))) ?? "")?.[1]);
    if (module === undefined) return { programs: [], about: {} };
    const name = lastPart(module);
    const programs = (await mainPackages(tree, dir)).map((found) => programOf(found, dir, name));
    return {
      programs,
      about: {
        name,
        homepage: module.startsWith("github.com/") ? `https://${module.replace(/\/v\d+$/, "")}` : undefined,
      },
    };
  },
};

interface MainPackage {
  /** `.` or `./cmd/x`. */
  readonly path: string;
  /** Its Go files' text. */
  readonly text: string;
  readonly file: string;
}

/** Main packages in the module's folder and in `cmd/*`; only where neither has one, in any other folder beside. */
async function mainPackages(tree: Tree, dir: string): Promise<readonly MainPackage[]> {
  const usual = [".", ...(await foldersIn(tree, dir, "cmd"))];
  const found = await mainsAmong(tree, dir, usual);
  return found.length > 0 ? found : mainsAmong(tree, dir, await foldersIn(tree, dir, "."));
}

async function foldersIn(tree: Tree, dir: string, folder: string): Promise<readonly string[]> {
  const names = await tree.list(under(dir, folder));
  const skipped = /^([._].*|vendor|testdata|internal|examples?)\/$/;
  return names
    .filter((name) => name.endsWith("/") && !skipped.test(name))
    .map((name) => `./${under(folder, name.slice(0, -1))}`);
}

async function mainsAmong(tree: Tree, dir: string, paths: readonly string[]): Promise<readonly MainPackage[]> {
  const found = await Promise.all(paths.map((path) => mainPackage(tree, dir, path)));
  return found.filter((one) => one !== undefined);
}

async function mainPackage(tree: Tree, dir: string, path: string): Promise<MainPackage | undefined> {
  const folder = path === "." ? dir : under(dir, path.slice(2));
  const files = (await tree.list(folder)).filter((name) => name.endsWith(".go") && !name.endsWith("_test.go"));
  const texts = await Promise.all(
    files.map(async (name) => ({ name, text: (await tree.read(under(folder, name))) ?? "" })),
  );
  const own = texts.filter(
    ({ text }) => /^package main\b/m.test(text) && !/^\/\/(go:build| \+build) ignore\b/m.test(text),
  );
  const [first] = own;
  if (first === undefined) return undefined;
  const main = own.find(({ text }) => /^func main\(\)/m.test(text)) ?? first;
  return { path, text: own.map(({ text }) => text).join("\n"), file: under(folder, main.name) };
}

function programOf({ path, text, file }: MainPackage, dir: string, module: string): Program {
  const stamped = ["-s -w", ...stamps(text)];
  return {
    kind: "go",
    name: path === "." ? module : lastPart(path),
    main: path,
    dir,
    because: file,
    options: { ldflags: stamped.join(" ") },
    remarks:
      stamped.length > 1 ? [] : ["ldflags may also put values into string variables: -X main.version={{ version }}"],
  };
}

/** What is put where: names people give the variables, and the value each gets. */
const wanted: readonly (readonly [RegExp, string])[] = [
  [/^(app|build)?version$/i, "{{ version }}"],
  [/^(git|build)?(commit|sha|revision|commithash|commitsha)$/i, "{{ commit }}"],
  [/^(commit|build)?(date|time|timestamp)$/i, "{{ date }}"],
];

/** `-X` flags for the package's string variables that are named like a version, a commit or a date. */
function stamps(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^var\s*\(\n([\s\S]*?)^\)/gm)].map((match) => match[1] ?? "");
  const lines = [
    ...blocks.flatMap((block) => block.split("\n")),
    ...[...text.matchAll(/^var\s+(.*)$/gm)].map((match) => match[1] ?? ""),
  ];
  const names = lines.flatMap(
    (line) =>
      /^\s*(\w+)(?:\s+string)?\s*=\s*"/.exec(line)?.[1] ?? /^\s*(\w+)\s+string\s*(?:\/\/.*)?$/.exec(line)?.[1] ?? [],
  );
  return wanted.flatMap(([pattern, value]) =>
    names.filter((name) => pattern.test(name)).map((name) => `-X main.${name}=${value}`),
  );
}

/** `engram` of `github.com/acme/engram/v2`. */
function lastPart(path: string): string {
  const parts = path.split("/").filter((part) => !/^v\d+$/.test(part));
  return parts.at(-1) ?? path;
}
