/** An edit: a file of the project with another version in it, and nothing else changed. */
import { isDeepStrictEqual } from "node:util";

import { Problem, type Place } from "../../model/problem.ts";
import { type About, type Form, replaceSpots, type Spot } from "./spot.ts";

export interface Edit {
  /** Relative to the project, `/` separated. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
  /** Versions that stood there. */
  readonly was: readonly string[];
}

export interface EditRequest {
  readonly file: string;
  readonly text: string;
  readonly form: Form;
  readonly about: About;
  readonly version: string;
  /** Where the config names the file. */
  readonly place: Place | undefined;
}

/**
 * The file with the version. Throws `format.invalid` for one that its form cannot read or that cannot be edited by position, and
 * `plan.empty` for one that holds no version.
 */
export function editFile({ file, text, form, about, version, place }: EditRequest): Edit {
  const spots = findSpots(file, text, form, about, place);
  if (spots.length === 0)
    throw new Problem("plan.empty", `${file}: no version is found`, {
      place,
      hint: "Say where it stands: { file: ..., pattern: 'tool (\\d+\\.\\d+\\.\\d+)' }.",
    });
  const after = replaceSpots(text, spots, version);
  if (form.parse !== undefined && !changesOnly(form.parse(text), form.parse(after), version))
    throw new Problem("format.invalid", `${file}: the version cannot be changed without changing something else`, {
      place,
      hint: "Say where it stands: { file: ..., pattern: ... }.",
    });
  return { file, before: text, after, was: [...new Set(spots.map(({ value }) => value))] };
}

/** Spots that hold a version. Throws `format.invalid`. */
export function findSpots(
  file: string,
  text: string,
  form: Form,
  about: About,
  place: Place | undefined,
): readonly Spot[] {
  try {
    return form.find(text, about);
  } catch (thrown) {
    if (thrown instanceof Problem || !(thrown instanceof Error)) throw thrown;
    throw new Problem("format.invalid", `${file} cannot be read: ${thrown.message.split("\n", 1)[0]}`, {
      place,
      cause: thrown,
    });
  }
}

/** Whether two documents are the same but for texts that became the version. */
function changesOnly(before: unknown, after: unknown, version: string): boolean {
  if (typeof before === "string" && typeof after === "string")
    return before === after || after === version || after === `v${version}`;
  if (Array.isArray(before) && Array.isArray(after))
    return before.length === after.length && before.every((item, index) => changesOnly(item, after[index], version));
  if (!isRecord(before) || !isRecord(after)) return isDeepStrictEqual(before, after);
  const keys = Object.keys(before);
  return (
    keys.length === Object.keys(after).length &&
    keys.every((key) => Object.hasOwn(after, key) && changesOnly(before[key], after[key], version))
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
