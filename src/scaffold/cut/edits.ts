/** All edits of a cut: the files the config names, or those that are found and hold the current version. */
import { posix } from "node:path";

import { parseVersion, type Version } from "../../input/index.ts";
import type { Config } from "../../model/config.ts";
import type { CutFile } from "../../model/config/cut.ts";
import { Problem, problemsOf, throwIfAny } from "../../model/problem.ts";
import { candidates, readText } from "./candidates.ts";
import { type Edit, editFile, findSpots } from "./edit.ts";
import { formOf } from "./forms.ts";
import { type About, type Form } from "./spot.ts";
import { patternForm } from "./text.ts";
import { packageName } from "./toml.ts";

/** A file that is looked at. */
interface Looked {
  readonly file: string;
  readonly text: string;
  readonly form: Form;
  readonly entry: CutFile | undefined;
}

/** Found in no file, and said by no tag. */
const nobody: About = { versions: new Set(), names: new Set(), folders: [""] };

/** The version that the project's own files say, where no tag does: of the first that says one. */
export async function versionInFiles(config: Config): Promise<Version | undefined> {
  for (const { file, text, form, entry } of await lookAt(config)) {
    const [spot] = findSpots(file, text, form, nobody, entry?.place);
    const version = spot === undefined ? undefined : parseVersion(spot.value.replace(/^v/, ""));
    if (version !== undefined) return version;
  }
  return undefined;
}

/**
 * Edits that bring the version into the project's files, in order, without those that hold it already. Throws all Problems of the files
 * together.
 */
export async function versionEdits(
  config: Config,
  current: string | undefined,
  version: string,
): Promise<readonly Edit[]> {
  const files = await lookAt(config);
  const chosen = files.filter(({ file, text, form, entry }) => {
    if (entry !== undefined) return true;
    return findSpots(file, text, form, aboutAll(files, current), undefined).some(
      ({ value }) => value.replace(/^v/, "") === current,
    );
  });
  const about = aboutAll(chosen, current, files);
  const problems: Problem[] = [];
  const edits = chosen.flatMap((looked): readonly Edit[] => {
    try {
      const { file, text, form, entry } = looked;
      return [editFile({ file, text, form, about: seenFrom(looked, about), version, place: entry?.place })];
    } catch (thrown) {
      const found = problemsOf(thrown);
      if (found === undefined) throw thrown;
      problems.push(...found);
      return [];
    }
  });
  throwIfAny(problems);
  return combined(edits).filter(({ before, after }) => before !== after);
}

/** The files of the config, or those that usually hold a version. The one that the version comes from is always among them. */
async function lookAt(config: Config): Promise<readonly Looked[]> {
  const { files, place } = config.cut;
  const from = config.version.from.startsWith("file:") ? config.version.from.slice("file:".length) : undefined;
  const source = from === undefined ? [] : [{ file: posix.normalize(from), pattern: undefined, place }];
  const entries: readonly CutFile[] =
    files === undefined ? source : [...source.filter(({ file }) => !files.some((one) => one.file === file)), ...files];
  const found = files === undefined ? await candidates(config) : [];
  const paths = found.filter((path) => !entries.some(({ file }) => file === path));
  const problems: Problem[] = [];
  const look = async (file: string, entry: CutFile | undefined): Promise<readonly Looked[]> => {
    const text = await readText(config.root, file);
    if (text === undefined) problems.push(missing(file, entry));
    const form = entry?.pattern === undefined ? formOf(file) : patternForm(entry.pattern);
    return text === undefined ? [] : [{ file, text, form, entry }];
  };
  const all = await Promise.all([
    ...entries.map((entry) => look(posix.normalize(entry.file), entry)),
    ...paths.map((path) => look(path, undefined)),
  ]);
  throwIfAny(problems);
  return all.flat();
}

function missing(file: string, entry: CutFile | undefined): Problem {
  return new Problem("file.missing", `there is no ${file}`, {
    place: entry?.place,
    hint: "`cut.files` and `version.from` name files of the project, relative to slipway.yaml.",
  });
}

/** What the manifests among the files say; `all` has those too whose version is their workspace's. */
function aboutAll(files: readonly Looked[], current: string | undefined, all: readonly Looked[] = files): About {
  const manifests = (ending: string): readonly Looked[] => all.filter(({ file }) => posix.basename(file) === ending);
  const own = files.filter(({ file, entry }) => /\.(toml|json)$/.test(file) && entry?.pattern === undefined);
  const found = own.flatMap(({ file, text, form, entry }) => findSpots(file, text, form, nobody, entry?.place));
  const named = [...manifests("Cargo.toml"), ...manifests("pyproject.toml")];
  return {
    versions: new Set([...(current === undefined ? [] : [current]), ...found.map(({ value }) => value)]),
    names: new Set(named.flatMap(({ text }) => packageName(text) ?? [])),
    folders: files.filter(({ file }) => posix.basename(file) === "package.json").map(({ file }) => posix.dirname(file)),
  };
}

/** Folders as a file sees them. */
function seenFrom({ file }: Looked, about: About): About {
  const folder = posix.dirname(file);
  return { ...about, folders: about.folders.map((other) => posix.relative(folder, other)) };
}

/** One edit for each file: several patterns of one file are put one after the other. */
function combined(edits: readonly Edit[]): readonly Edit[] {
  const byFile = Map.groupBy(edits, ({ file }) => file);
  const several = [...byFile].find(([, of]) => of.length > 1)?.[0];
  if (several !== undefined)
    throw new Problem("config.invalid", `cut.files names ${several} twice`, {
      hint: "Write one pattern that finds all its versions: 'tool (\\d+\\.\\d+\\.\\d+)' is replaced wherever it stands.",
    });
  return edits;
}
