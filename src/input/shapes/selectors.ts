/** The shape of `from`: names of earlier entries, such as `engram`, `build:engram` or `archive:*` (rule 3). */
import type { Selector } from "../../model/config/entry.ts";
import { oneOrMore, unplaced, z } from "../../model/schema.ts";
import { didYouMean } from "../../model/nearest.ts";

/** What may stand before the colon: a section, in the singular. */
const sections: readonly string[] = ["build", "source", "archive", "package", "image", "chart", "installer", "index"];

/** One name or several; an empty list is nothing on purpose. */
export function selectors(description: string): z.ZodType<readonly Selector[]> {
  return oneOrMore(selector(), description);
}

export function selector(): z.ZodType<Selector> {
  return z.string().transform((text, context): Selector => {
    const [before, after, ...rest] = text.split(":");
    const [section, name] = after === undefined ? [undefined, before] : [before, after];
    const known = section === undefined || sections.includes(section);
    if (known && rest.length === 0 && name !== undefined && /^[^\s{}]+$/.test(name))
      return { section, name, place: unplaced };
    const meant = known ? undefined : didYouMean(section, sections);
    const message = `expected a name or glob over names, such as build:* (before the colon: ${sections.join(", ")})${meant === undefined ? "" : `; ${meant}`}`;
    context.issues.push({ code: "custom", message, input: text });
    return z.NEVER;
  });
}

/** The selector of a text that names artifacts (`build:engram`), or undefined for any other text. */
export function isSelector(text: string): boolean {
  const section = text.split(":", 1)[0];
  return section !== undefined && text.includes(":") && sections.includes(section);
}
