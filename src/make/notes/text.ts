/** Puts release notes together: header, body and footer, or what a template of the project makes of them. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import { onDisk } from "../../model/disk.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Step } from "../../model/plan.ts";
import { Problem } from "../../model/problem.ts";
import type { Text } from "../../model/template.ts";
import { lateValues } from "../late-values.ts";
import type { MakeContext, MakeResult, Read } from "../maker.ts";
import { digestFile } from "../reads.ts";

/** What `plan/notes.ts` tells every kind of notes. */
export interface NotesOptions {
  readonly header: Text;
  readonly footer: Text;
  /** Path of a template file, relative to the project; empty for none. */
  readonly template: string;
  /** What the template file may use besides late values. */
  readonly scope: JsonObject;
}

/** Writes the notes around `body`; `data` is what a template file is given besides `changelog`. */
export async function writeNotes(
  step: Step,
  context: MakeContext,
  body: string,
  data: JsonObject,
  reads: readonly Read[],
): Promise<MakeResult> {
  const { header, footer, template, scope } = step.options as JsonObject & NotesOptions;
  const late = lateValues(context.inputs);
  const render = (text: Text): string =>
    typeof text === "string" ? text : context.render(text.late, { ...text.with, ...late });
  const parts = { header: render(header), changelog: body, footer: render(footer) };
  const joined = [parts.header, parts.changelog, parts.footer].map((part) => part.trim()).filter((part) => part !== "");
  const own = template === "" ? undefined : await readProjectFile(context, template);
  const text =
    own === undefined
      ? joined.join("\n\n")
      : context.render(own.text, { ...scope, ...late, ...data, ...parts }, { wholeFile: template });
  const bytes = Buffer.from(`${text.trim()}\n`);
  const name = step.outputs[0]?.name ?? "notes.md";
  return {
    made: [await context.write(name, oneChunk(bytes))],
    // Templates may read files and the environment, and nobody knows which: they are rendered every time.
    ...(own === undefined && isPlain(header) && isPlain(footer) ? { reads } : {}),
  };
}

function isPlain(text: Text): boolean {
  return typeof text === "string";
}

/** A text file, relative to the project or absolute, and that it was read. */
export async function readProjectFile(
  context: MakeContext,
  path: string,
): Promise<{ readonly text: string; readonly read: Read }> {
  const file = resolve(context.root, path);
  const text = await onDisk(path, () => readFile(file, "utf8"));
  if (text.includes("\u0000")) throw new Problem("format.invalid", `${path} is not a text file`);
  return { text: text.replaceAll("\r\n", "\n"), read: { file: path, sha256: await digestFile(file) } };
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
