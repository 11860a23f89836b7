/** Texts of announcements: the words a kind's options have, and what is said where they leave it out. */
import { secretName, template, z } from "../../model/schema.ts";
import { renderText, type Scope, type Template, type Text } from "../../model/template.ts";
import type { AnnounceContext } from "./kind.ts";

/** Names that are known once the Release is public. */
export const lateNames = ["release", "artifacts", "checksums", "images"] as const;

/** An option that is rendered when the Release is public. */
export function lateText(description: string): z.ZodType<Template> {
  return template(description, lateNames);
}

export const textOption = lateText("what is said; left out: `TITLE is out: URL`").optional();

/** A secret by its name, as the config says it. */
export const secretOption = secretName;

/** A template as the Plan holds it; undefined stays left out. */
export function planned(text: Template | undefined, scope: Scope): Text | null {
  return text === undefined ? null : renderText(text, scope);
}

/** The options of a Plan: what {@link planned} made. */
export const plannedText = z
  .union([z.string(), z.object({ late: z.string(), with: z.record(z.string(), z.json()) })])
  .nullable() as z.ZodType<Text | null>;

export const plannedSecret = z.object({ from: z.enum(["env", "file", "keychain", "run"]), name: z.string() });

/** What is said: the text of the options, or the title and the address. */
export function wordsOf(text: Text | null, context: AnnounceContext): string {
  const { about, url } = context;
  if (text !== null) return context.render(text).trim();
  return url === "" ? `${about.title} is out` : `${about.title} is out: ${url}`;
}

/** A template that may be left out, rendered; empty for none. */
export function optionalWords(text: Text | null, context: AnnounceContext): string {
  return text === null ? "" : context.render(text).trim();
}
