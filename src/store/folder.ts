/** The folder store: artifacts by name in one folder, each there whole or not at all. */
import { rm, stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
import { z } from "zod";

import { readChunks } from "../format/file.ts";
import { verified } from "../format/verified.ts";
import type { Artifact, Digest } from "../model/artifact.ts";
import { onDisk } from "../model/disk.ts";
import { Problem } from "../model/problem.ts";
import { template } from "../model/schema.ts";
import type { Named, Receipt, Source, Store } from "../model/store.ts";
import type { Template } from "../model/template.ts";
import { lookIn, nothingThere, pathOf } from "./folder/look.ts";
import { probeFolder } from "./folder/probe.ts";
import { keepRecord, leavingIn, readRecord, recordPath } from "./folder/record.ts";
import { besidePath, makeFolder, moveTo, sweepBeside, syncFolder, writeNew } from "./files.ts";
import type { OpenableStore } from "./kind.ts";
import { laterLines, leavingLater } from "./later.ts";
import { isStopped, probingAll } from "./probing.ts";

interface FolderOptions {
  readonly folder: Template;
  readonly existing: "refuse" | "replace";
}

const statementName = "release.json";

/** What happens to a name that stands for other bytes already. */
const existing = z.enum(["refuse", "replace"]).default("refuse");

const decidedSchema = z.object({ folder: z.string(), existing });

export const folder: OpenableStore<FolderOptions> = {
  kind: "folder",
  summary: "A folder of this machine or of a mounted disk.",
  example: 'stores:\n  site: { folder: "public/{{ version }}" }\npublish: [site]\n',
  primary: "folder",
  schema: z.strictObject({
    folder: template("path of the folder; relative to the project"),
    existing: existing.describe("what to do where a name stands for other bytes: `refuse` (the default) or `replace`"),
  }),
  decide({ options, place }, scope) {
    const path = options.folder.render(scope).trim();
    if (path === "" || path.startsWith("~"))
      throw new Problem("plan.invalid", `"${path}" cannot be the folder of a store`, {
        place: options.folder.place ?? place,
        expected: "a path, absolute or relative to the project; no shell reads it",
      });
    return { folder: path, existing: options.existing };
  },
  async open(options, { root, release, artifacts, about }) {
    const decided = decidedSchema.parse(options);
    const path = resolve(root, decided.folder);
    if (isWithin(release, path))
      throw new Problem("store.failed", `${path} lies inside of the release itself, which would no longer be one`, {
        expected: "a folder elsewhere",
      });
    const found = await onDisk(path, () => stat(path).catch(nothingThere));
    if (found?.isDirectory() === false)
      throw new Problem("file.denied", `${path}: a file stands where a folder is needed`, { hint: "Move it away." });
    const store = openFolder(path, decided, artifacts);
    return decided.existing === "refuse" ? store : leavingLater(store, leavingIn(path, about));
  },
  async probe(options, { root, about }, expected) {
    const decided = decidedSchema.parse(options);
    const path = resolve(root, decided.folder);
    const answers = await probeFolder(path, decided.existing, expected);
    if (decided.existing === "refuse" || isStopped(answers)) return answers;
    const later = await probingAll("names", () => laterLines(openFolder(path, decided), leavingIn(path, about)));
    return [...answers, ...later];
  },
};

/**
 * The store in `path`, made when first needed. `put` writes beside the final name and syncs; `point` renames. What stands there
 * is always judged by its bytes. `artifacts` are those that belong there, where that is known.
 */
export function openFolder(
  path: string,
  { existing: onOther }: Pick<FolderOptions, "existing">,
  artifacts: readonly Artifact[] = [],
): Store {
  const staged = new Map<string, string>();
  const known = new Map<string, Named>();
  const added = new Set<string>();
  let swept: Promise<void> | undefined;

  const look = (name: string): Promise<Named | undefined> => lookIn(path, name);

  async function isAnyThere(some: readonly Pick<Artifact, "name" | "digest">[]): Promise<boolean> {
    for (const { name, digest } of some) if ((await look(name))?.digest === digest) return true;
    return false;
  }

  return {
    where: `folder ${path}`,
    proves: true,
    look,

    async put(artifact, bytes) {
      const there = await look(artifact.name);
      if (there?.digest === artifact.digest) {
        known.set(artifact.name, there);
        return receipt("put", artifact, "already");
      }
      if (there !== undefined && onOther === "refuse")
        return receipt("put", artifact, "refused", conflict(there, artifact));
      await makeFolder(path);
      await (swept ??= sweepBeside(path));
      const beside = besidePath(path);
      const options = { mode: modeOf(artifact), sync: true, as: pathOf(path, artifact.name) };
      await writeNew(beside, verified(bytes, artifact), options);
      staged.set(artifact.name, beside);
      added.add(artifact.name);
      return receipt("put", artifact, "done");
    },

    async staged({ name }) {
      const beside = staged.get(name);
      if (beside !== undefined) return readChunks(beside);
      return (await look(name)) === undefined ? undefined : readChunks(pathOf(path, name));
    },

    async point(artifact) {
      const beside = staged.get(artifact.name);
      if (beside !== undefined) {
        staged.delete(artifact.name);
        await moveTo(beside, pathOf(path, artifact.name));
        await syncFolder(path);
        return [receipt("point", artifact, "done")];
      }
      const there = known.get(artifact.name) ?? (await look(artifact.name));
      if (there?.digest === artifact.digest) return [receipt("point", artifact, "already")];
      const why = there === undefined ? "its bytes are not there" : conflict(there, artifact);
      return [receipt("point", artifact, "refused", why)];
    },

    async state() {
      const statement = artifacts.length === 0 ? await look(statementName) : artifacts.find(isStatement);
      const record = await readRecord(path, statement?.digest, digestsOf(artifacts));
      if (record !== undefined) return { visibility: "withdrawn", why: record.why, url: path };
      const isAllThere = known.size > 0 && added.size === 0;
      return isAllThere ? { visibility: "published", url: path } : undefined;
    },

    async read(name) {
      return (await look(name)) === undefined ? undefined : readChunks(pathOf(path, name));
    },

    address: (name) => (name === undefined ? path : pathOf(path, name)),

    async withdraw(withdrawal) {
      const { release } = withdrawal;
      const receipt = (outcome: Receipt["outcome"], why: string): readonly Receipt[] => [
        { act: "remove", name: path, digest: release, outcome, why, url: path },
      ];
      const some = artifacts.length === 0 ? [{ name: statementName, digest: release }] : artifacts;
      if (!(await isAnyThere(some))) return receipt("skipped", "it is not there");
      const isNew = await keepRecord(path, withdrawal, digestsOf(artifacts), Date.now);
      return receipt(isNew ? "done" : "already", `marked as taken back in ${recordPath(path)}; its files stay`);
    },

    async close() {
      await Promise.all([...staged.values()].map((beside) => rm(beside, { force: true })));
      staged.clear();
    },
  };
}

/** Reads artifacts by name from a folder, wherever `placeOf` says they lie; by default at its top. */
export function readFolder(path: string, placeOf: (name: string) => string = (name) => name): Source {
  return { open: (artifact) => verified(readChunks(join(path, placeOf(artifact.name))), artifact) };
}

/** Programs can be run, whatever else is only read. */
export function modeOf(artifact: Artifact): number {
  return artifact.type === "binary" ? 0o755 : 0o644;
}

function isStatement({ type }: Artifact): boolean {
  return type === "release";
}

function digestsOf(artifacts: readonly Artifact[]): readonly Digest[] {
  return artifacts.map(({ digest }) => digest);
}

function isWithin(folder: string, path: string): boolean {
  const inner = relative(folder, path);
  return !inner.startsWith("..") && !isAbsolute(inner);
}

function conflict(there: Named, artifact: Artifact): string {
  return `other bytes stand under the name: ${there.digest}, not ${artifact.digest}`;
}

function receipt(act: Receipt["act"], { name, digest }: Artifact, outcome: Receipt["outcome"], why?: string): Receipt {
  return { act, name, digest, outcome, why };
}
