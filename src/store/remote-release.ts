/** Fetches a published Release from where it lies as files side by side: its statement first, then what that lists, verified. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import type { Release, ReleaseArtifact } from "../format/release.ts";
import { verified } from "../format/verified.ts";
import { digestOfHex } from "../model/artifact.ts";
import { onDisk } from "../model/disk.ts";
import { isReleaseSignature, unusableName } from "../model/name.ts";
import { Problem, problemsOf } from "../model/problem.ts";
import { eachOf } from "./each.ts";
import { writeNew } from "./files.ts";
import type { HttpAnswer, HttpClient } from "./http.ts";
import { type Pace, paced, usualPace } from "./http/paced.ts";
import { unreachable } from "./http/problems.ts";

export interface RemoteRelease {
  readonly http: HttpClient;
  /** The folder of release.json, which ends in a slash. */
  readonly base: URL;
  /** A private folder that is written into. */
  readonly folder: string;
  readonly pace?: Pace | undefined;
}

/** A plain no: whoever serves the Release has no such file. */
export class NotPublished extends Problem {
  constructor() {
    super("verify.mismatch", "it is not published");
  }
}

const statementName = "release.json";
const atOnce = 4;

/** Signatures that are asked for by names that release.json gives. */
const mostSignatures = 64;

/** `https://host/v1.0.0` and `https://host/v1.0.0/release.json` are the same Release. Fails with `usage`. */
export function releaseBase(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new Problem("usage", `${text} is no address of a release`, {
      expected: "an address that begins with https://",
    });
  if (url.username !== "" || url.password !== "")
    throw new Problem("usage", "an address with a password in it is not asked", { expected: "an address without one" });
  if (url.pathname.endsWith(`/${statementName}`)) url.pathname = url.pathname.slice(0, -statementName.length);
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  url.hash = "";
  return url;
}

/**
 * Writes release.json and those of its signatures that are there into the folder; nothing in them is looked at. `suffixes` are the
 * endings that signatures may have, with their dot. Fails with `verify.unavailable` where there is no Release.
 */
export async function fetchStatement(
  remote: RemoteRelease,
  limits: { readonly suffixes: readonly string[]; readonly statement: number; readonly signature: number },
): Promise<void> {
  const found = await fetchFile(remote, statementName, limits.statement);
  if (!found)
    throw new Problem("verify.unavailable", `there is no release at ${shown(remote.base)}: no ${statementName}`, {
      hint: "Check the address: release.json lies beside the files of a release.",
    });
  const usual = limits.suffixes.map((suffix) => `${statementName}${suffix}`);
  const names = new Set([...usual, ...(await namedSignatures(remote))]);
  await eachOf([...names], atOnce, async (name) => {
    await fetchFile(remote, name, limits.signature);
  });
}

/** How release.json calls its signatures: a hint and no more, since nobody has checked who wrote it. */
export async function namedSignatures({ folder }: Pick<RemoteRelease, "folder">): Promise<readonly string[]> {
  const path = join(folder, statementName);
  const text = await onDisk(path, () => readFile(path, "utf8"));
  const { success, data } = hint.safeParse(parsed(text));
  return success ? data.predicate.signatures.filter(isReleaseSignature).slice(0, mostSignatures) : [];
}

const hint = z.object({ predicate: z.object({ signatures: z.array(z.string()) }) });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // who reads it says what is wrong with it
  }
}

/**
 * Writes what the Release lists into the folder, each file only when it is whole and its digest is right. Returns what became of
 * those that are not: `verify.mismatch` where nothing, or other bytes, are published; others where nobody can tell.
 */
export async function fetchArtifacts(
  remote: RemoteRelease,
  { artifacts }: Pick<Release, "artifacts">,
): Promise<ReadonlyMap<string, Problem>> {
  const absent = new Map<string, Problem>();
  await eachOf(artifacts, atOnce, async (artifact) => {
    try {
      if (!(await fetchFile(remote, artifact.name, artifact.size, artifact)))
        absent.set(artifact.name, new NotPublished());
    } catch (thrown) {
      const [problem] = problemsOf(thrown) ?? [];
      if (problem === undefined || problem.code.startsWith("step.") || problem.code.startsWith("disk.")) throw thrown;
      absent.set(artifact.name, problem);
    }
  });
  return absent;
}

/** Which of the names are published, in their order. */
export async function publishedNames(
  remote: Omit<RemoteRelease, "folder">,
  names: readonly string[],
): Promise<readonly string[]> {
  const found = new Set<string>();
  await eachOf(names, atOnce, async (name) => {
    const answer = await remote.http.open({ method: "HEAD", url: fileUrl(remote, name), repeatable: true });
    await answer.discard();
    if (isThere(answer, name)) found.add(name);
  });
  return names.filter((name) => found.has(name));
}

/** False where there is no such file. Begins anew where the connection ends on the way. */
async function fetchFile(
  remote: RemoteRelease,
  name: string,
  most: number,
  expected?: ReleaseArtifact,
): Promise<boolean> {
  const { http, folder, pace = usualPace } = remote;
  const unusable = unusableName(name);
  if (unusable !== undefined) throw new Problem("format.invalid", `a file has ${unusable}`);
  const url = fileUrl(remote, name);
  for (let attempt = 0; ; attempt += 1) {
    const answer = await http.open({ method: "GET", url, repeatable: true });
    if (!isThere(answer, name)) {
      await answer.discard();
      return false;
    }
    const bytes = paced(answer.body, { what: name, most, pace });
    const checked = expected === undefined ? bytes : verified(bytes, wanted(expected));
    try {
      await writeNew(join(folder, name), checked, { mode: 0o600, sync: false, as: name });
      return true;
    } catch (thrown) {
      const ended = unreachable(thrown, answer.url);
      if (ended === undefined) throw thrown;
      if (!ended.passing || attempt + 1 >= http.attempts) throw ended.problem;
    }
    await http.pause(attempt);
  }
}

function wanted({ name, digests, size }: ReleaseArtifact) {
  return { name, size, digest: digestOfHex(digests.sha256) };
}

/** Anything but a plain yes or no leaves it open: whoever may not ask, or is asked to come back, knows nothing. */
export function isThere({ status, url }: Pick<HttpAnswer, "status" | "url">, name: string): boolean {
  if (status === 200) return true;
  if (status === 404 || status === 410) return false;
  throw new Problem("store.unreachable", `${url.host} answers ${status} when asked for ${name}`);
}

/** Of a file beside release.json. */
export function fileUrl({ base }: Pick<RemoteRelease, "base">, name: string): URL {
  const url = new URL(base);
  url.pathname += encodeURIComponent(name);
  return url;
}

/** Without its query, which may hold a secret. */
function shown({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}
