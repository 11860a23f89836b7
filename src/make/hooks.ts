/** Runs the user's commands before and after a Step. */
import { chmod, copyFile, mkdtemp, stat } from "node:fs/promises";
import { basename, join } from "node:path";

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

/**
 * What hooks may change: a file that is the user's own (`keep`) as a copy of its own in the scratch folder, under the same
 * name and with the same mode, since only what is released should be changed.
 */
export async function forHooks(made: readonly Made[], { scratch }: MakeContext): Promise<readonly Made[]> {
  return Promise.all(
    made.map(async (file): Promise<Made> => {
      if (file.keep !== true) return file;
      const path = join(await mkdtemp(join(scratch, "copy-")), basename(file.path));
      await copyFile(file.path, path);
      await chmod(path, (await stat(file.path)).mode | 0o200);
      return { name: file.name, path };
    }),
  );
}

/** A map of texts, each filled. */
export function fillAll(texts: Readonly<Record<string, Text>>, fill: (text: Text) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fill(text)]));
}

function isWords(run: PlannedHook["run"]): run is readonly Text[] {
  return Array.isArray(run);
}
