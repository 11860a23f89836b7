/** Turns file entries of the Plan into what goes into a container: globs are resolved now, since hooks make files. */
import { lstatSync } from "node:fs";
import { lstat, readFile, readlink } from "node:fs/promises";
import { basename, join, posix } from "node:path";

import { onDisk, onDiskNow } from "../model/disk.ts";
import type { PlannedFile } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import { filesUnder, findFiles, foldersUnder, isPattern, literalName } from "./glob.ts";
import type { MakeContext } from "./maker.ts";
import type { Attributes, TreeEntry } from "./tree.ts";

/**
 * Members for `files`, in their order. Fails with `file.missing` where an entry that is not optional matches nothing. Modes do
 * not depend on the umask: 0755 for what may be executed, 0644 for the rest.
 */
export async function resolveFiles(files: readonly PlannedFile[], context: MakeContext): Promise<readonly TreeEntry[]> {
  const known = resolvedIn.get(context) ?? new Map<PlannedFile, Promise<readonly TreeEntry[]>>();
  resolvedIn.set(context, known);
  const resolved = files.map((file) => {
    const entries = known.get(file) ?? resolvers[file.source](file, context);
    known.set(file, entries);
    return entries;
  });
  return (await Promise.all(resolved)).flat();
}

/** A Step's key and its making see the same files, looked up once. */
const resolvedIn = new WeakMap<MakeContext, Map<PlannedFile, Promise<readonly TreeEntry[]>>>();

/** The folders inside a folder of the project that an entry names, itself included, as members of their own. */
export async function resolveFolders(file: PlannedFile, context: MakeContext): Promise<readonly TreeEntry[]> {
  const folder = literalName(file.from.replace(/^(\.\/)+/, "").replace(/\/+$/, ""));
  const found = await foldersUnder(context.root, folder, context.ours);
  return found.map(({ path, open }) => {
    const to = destination(file, { path, open, literal: false });
    return { ...attributes({ ...file, mode: undefined }, context, to, 0o755), type: "directory" };
  });
}

type Resolver = (file: PlannedFile, context: MakeContext) => Promise<readonly TreeEntry[]>;

const resolvers: Readonly<Record<PlannedFile["source"], Resolver>> = {
  async glob(file, context) {
    const matches = await findMatches(file, context);
    if (matches.length === 0 && file.optional !== true) {
      throw new Problem("file.missing", `${file.from} matches no file`, {
        place: file.place,
        hint: "write `optional: true` if it may be missing",
      });
    }
    return Promise.all(matches.map((match) => projectFile(file, match, context)));
  },
  async artifact(file, context) {
    const artifact = context.inputOf(file.from, file.output ?? "");
    const path = file.to === "" ? artifact.name : file.to.endsWith("/") ? `${file.to}${artifact.name}` : file.to;
    return [
      {
        ...attributes(file, context, path, artifact.type === "binary" ? 0o755 : 0o644),
        type: "file",
        content: context.contentOf(artifact),
      },
    ];
  },
  async text(file, context) {
    return [
      {
        ...attributes(file, context, file.to, 0o644),
        type: "file",
        content: context.contentOfBytes(Buffer.from(textOf(file, context))),
      },
    ];
  },
  async link(file, context) {
    return [{ ...attributes(file, context, file.to, 0o777), type: "symlink", target: file.from }];
  },
  async dir(file, context) {
    return [{ ...attributes(file, context, file.to, 0o755), type: "directory" }];
  },
};

/** A text that waits for what is known only now is rendered; any other one was, when it was planned. */
function textOf({ from, render, place }: PlannedFile, context: MakeContext): string {
  return render === undefined ? from : context.render(from, render, place);
}

interface Match {
  /** Relative to the root of the project, `/` separated. */
  readonly path: string;
  /** The part of `path` that the pattern left open. */
  readonly open: string;
  /** Whether `from` is this file and no pattern. */
  readonly literal: boolean;
}

async function findMatches(file: PlannedFile, context: MakeContext): Promise<readonly Match[]> {
  const pattern = file.from.replace(/^(\.\/)+/, "");
  if (isPattern(pattern))
    return (await findFiles(context.root, pattern, context.ours)).map((found) => ({ ...found, literal: false }));
  const path = literalName(pattern.replace(/\/+$/, ""));
  const found = await lstat(join(context.root, path)).catch(() => undefined);
  if (found === undefined) return [];
  if (found.isDirectory())
    return (await filesUnder(context.root, path, context.ours)).map((inside) => ({ ...inside, literal: false }));
  return [{ path, open: basename(path), literal: true }];
}

async function projectFile(file: PlannedFile, match: Match, context: MakeContext): Promise<TreeEntry> {
  const from = join(context.root, match.path);
  const found = onDiskNow(from, () => lstatSync(from));
  const path = destination(file, match);
  if (found.isSymbolicLink())
    return { ...attributes(file, context, path, 0o777), type: "symlink", target: await readlink(from) };
  const usual = (found.mode & 0o111) === 0 ? 0o644 : 0o755;
  const content =
    file.render === undefined
      ? await context.contentOfFile(from, found)
      : context.contentOfBytes(
          Buffer.from(
            context.render(await onDisk(from, () => readFile(from, "utf8")), file.render, { wholeFile: match.path }),
          ),
        );
  return { ...attributes(file, context, path, usual), type: "file", content };
}

/** Where a match goes: `to` is a name for one file, a folder for a pattern; without it the path in the project stays. */
function destination(file: PlannedFile, match: Match): string {
  if (file.strip === true) return file.to === "" ? basename(match.path) : posix.join(file.to, basename(match.path));
  if (file.to === "") {
    const path = match.path.startsWith("../") || posix.isAbsolute(match.path) ? basename(match.path) : match.path;
    return withoutLeading(path, file.strip);
  }
  if (match.literal) return file.to.endsWith("/") ? posix.join(file.to, match.open) : file.to;
  return posix.join(file.to, withoutLeading(match.open, file.strip));
}

/** `path` without that many leading folders; its name always stays. */
function withoutLeading(path: string, folders: number | boolean | undefined): string {
  const parts = path.split("/");
  return typeof folders === "number" ? parts.slice(Math.min(folders, parts.length - 1)).join("/") : path;
}

function attributes(file: PlannedFile, context: MakeContext, path: string, mode: number): Attributes {
  if (path === "")
    throw new Problem("plan.invalid", "a file entry has no name to go to", { place: file.place, hint: "add `to`" });
  return {
    path: path.replace(/^\/+/, ""),
    mode: file.mode ?? mode,
    mtime: file.mtime ?? context.epoch,
    owner: file.owner ?? "root",
    group: file.group ?? "root",
  };
}
