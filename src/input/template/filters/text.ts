/** Filters over text: case, trimming, escaping. */
import { textOf, type Filter } from "./filter.ts";

/** Characters that Telegram's MarkdownV2 wants escaped. */
const markdownV2 = /[_*[\]()~`>#+\-=|{}.!\\]/g;

export const textFilters: readonly Filter[] = [
  {
    name: "lower",
    summary: "In lower case.",
    example: ["'LINUX' | lower", "linux"],
    run: (input) => textOf(input).toLowerCase(),
  },
  {
    name: "upper",
    summary: "In upper case.",
    example: ["'linux' | upper", "LINUX"],
    run: (input) => textOf(input).toUpperCase(),
  },
  {
    name: "title",
    summary: "Each word with a capital first letter.",
    example: ["'linux mint' | title", "Linux Mint"],
    run: (input) => titleCase(textOf(input)),
  },
  {
    name: "camel",
    summary: "As `camelCase`.",
    example: ["'my-tool name' | camel", "myToolName"],
    run: (input) => camelCase(textOf(input)),
  },
  {
    name: "snake",
    summary: "As `snake_case`.",
    example: ["'myTool name' | snake", "my_tool_name"],
    run: (input) => wordsOf(textOf(input)).join("_"),
  },
  {
    name: "kebab",
    summary: "As `kebab-case`.",
    example: ["'myTool name' | kebab", "my-tool-name"],
    run: (input) => wordsOf(textOf(input)).join("-"),
  },
  {
    name: "trim",
    summary: "Without spaces around it; with an argument, without those characters.",
    example: ["'  a b ' | trim", "a b"],
    run: (input, [characters]) => trim(textOf(input), characters),
  },
  {
    name: "trimPrefix",
    summary: "Without a text it begins with.",
    example: ["'v1.2.3' | trimPrefix: 'v'", "1.2.3"],
    run: (input, [prefix]) => trimPrefix(textOf(input), textOf(prefix, "the prefix")),
  },
  {
    name: "trimSuffix",
    summary: "Without a text it ends with.",
    example: ["'1.2.3-rc' | trimSuffix: '-rc'", "1.2.3"],
    run: (input, [suffix]) => trimSuffix(textOf(input), textOf(suffix, "the suffix")),
  },
  {
    name: "urlPathEscape",
    summary: "Escaped to be one part of a URL's path.",
    example: ["'a b/c' | urlPathEscape", "a%20b%2Fc"],
    run: (input) => urlPathEscape(textOf(input)),
  },
  {
    name: "mdv2escape",
    summary: "Escaped for Telegram's MarkdownV2.",
    example: ["'v1.0' | mdv2escape", "v1\\.0"],
    run: (input) => textOf(input).replaceAll(markdownV2, "\\$&"),
  },
];

function titleCase(text: string): string {
  return text
    .toLowerCase()
    .replace(/(^|[^\p{L}\p{N}_'])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());
}

/** Lower-case words: split at everything that is no letter or digit, and where lower case turns into upper case. */
function wordsOf(text: string): readonly string[] {
  return text
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
}

function camelCase(text: string): string {
  return wordsOf(text)
    .map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join("");
}

function trim(text: string, characters: unknown): string {
  if (characters === undefined) return text.trim();
  const set = new Set(textOf(characters, "the characters"));
  let start = 0;
  let end = text.length;
  while (start < end && set.has(text.charAt(start))) start++;
  while (end > start && set.has(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

function trimPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function trimSuffix(text: string, suffix: string): string {
  return suffix !== "" && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

/** RFC 3986 section 3.3: what may stand in a path segment stays, but for the characters that some servers split at. */
function urlPathEscape(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/%(24|26|2B|3A|3D|40)/g, (escaped) => decodeURIComponent(escaped))
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
