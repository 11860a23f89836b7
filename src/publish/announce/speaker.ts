/** Who says it where a webhook may speak under another name: a name, and a picture. */
import type { Scope, Template, Text } from "../../model/template.ts";
import type { AnnounceContext } from "./kind.ts";
import { lateText, optionalWords, planned, plannedText } from "./texts.ts";

export interface SpeakerOptions {
  readonly username?: Template | undefined;
  readonly icon?: Template | undefined;
}

/** As the Plan holds it. */
export interface Speaker {
  readonly username: Text | null;
  readonly icon: Text | null;
}

/** Options of a kind, described in its own words. */
export function speakerOptions(words: { readonly username: string; readonly icon: string }) {
  return { username: lateText(words.username).optional(), icon: lateText(words.icon).optional() };
}

export const plannedSpeaker = { username: plannedText, icon: plannedText };

export function planSpeaker({ username, icon }: SpeakerOptions, scope: Scope): Speaker {
  return { username: planned(username, scope), icon: planned(icon, scope) };
}

/** Both rendered; empty for what the webhook has itself. */
export function speakerOf({ username, icon }: Speaker, context: AnnounceContext) {
  return { username: optionalWords(username, context), icon: optionalWords(icon, context) };
}
