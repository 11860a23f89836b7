/** Reads the list of modules in a Go program's build information (Go's runtime/debug.ParseBuildInfo). */
import { damaged } from "./executable/executable.ts";

export interface GoModule {
  readonly path: string;
  /** `v1.2.3`, `(devel)`, or empty. */
  readonly version: string;
  /** As in go.sum: `h1:` and base64; empty where there is none. */
  readonly sum: string;
  /** What was taken in its place. */
  readonly replace?: GoModule | undefined;
}

export interface GoBuildInfo {
  /** `go1.26.8`, and words behind it for experiments. */
  readonly goVersion: string;
  /** Of the main package; empty where the program was built without modules. */
  readonly path: string;
  /** The main package's module. */
  readonly main: GoModule | undefined;
  readonly deps: readonly GoModule[];
  /** `GOOS`, `-tags`, `vcs.revision`, ... in the order of the build. */
  readonly settings: readonly (readonly [key: string, value: string])[];
}

/** A module and what it is replaced by, while the lines of the list go by. */
interface Row {
  readonly module: GoModule;
  replace: GoModule | undefined;
}

/** Fails with `format.invalid` on a line that Go's own reader refuses. */
export function parseGoModules(goVersion: string, text: string): GoBuildInfo {
  let path = "";
  let main: Row | undefined;
  const deps: Row[] = [];
  const settings: (readonly [string, string])[] = [];
  let last: Row | undefined;
  for (const line of text.split("\n")) {
    const [word, ...fields] = line.split("\t");
    if (word === "path") path = fields.join("\t");
    if (word === "mod") last = main = { module: moduleOf(fields), replace: undefined };
    if (word === "dep") deps.push((last = { module: moduleOf(fields), replace: undefined }));
    if (word === "=>") {
      if (last === undefined) throw damaged("its list of Go modules replaces a module that is not there");
      last.replace = moduleOf(fields);
      last = undefined;
    }
    if (word === "build") settings.push(settingOf(fields.join("\t")));
  }
  return {
    goVersion,
    path,
    main: main === undefined ? undefined : joined(main),
    deps: deps.map(joined),
    settings,
  };
}

function joined({ module, replace }: Row): GoModule {
  return replace === undefined ? module : { ...module, replace };
}

function moduleOf(fields: readonly string[]): GoModule {
  const [path = "", version = "", sum = ""] = fields;
  if (path === "" || fields.length > 3) throw damaged("a line of its list of Go modules is none");
  return { path, version, sum };
}

/** No command line is longer (ARG_MAX on Linux is two mebibytes for all words together). */
const longestSetting = 1024 * 1024;

/** `key=value`; either is quoted as Go quotes where blanks, quotes or `=` would make it something else. */
function settingOf(text: string): readonly [string, string] {
  if (text.length > longestSetting) throw damaged("a setting of its Go build is too long");
  const quoted = /^("(?:[^"\\]|\\.)*"|`[^`]*`)=/.exec(text)?.[1];
  const key = quoted ?? text.slice(0, text.indexOf("="));
  if (!text.includes("=") || key === "") throw damaged("a setting of its Go build has no value");
  return [unquoted(key), unquoted(text.slice(key.length + 1))];
}

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Go's strconv.Unquote, of what strconv.Quote writes. */
function unquoted(text: string): string {
  if (text.startsWith("`")) return text.slice(1, text.endsWith("`") ? -1 : undefined);
  if (!text.startsWith('"')) return text;
  return text
    .slice(1, text.endsWith('"') ? -1 : undefined)
    .replaceAll(/\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|.)/gi, (_, escape: string) => {
      if (escape.length === 1) return escapes[escape] ?? escape;
      const code = Number.parseInt(escape.slice(1), 16);
      return code > 0x10_ffff ? "\ufffd" : String.fromCodePoint(code);
    });
}
