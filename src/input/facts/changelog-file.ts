/** Reads a changelog that somebody keeps by hand: YAML in the form of chglog (https://github.com/goreleaser/chglog). */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import { parse } from "yaml";

import { onDisk } from "../../model/disk.ts";
import type { ChangelogEntry } from "../../model/package.ts";
import { type Place, placed, Problem } from "../../model/problem.ts";
import { z } from "../../model/schema.ts";
import { readTime } from "../../model/time.ts";

const entry = z.object({
  semver: z.string(),
  date: z.string(),
  packager: z.string().optional(),
  changes: z.array(z.object({ note: z.string() })).default([]),
});
const file = z.array(entry);

/**
 * The file's versions, in its order, which is newest first. Fails with `file.missing`, and with `config.invalid` at `place` on what
 * has another form.
 */
export async function readChangelogFile(root: string, path: string, place: Place): Promise<readonly ChangelogEntry[]> {
  const text = await onDisk(path, () => readFile(resolve(root, path), "utf8")).catch((thrown: unknown) => {
    throw thrown instanceof Problem ? placed(thrown, place) : thrown;
  });
  const read = file.safeParse(parsed(text, path, place));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw wrong(path, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`, place);
  }
  return read.data.map(({ semver, date, packager = "", changes }) => {
    const time = readTime(date);
    if (time === undefined) throw wrong(path, `"${date}" is not a time`, place);
    const notes = changes.map(({ note }) => note.trim().replaceAll(/\s*\n\s*/g, " ")).filter((note) => note !== "");
    return {
      version: semver,
      time: Math.floor(time / 1000),
      author: packager.trim(),
      changes: notes.length === 0 ? ["No changes."] : notes,
    };
  });
}

/** Texts stay texts: a time is read by us, in no zone but its own. */
function parsed(text: string, path: string, place: Place): unknown {
  try {
    return parse(text, { schema: "failsafe" });
  } catch (thrown) {
    throw wrong(path, thrown instanceof Error ? (thrown.message.split("\n")[0] ?? "") : String(thrown), place);
  }
}

function wrong(path: string, how: string, place: Place): Problem {
  return new Problem("config.invalid", `${path} is no changelog: ${how}`, {
    place,
    expected: "a list of versions, each with `semver`, `date` and `changes: [{ note: ... }]`",
  });
}
