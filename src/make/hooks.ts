/** Runs the user's commands before and after a Step. */
import { join } from "node:path";

import type { PlannedHook } from "../model/plan.ts";
import type { Text } from "../model/template.ts";
import type { Made, MakeContext } from "./maker.ts";
import { splitWords } from "./words.ts";

/** Runs hooks one after the other. After a Step they see `{{ artifact.path }}` and `{{ artifact.name }}` of what was made. */
export async function runHooks(
  hooks: readonly PlannedHook[],
  context: MakeContext,
  made: Made | undefined,
): Promise<void> {
  for (const hook of hooks) {
    const fill = (text: Text): string =>
      typeof text === "string"
        ? text
        : context.render(text.late, { ...text.with, artifact: { name: made?.name ?? "", path: made?.path ?? "" } });
    const [command, ...args] = isWords(hook.run) ? hook.run.map(fill) : splitWords(fill(hook.run), hook.place);
    if (command === undefined) continue;
    await context.run({ command, args, cwd: join(context.root, hook.dir), env: fillAll(hook.env, fill) });
  }
}

/** A map of texts, each filled. */
export function fillAll(texts: Readonly<Record<string, Text>>, fill: (text: Text) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fill(text)]));
}

function isWords(run: PlannedHook["run"]): run is readonly Text[] {
  return Array.isArray(run);
}
