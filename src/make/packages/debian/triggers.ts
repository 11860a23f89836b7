/** A package's triggers file (deb-triggers(5)). */
import { type Place, Problem, throwIfAny } from "../../../model/problem.ts";
import { type DebOptions, triggerDirectives } from "./options.ts";

/** The file, empty without triggers. A name is a path, or a word as packages have them; anything else is `plan.invalid`. */
export function triggersOf(triggers: NonNullable<DebOptions["triggers"]>, place: Place): string {
  const lines = triggerDirectives.flatMap((directive) => (triggers[directive] ?? []).map((name) => [directive, name]));
  throwIfAny(
    lines
      .filter(([, name = ""]) => !/^(\/[!-~]*|[a-z0-9][a-z0-9+.-]*(:[a-z0-9-]+)?)$/i.test(name))
      .map(
        ([directive, name]) =>
          new Problem("plan.invalid", `triggers.${directive}: "${name}" is no trigger`, {
            place,
            expected: "an absolute path, or a word such as ldconfig",
          }),
      ),
  );
  return lines.map(([directive, name]) => `${directive} ${name}\n`).join("");
}
