/** The documentation says what is so: nothing has drifted, every link leads somewhere, every error is explained. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

import { driftedFiles } from "../scripts/docs.ts";
import { commands } from "../src/cli/commands.ts";
import { ROOT } from "./setup/imports.ts";

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const textOf = (path: string): string => readFileSync(join(ROOT, path), "utf8");

it("generates the config reference, the table of template names and the JSON Schema from the schema itself", async () => {
  expect(await driftedFiles()).toEqual([]);
});

/** What a page links to, as paths from the root. */
const linksOf = (page: string): readonly string[] =>
  [...textOf(page).matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) =>
    join(dirname(page), target),
  );

it("has no link that leads nowhere", () => {
  const dead = pages.flatMap((page) =>
    linksOf(page)
      .filter((target) => !existsSync(join(ROOT, target)))
      .map((target) => `${page}: ${target}`),
  );
  expect(dead).toEqual([]);
});

it("reaches every page from docs/README.md", () => {
  const reached = new Set(["docs/README.md"]);
  for (const page of reached) for (const target of linksOf(page)) if (pages.includes(target)) reached.add(target);
  expect(pages.filter((page) => page.startsWith("docs/") && !reached.has(page))).toEqual([]);
});

it("explains every error code, and none that there is not", () => {
  const declared = /export type ProblemCode =([^;]*);/.exec(textOf("src/model/problem.ts"))?.[1] ?? "";
  const codes = [...declared.matchAll(/\| "([^"]+)"/g)].map(([, code = ""]) => code);
  const explained = [...textOf("docs/errors.md").matchAll(/^\| `([^`]+)`/gm)].map(([, code = ""]) => code);
  expect(codes.length).toBeGreaterThan(20);
  expect(explained.toSorted()).toEqual(codes.toSorted());
});

it("names every command of the command line", () => {
  const text = textOf("docs/command-line.md");
  expect(commands.filter(({ name }) => !text.includes(`slipway ${name}`))).toEqual([]);
});
