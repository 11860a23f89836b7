/** Makes extra assets of the Release: files of the project, each under its own name; rendered ones know what was made before. */
import { basename } from "node:path";

import type { JsonObject } from "../model/json.ts";
import type { PlannedFile } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import { lateValues } from "./late-values.ts";
import type { Made, Maker } from "./maker.ts";
import { resolveFiles } from "./tree.ts";

export const extraFilesMaker: Maker = {
  kind: "files",
  version: 1,
  async make(step, context) {
    const planned = step.options["file"] as unknown as PlannedFile;
    const { render } = planned;
    const downloads = step.options["downloads"] as string | undefined;
    const late = (): JsonObject => lateValues(context.inputs, downloads);
    const file = render === undefined ? planned : { ...planned, render: { ...render, ...late() } };
    const entries = await resolveFiles([file], context);
    const made = new Map<string, Made>();
    for (const entry of entries) {
      if (entry.type !== "file")
        throw new Problem("plan.invalid", `${entry.path} is a ${entry.type}; only files can be assets`, {
          place: step.place,
        });
      const name = basename(entry.path);
      if (made.has(name))
        throw new Problem("plan.collision", `two assets would be called "${name}"`, { place: step.place });
      made.set(name, await context.write(name, entry.content.open()));
    }
    return { made: [...made.values()] };
  },
};
