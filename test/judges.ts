/** Tests that need a judge: they run where it is installed, and elsewhere are skipped with the reason. */

import type { TestContext } from "vitest";
import { it } from "vitest";
import { findJudge, judgeNamed } from "../scripts/judges/find.ts";
import type { JudgeName } from "../scripts/judges/table.ts";
import { bootObstacle, withBooted } from "./worlds/booted.ts";
import { holdObstacle } from "./worlds/holder.ts";
import { type Root, withRoot } from "./worlds/roots.ts";

/** The path of a judge's or peer's program, or undefined when it is not installed. */
export function judge(name: JudgeName): string | undefined {
  return findJudge(judgeNamed(name));
}

/** The paths of the programs a test asked for, by name. */
type Tools<Name extends JudgeName> = Readonly<Record<Name, string>>;

/** A test as `it` declares one; `timeout` is in milliseconds. */
type DeclareTest<Name extends JudgeName> = (
  title: string,
  body: (tools: Tools<Name>, context: TestContext) => unknown,
  timeout?: number,
) => void;

/**
 * Declares a test that needs programs, and gets their paths:
 * `needs("ruby", "zstd")("Ruby reads ...", ({ ruby, zstd }) => ...)`.
 * Without one of them it is skipped as "ruby is not installed"; `npm test` ends with the count of each reason.
 */
export function needs<const Name extends JudgeName>(...names: readonly Name[]): DeclareTest<Name> {
  return (title, body, timeout) => {
    it(title, timeout === undefined ? {} : { timeout }, async (context) => {
      const found = names.map((name) => [name, judge(name)] as const);
      const missing = found.filter(([, path]) => path === undefined).map(([name]) => name);
      if (missing.length > 0)
        context.skip(`${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} not installed`);
      await body(Object.fromEntries(found) as Tools<Name>, context);
    });
  };
}

/** The roots there are: `bookworm` for `root-bookworm`. */
export type RootName = JudgeName extends infer Name ? (Name extends `root-${infer Rest}` ? Rest : never) : never;

/** A test in a root of its own. */
type DeclareRootTest<Name extends JudgeName> = (
  title: string,
  body: (root: Root, tools: Tools<Name>, context: TestContext) => unknown,
  timeout?: number,
) => void;

/**
 * Declares a test that installs packages into a throw-away root, and gets it: `needsRoot("bookworm")("...", (root) => ...)`.
 * `tools` are judges it needs besides, which run from outside: `needsRoot("bare", "rpm")("...", (root, { rpm }) => ...)`.
 * Without them, or where not run as root, it is skipped with the reason.
 */
export function needsRoot<const Name extends JudgeName = never>(
  name: RootName,
  ...tools: readonly Name[]
): DeclareRootTest<Name> {
  return (title, body, timeout) =>
    needs<Name | JudgeName>(`root-${name}`, ...tools)(
      title,
      async (found, context) => {
        const obstacle = holdObstacle();
        if (obstacle !== undefined) context.skip(obstacle);
        await withRoot(found[`root-${name}`], async (root) => body(root, found as Tools<Name>, context));
      },
      timeout,
    );
}

/** Declares a test in a root that has booted with systemd, as {@link needsRoot} does. */
export function needsBooted<const Name extends JudgeName = never>(...tools: readonly Name[]): DeclareRootTest<Name> {
  return (title, body, timeout) =>
    needs<Name | JudgeName>("root-systemd", "systemd-nspawn", ...tools)(
      title,
      async (found, context) => {
        const obstacle = bootObstacle();
        if (obstacle !== undefined) context.skip(obstacle);
        await withBooted(found["root-systemd"], async (root) => body(root, found as Tools<Name>, context));
      },
      timeout,
    );
}
