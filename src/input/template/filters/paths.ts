/** Filters over paths and the files they lead to. */
import path from "node:path";
import { FilterRefusal, textOf, type Filter, type FilterHost } from "./filter.ts";

export const pathFilters: readonly Filter[] = [
  {
    name: "base",
    summary: "The last part of a path.",
    example: ["'docs/man/tool.1' | base", "tool.1"],
    run: (input) => path.posix.basename(textOf(input)),
  },
  {
    name: "dir",
    summary: "A path without its last part.",
    example: ["'docs/man/tool.1' | dir", "docs/man"],
    run: (input) => path.posix.dirname(textOf(input)),
  },
  {
    name: "ext",
    summary: "The extension of a path, with its dot.",
    example: ["'docs/man/tool.1' | ext", ".1"],
    run: (input) => path.posix.extname(textOf(input)),
  },
  {
    name: "abs",
    summary: "The absolute path of a path in the project; of a number, its absolute value.",
    run: (input, _, host) => (typeof input === "number" ? Math.abs(input) : path.resolve(host.root, textOf(input))),
  },
  {
    name: "readFile",
    summary: "The text of a file, relative to the project, or nothing where it is not there.",
    run: (input, _, host) => read(textOf(input), host) ?? "",
  },
  {
    name: "mustReadFile",
    summary: "The text of a file, relative to the project, which has to be there.",
    run: (input, _, host) => {
      const text = read(textOf(input), host);
      if (text === undefined) throw new FilterRefusal(`there is no file "${textOf(input)}"`);
      return text;
    },
  },
];

/** Without the line ends that editors leave behind. */
function read(file: string, host: FilterHost): string | undefined {
  const bytes = host.read(file);
  return bytes === undefined ? undefined : new TextDecoder("utf-8").decode(bytes).trim();
}
