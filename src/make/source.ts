/** Makes a source archive: the files git has at the commit, in our own container, so that its bytes do not depend on git's version. */
import type { SourceStepOptions } from "../model/archive.ts";
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { devNull } from "node:os";
import { join } from "node:path";

import { readChunks } from "../format/file.ts";
import { readTar } from "../format/tar/read.ts";
import { diskProblem } from "../model/disk.ts";
import type { Json } from "../model/json.ts";
import type { KindTable } from "../model/kind.ts";
import type { ArchiveFormat } from "./archives/format.ts";
import { writeArchive } from "./archives/maker.ts";
import type { MakeContext, Maker, StepOf } from "./maker.ts";
import { sortTree, type TreeEntry } from "./tree.ts";
import { resolveFiles } from "./resolve-files.ts";

/** The maker of `source` steps, for the formats in `formats`. */
export function sourceMaker(formats: KindTable<ArchiveFormat>): Maker<SourceStepOptions> {
  return {
    kind: "source",
    version: 2,
    key: whatDecides,
    async make(step, context) {
      const { format: name, files } = step.options;
      const [output] = step.outputs;
      const format = formats.get(name);
      if (output === undefined || format === undefined) throw new Error(`${step.id} was planned wrongly`);
      const entries = await sourceEntries(step, context);
      const made = await writeArchive(format, output.name, entries, context);
      // The key says what decides git's files; extra files lie in the work tree and are read each time.
      return files.length === 0 ? { made: [made], reads: [] } : { made: [made] };
    },
  };
}

/** The operator's own settings for modes, line ends and attributes would make another archive of the same commit. */
const settings: readonly (readonly [key: string, value: string])[] = [
  ["safe.directory", "*"],
  ["tar.umask", "0022"],
  ["core.autocrlf", "false"],
  ["core.eol", "lf"],
  ["core.attributesFile", devNull],
];
const settled = settings.flatMap(([key, value]) => ["-c", `${key}=${value}`]);

/**
 * What decides the files besides the commit: which folder of the repository the project is, and what `export-subst` may ask of
 * names that point at the commit and of its notes (gitattributes(5), "Creating an archive").
 */
async function whatDecides(step: StepOf<SourceStepOptions>, context: MakeContext): Promise<Json> {
  const { commit } = step.options;
  const ask = async (...args: readonly string[]): Promise<string> =>
    (await context.run({ command: "git", args: [...settled, ...args], quiet: true })).stdout;
  const [folder, names] = await Promise.all([
    ask("rev-parse", "--show-prefix"),
    ask("log", "-1", "--no-show-signature", "--format=%D%n%(describe:tags)%n%N", commit, "--"),
  ]);
  return { folder, names };
}

async function sourceEntries(step: StepOf<SourceStepOptions>, context: MakeContext): Promise<readonly TreeEntry[]> {
  const { commit, prefix, files } = step.options;
  const tar = join(context.scratch, "source.tar");
  await context.run({ command: "git", args: [...settled, "archive", "--format=tar", "-o", tar, commit] });
  const entries = await spoolMembers(tar, context);
  const extra = await resolveFiles(files, context);
  return sortTree([...entries, ...extra].map((entry) => ({ ...entry, path: `${prefix}${entry.path}` })));
}

/** The members of git's tar. Their bytes go into one scratch file, so that memory does not grow with the repository. */
async function spoolMembers(tar: string, context: MakeContext): Promise<readonly TreeEntry[]> {
  const path = join(context.scratch, "spool");
  const entries: TreeEntry[] = [];
  try {
    const spool = await open(path, "wx");
    try {
      let start = 0;
      for await (const member of readTar(readChunks(tar))) {
        const attributes = {
          path: member.path.replace(/\/$/, ""),
          mode: member.mode,
          mtime: context.epoch,
          owner: "root",
          group: "root",
        };
        if (member.type === "symlink")
          entries.push({ ...attributes, mode: 0o777, type: "symlink", target: member.target });
        if (member.type !== "file") continue;
        const hash = createHash("sha256");
        for await (const chunk of member.open()) {
          hash.update(chunk);
          await spool.writeFile(chunk);
        }
        entries.push({
          ...attributes,
          type: "file",
          content: context.contentOfRange(path, { start, size: member.size, sha256: hash.digest("hex") }),
        });
        start += member.size;
      }
    } finally {
      await spool.close();
    }
  } catch (thrown) {
    throw diskProblem(thrown, path);
  }
  return entries;
}
