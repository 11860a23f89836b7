/** Commands of the user's that run around the work. */
import type { Place } from "../problem.ts";
import type { Template } from "../template.ts";

/** A command of the user's: words, or a template that is split into words (quotes count, no shell). */
export interface Hook {
  readonly place: Place;
  readonly run: Template | readonly Template[];
  readonly dir: Template | undefined;
  readonly env: Readonly<Record<string, Template>>;
  readonly when: Template | undefined;
}
