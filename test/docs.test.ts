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
  ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`),
];
const textOf = (path: string): string => readFileSync(join(ROOT, path), "utf8");

it("generates the config reference, the table of template names and the JSON Schema from the schema itself", async () => {
  expect(await driftedFiles()).toEqual([]);
});

it("has no link that leads nowhere", () => {
  const dead = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map(([, target = ""]) => join(dirname(page), target))
      .filter((target) => !existsSync(join(ROOT, target)))
      .map((target) => `${page}: ${target}`),
  );
  expect(dead).toEqual([]);
});

it("reaches every page from docs/README.md", () => {
  const index = textOf("docs/README.md");
  expect(
    readdirSync(join(ROOT, "docs")).filter((name) => name !== "README.md" && !index.includes(`(${name})`)),
  ).toEqual([]);
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
