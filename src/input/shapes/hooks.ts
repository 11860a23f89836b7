/** The shape of hooks: commands of the user's that run before and after something. */
import type { Hook } from "../../model/config/hooks.ts";
import { choose, environment, isMap, scalarTemplate, template, unplaced, z } from "../../model/schema.ts";

/** A list of hooks; `lateNames` may stand in their commands. */
export function hooks(description: string, lateNames: readonly string[] = []): z.ZodType<readonly Hook[]> {
  return z.array(hook(lateNames)).describe(description);
}

function hook(lateNames: readonly string[]): z.ZodType<Hook> {
  const command = template("A command: words separated by spaces, quotes count, no shell.", lateNames);
  const run = choose<Hook["run"]>(
    "A command, or the list of its words.",
    (raw) =>
      Array.isArray(raw) ? { schema: z.array(scalarTemplate("One word.", lateNames)).min(1) } : { schema: command },
    () => z.union([z.string(), z.array(z.string())]),
  );
  const written = z.strictObject({
    run,
    dir: template("Folder to run it in, relative to the project.").optional(),
    env: environment("Variables for this command.").optional(),
    when: scalarTemplate("Run only if this renders to something other than `false` or nothing.").optional(),
  });
  const full = written.transform((map): Hook => ({
    place: unplaced,
    run: map.run,
    dir: map.dir,
    env: map.env ?? {},
    when: map.when,
  }));
  const short = command.transform((text): Hook => ({
    place: unplaced,
    run: text,
    dir: undefined,
    env: {},
    when: undefined,
  }));
  return choose<Hook>(
    "A command, or a map when it needs options.",
    (raw) => ({ schema: isMap(raw) ? full : short }),
    () => z.union([z.string(), written]),
  );
}
