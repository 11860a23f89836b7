/** Filters over lists and maps. */
import { FilterRefusal, isRecord, listOf, recordOf, textOf, type Filter } from "./filter.ts";

export const listFilters: readonly Filter[] = [
  {
    name: "list",
    summary: "A list of the input and the arguments.",
    example: ["'a' | list: 'b', 'c' | join: '+'", "a+b+c"],
    run: (input, args) => [input, ...args],
  },
  {
    name: "map",
    summary: "A map of the input and the arguments, key and value in turn; of a list, that field of each entry.",
    example: ["'linux' | map: 'Linux', 'darwin', 'macOS' | indexOrDefault: 'darwin', '?'", "macOS"],
    run: map,
  },
  {
    name: "indexOrDefault",
    summary: "The value of a map under a key, or a default where it has none.",
    example: ["'linux' | map: 'Linux' | indexOrDefault: 'plan9', 'other'", "other"],
    run: (input, [key, fallback]) => {
      const record = recordOf(input);
      const name = textOf(key, "the key");
      return Object.hasOwn(record, name) ? record[name] : fallback;
    },
  },
  {
    name: "has",
    summary: "Whether a map has a key (`env | has: 'CI'`) or a list an entry.",
    example: ["'a' | list: 'b' | has: 'b'", "true"],
    run: (input, [what]) =>
      isRecord(input) ? Object.hasOwn(input, textOf(what, "the key")) : listOf(input).includes(what),
  },
  {
    name: "contains",
    summary: "Whether a text holds another, or a list an entry.",
    example: ["'v1.0.0-rc.1' | contains: 'rc'", "true"],
    run: (input, [what]) =>
      Array.isArray(input) ? input.includes(what) : textOf(input).includes(textOf(what, "the text")),
  },
  {
    name: "exclude",
    summary: "A list without some entries.",
    example: ["'a' | list: 'b', 'c' | exclude: 'b' | join: ''", "ac"],
    run: (input, args) => {
      const without = new Set(args.flatMap((arg) => (Array.isArray(arg) ? (arg as readonly unknown[]) : [arg])));
      return listOf(input).filter((entry) => !without.has(entry));
    },
  },
  {
    name: "englishJoin",
    summary: "A list as an English sentence has it.",
    example: ["'a' | list: 'b', 'c' | englishJoin", "a, b, and c"],
    run: (input) => englishJoin(listOf(input).map((entry) => textOf(entry, "an entry"))),
  },
];

function map(input: unknown, args: readonly unknown[]): unknown {
  if (Array.isArray(input)) {
    const field = textOf(args[0], "the field");
    return input.map((entry) => {
      const record = recordOf(entry, "an entry");
      return Object.hasOwn(record, field) ? record[field] : undefined;
    });
  }
  const flat = [input, ...args];
  if (flat.length % 2 !== 0)
    throw new FilterRefusal("a map is made of keys and values in turn, and the last key has no value");
  const entries = flat.flatMap((key, index) =>
    index % 2 === 0 ? [[textOf(key, "a key"), flat[index + 1]] as const] : [],
  );
  return Object.fromEntries(entries);
}

function englishJoin(words: readonly string[]): string {
  if (words.length <= 2) return words.join(" and ");
  return `${words.slice(0, -1).join(", ")}, and ${words.at(-1) ?? ""}`;
}
