/** The files of a release on their way into a repository: where they go, what they are there. */
import picomatch from "picomatch";

import { verified } from "../../format/verified.ts";
import type { Artifact } from "../../model/artifact.ts";
import { unusableName } from "../../model/name.ts";
import { Problem } from "../../model/problem.ts";
import type { Change } from "./commit.ts";
import type { GitPlace } from "./place.ts";
import type { Oid, TreeFile } from "./repository.ts";

/** Where a file of this name goes. Fails with `store.failed` where that is nowhere in a repository. */
export function pathFor({ decided, context }: GitPlace, name: string): string {
  const ext = /\.[^./]+$/.exec(name)?.[0] ?? "";
  const path = context.render(decided.path, { artifact: { name, ext } }).trim().replace(/^\.\//, "");
  const parts = path.split("/");
  const wrong = parts.find((part) => unusableName(part) !== undefined || /^\.git$|^git~1$/i.test(part));
  if (wrong === undefined) return path;
  throw new Problem("store.failed", `${name} cannot be put at "${path}" of a repository`, {
    expected: "a path without empty parts, `..`, or `.git`",
  });
}

/** What it is there: its bytes are kept in the private repository. */
export async function writeBlob(
  { opened }: GitPlace,
  artifact: Artifact,
  bytes: AsyncIterable<Uint8Array>,
): Promise<Omit<TreeFile, "path">> {
  const printed = await opened.repository.here(["hash-object", "-w", "--stdin"], { input: verified(bytes, artifact) });
  return { mode: artifact.type === "binary" ? "100755" : "100644", oid: printed.toString("utf8").trim() };
}

export function isSame(a: Pick<TreeFile, "mode" | "oid"> | undefined, b: Pick<TreeFile, "mode" | "oid">): boolean {
  return a !== undefined && a.oid === b.oid && a.mode === b.mode;
}

/** The files, and that those go which nobody wants any more; `kept` are left as they are. */
export async function changeOf(
  { decided, opened, message }: GitPlace,
  parent: Oid | undefined,
  files: ReadonlyMap<string, Omit<TreeFile, "path">>,
  kept: Pick<ReadonlySet<string>, "has">,
): Promise<Change> {
  if (files.size === 0) return { files, message };
  if (parent === undefined || decided.prune.length === 0) return { files, message };
  const old = picomatch([...decided.prune], { dot: true });
  const there = await opened.repository.files(parent);
  const gone = there
    .filter(({ path }) => !files.has(path) && !kept.has(path) && old(path))
    .map(({ path }) => [path, undefined] as const);
  return { files: new Map([...files, ...gone]), message };
}
