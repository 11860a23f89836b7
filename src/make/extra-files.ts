/** Makes extra assets of the Release: files of the project, each under its own name; rendered ones know what was made before. */
import { basename } from "node:path";

import type { Plain } from "../model/json.ts";
import type { PlannedFile, Step } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import { lateValues } from "./late-values.ts";
import type { Made, MakeContext, Maker } from "./maker.ts";
import { describeEntry, type TreeEntry } from "./tree.ts";
import { resolveFiles } from "./resolve-files.ts";

export const extraFilesMaker: Maker = {
  kind: "files",
  version: 1,
  // What stands in the files is the truest key: they are small, and what a template asks for is known only once it is rendered.
  key: async (step, context) => (await entriesOf(step, context)).map(describeEntry),
  async make(step, context) {
    const made = new Map<string, Made>();
    for (const entry of await entriesOf(step, context)) {
      if (entry.type !== "file")
        throw new Problem("plan.invalid", `${entry.path} is a ${entry.type}; only files can be assets`, {
          place: step.place,
        });
      const name = basename(entry.path);
      if (made.has(name))
        throw new Problem("plan.collision", `two assets would be called "${name}"`, { place: step.place });
      made.set(name, await context.write(name, entry.content.open()));
    }
    return { made: [...made.values()], reads: [] };
  },
};

async function entriesOf({ options }: Step, context: MakeContext): Promise<readonly TreeEntry[]> {
  const file = options["file"] as Plain<PlannedFile>;
  const { render } = file;
  if (render === undefined) return resolveFiles([file], context);
  const late = lateValues(context.inputs, options["downloads"] as string | undefined);
  return resolveFiles([{ ...file, render: { ...render, ...late } }], context);
}
