/** Makes an archive: gathers its members, writes it, and reads it back before it counts. */
import type { ArchiveStepOptions } from "../../model/archive.ts";
import { posix } from "node:path";

import type { Splice } from "../../format/splices.ts";
import { unsafeTarget } from "../../format/unsafe-path.ts";
import { Problem } from "../../model/problem.ts";
import type { Made, MakeContext, Maker, MakeResult, StepOf } from "../maker.ts";
import { readBack } from "../read-back.ts";
import { describeEntry, sortTree, type TreeEntry } from "../tree.ts";
import { resolveFiles } from "../resolve-files.ts";
import type { ArchiveFormat } from "./format.ts";

/** The maker for one archive format. */
export function archiveMaker(format: ArchiveFormat): Maker<ArchiveStepOptions> {
  return {
    kind: format.kind,
    version: format.version,
    memory: 64 * 1024 * 1024,
    waits: true,
    async key(step, context) {
      // Files of the project are small beside the binaries: they are read anyway, and their digests are the truest key.
      const { files } = step.options;
      const tree = await resolveFiles(
        files.filter((file) => file.source !== "artifact"),
        context,
      );
      return tree.map(describeEntry);
    },
    make: (step, context) => makeArchive(format, step, context),
  };
}

async function makeArchive(
  format: ArchiveFormat,
  step: StepOf<ArchiveStepOptions>,
  context: MakeContext,
): Promise<MakeResult> {
  const entries = await gatherEntries(step, context);
  const [output] = step.outputs;
  if (output === undefined) throw new Error(`${step.id} has no output`);
  return { made: [await writeArchive(format, output.name, entries, context)], reads: [] };
}

/** Writes an archive into the scratch folder and reads it back. Fails with `plan.invalid` for a symlink that leaves it. */
export async function writeArchive(
  format: ArchiveFormat,
  name: string,
  entries: readonly TreeEntry[],
  context: MakeContext,
): Promise<Made> {
  entries.forEach(refuseLeaving);
  const splices: Splice[] = [];
  const bytes = format.write(entries, context.compressor, (splice) => splices.push(splice));
  const made = await context.write(name, bytes);
  await readBack(format, made.path, entries, splices);
  return made;
}

/** Who unpacks an archive must not be led out of the folder; git and projects may hold such links all the same. */
function refuseLeaving(entry: TreeEntry): void {
  const why = entry.type === "symlink" ? unsafeTarget(entry.path, entry.target) : undefined;
  if (entry.type !== "symlink" || why === undefined) return;
  throw new Problem("plan.invalid", `${entry.path} -> ${entry.target} cannot go into an archive: ${why}`, {
    hint: "Leave it out (of a source archive by `export-ignore` in .gitattributes), or let it lead to something inside.",
  });
}

async function gatherEntries(step: StepOf<ArchiveStepOptions>, context: MakeContext): Promise<readonly TreeEntry[]> {
  const { folder, members, files } = step.options;
  const binaries = members.map(({ step: from, output, to, mode, owner, group }): TreeEntry => {
    const content = context.contentOf(context.inputOf(from, output));
    return { type: "file", path: to, mode, owner, group, mtime: context.epoch, content };
  });
  const entries = sortTree([...binaries, ...(await resolveFiles(files, context))]);
  if (entries.length === 0)
    throw new Problem("plan.empty", `${step.title} would be empty`, {
      place: step.place,
      hint: "add files, or remove the entry",
    });
  return folder === "" ? entries : entries.map((entry) => ({ ...entry, path: posix.join(folder, entry.path) }));
}
