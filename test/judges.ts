/** Tests that need a judge: they run where it is installed, and elsewhere are skipped with the reason. */

import type { TestContext } from "vitest";
import { it } from "vitest";
import { findJudge, judgeNamed } from "../scripts/judges/find.ts";
import type { JudgeName } from "../scripts/judges/table.ts";

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
