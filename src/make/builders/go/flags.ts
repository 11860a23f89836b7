/** Reads the flags a user gives `go build`: which are refused, and whether all that they make it read is known. */
import { Problem } from "../../../model/problem.ts";

/** A flag without its dashes; the go command takes one or two. */
interface Flag {
  readonly name: string;
  readonly value: string;
}

/** Flags whose effect is wholly in the command line or in files that `go list` names, and whether they take a value. */
const understood = new Map([
  ["a", false],
  ["v", false],
  ["x", false],
  ["trimpath", false],
  ["modcacherw", false],
  ["buildvcs", false],
  ["p", true],
  ["tags", true],
  ["ldflags", true],
  ["gcflags", true],
  ["asmflags", true],
  ["mod", true],
  ["buildmode", true],
  ["installsuffix", true],
  ["pgo", true],
]);

/** Values with which an understood flag reads other files: profiles, external linkers, include folders. */
const reading = new Map([
  ["pgo", /^(?!auto$|off$)/],
  ["ldflags", /(^|\s)-{1,2}(linkmode|extld|extar|r|I|L|installsuffix|importcfg|linkshared)\b/],
  ["gcflags", /(^|[\s=])-{1,2}(I|importcfg|embedcfg|symabis|pgoprofile|linkobj|asmhdr)\b/],
  ["asmflags", /(^|[\s=])-{1,2}I/],
]);

/** Whether nothing in the flags makes the build read files that `go list` does not name. Unknown flags count as reading. */
export function readsOnlyPackages(flags: readonly string[]): boolean {
  const parsed = parse(flags);
  return parsed?.every(({ name, value }) => reading.get(name)?.test(value) !== true) === true;
}

/** The last value given for a flag; `true` for a flag without one; undefined where it is not given. */
export function lastValue(flags: readonly string[], name: string): string | undefined {
  const pattern = new RegExp(`^--?${name}(?:=(.*))?$`, "s");
  const at = flags.findLastIndex((word) => pattern.test(word));
  const match = flags[at]?.match(pattern);
  if (match === null || match === undefined) return undefined;
  return match[1] ?? (understood.get(name) === true ? (flags[at + 1] ?? "") : "true");
}

/** The words of GOFLAGS. Quoted ones stay as they are: they are understood as little as unknown ones. */
export function wordsOfGoflags(goflags: string): readonly string[] {
  return goflags.split(/\s+/).filter((word) => word !== "");
}

/** Throws `config.invalid` for flags that would take the output or the folder away from under the build. */
export function refuseOwnFlags(flags: readonly string[]): void {
  const refused = ["o", "C"].find((name) => lastValue(flags, name) !== undefined);
  if (refused === undefined) return;
  const instead = refused === "o" ? "the output is named by `binary`" : "the folder is named by `dir`";
  throw new Problem("config.invalid", `flags: -${refused} cannot be given, since ${instead}`);
}

function parse(words: readonly string[]): readonly Flag[] | undefined {
  const flags: Flag[] = [];
  for (let at = 0; at < words.length; at++) {
    const match = words[at]?.match(/^--?([A-Za-z]+)(?:=(.*))?$/s);
    const name = match?.[1];
    const takesValue = name === undefined ? undefined : understood.get(name);
    if (name === undefined || takesValue === undefined) return undefined;
    flags.push({ name, value: match?.[2] ?? (takesValue ? (words[++at] ?? "") : "true") });
  }
  return flags;
}
