/** A remote repository as a release needs it: its references, the files of a commit, a commit more, a push. Nothing is checked out. */
import type { Problem } from "../../model/problem.ts";
import { failed, type Tried } from "./tried.ts";
import type { GitAnswer, GitInput, GitProgram } from "./run.ts";

/** An object's name: 40 hex digits, or 64 in repositories of SHA-256. */
export type Oid = string;

/** A file in a commit. */
export interface TreeFile {
  readonly path: string;
  readonly mode: "100644" | "100755" | "120000" | "160000" | "040000";
  readonly oid: Oid;
}

export interface RemoteRefs {
  /** Name of the default branch; undefined in an empty repository. */
  readonly defaultBranch: string | undefined;
  readonly oids: ReadonlyMap<string, Oid>;
}

export interface Push {
  /** Full name of a reference: `refs/heads/main`. */
  readonly ref: string;
  /** Undefined: it is removed. */
  readonly to: Oid | undefined;
  /** What it is now, or nothing is done; undefined: it is not there. */
  readonly from: Oid | undefined;
  /** Only asks whether it would be let in. */
  readonly dryRun?: boolean | undefined;
}

/** `moved`: it was not what it should have been; somebody else was faster. */
export type Pushed =
  | { readonly outcome: "done" }
  | { readonly outcome: "moved" | "refused"; readonly problem: Problem };

export interface GitRepository {
  /** What the server says of these references, and its default branch. */
  refs(names: readonly string[]): Promise<RemoteRefs>;
  /** Brings a commit of the remote here, without its files, and the last few before it; `deep`: all that went before. */
  fetch(ref: string, options?: { readonly deep?: boolean }): Promise<Oid>;
  /** The entry at a path of a commit. */
  entry(commit: Oid, path: string): Promise<TreeFile | undefined>;
  /** All files of a commit. */
  files(commit: Oid): Promise<readonly TreeFile[]>;
  /** The bytes of a file, brought here where they are not. */
  blob(oid: Oid): AsyncIterable<Uint8Array>;
  push(push: Push): Promise<Pushed>;
  /** Runs git for what is asked of this machine alone. Fails where git does. */
  here(args: readonly string[], more?: GitInput): Promise<Buffer>;
}

/** `words` name the repository and its login in messages. */
export function gitRepository(git: GitProgram, words: Tried): GitRepository {
  const must = async (what: string, args: readonly string[], more?: GitInput): Promise<GitAnswer> => {
    const answer = await git.run(args, more);
    if (answer.code !== 0) throw failed(what, answer.stderr, words);
    return answer;
  };
  const here: GitRepository["here"] = async (args, more) => (await must(`git ${args[0]}`, args, more)).stdout;
  const listed = async (args: readonly string[]): Promise<readonly TreeFile[]> =>
    treeFiles((await here(["ls-tree", "-z", "--full-tree", ...args])).toString("utf8"));
  let last: Promise<unknown> = Promise.resolve();
  return {
    here,
    async refs(names) {
      const asked = ["ls-remote", "--symref", "origin", "HEAD", ...names];
      const { stdout } = await must(`reading ${words.repository}`, asked);
      return readRefs(stdout.toString("utf8"));
    },
    fetch(ref, { deep = false } = {}) {
      const fetching = last.then(async () => {
        const depth = deep ? ((await isShallow(here)) ? ["--unshallow"] : []) : ["--depth=50"];
        const options = ["--quiet", "--no-tags", "--no-write-fetch-head", "--filter=blob:none", ...depth];
        await must(`fetching ${ref} of ${words.repository}`, ["fetch", ...options, "origin", `+${ref}:${fetched}`]);
        return (await here(["rev-parse", "--verify", fetched])).toString("utf8").trim();
      });
      // One at a time: they write the same files.
      last = fetching.catch(() => {});
      return fetching;
    },
    entry: async (commit, path) => (await listed([commit, "--", path])).find((file) => file.path === path),
    files: (commit) => listed(["-r", commit]),
    blob: (oid) =>
      git.stream(["cat-file", "blob", oid], (stderr) => failed(`reading a file of ${words.repository}`, stderr, words)),
    async push({ ref, to, from, dryRun }) {
      const lease = `--force-with-lease=${ref}:${from ?? ""}`;
      const only = dryRun === true ? ["--dry-run"] : [];
      const answer = await git.run(["push", "--porcelain", ...only, lease, "origin", `${to ?? ""}:${ref}`]);
      if (answer.code === 0) return { outcome: "done" };
      const said = answer.stdout.toString("utf8");
      return {
        outcome:
          /\((stale info|fetch first|non-fast-forward|failed to (update|lock) ref|cannot lock ref[^)]*|incorrect old value[^)]*|reference already exists)\)/i.test(
            said,
          )
            ? "moved"
            : "refused",
        problem: failed(`pushing to ${words.repository}`, `${answer.stderr}\n${said}`, words),
      };
    },
  };
}

/** Where what was fetched last is kept. */
const fetched = "refs/fetched";

async function isShallow(here: GitRepository["here"]): Promise<boolean> {
  return (await here(["rev-parse", "--is-shallow-repository"])).toString("utf8").trim() === "true";
}

/** Lines of git-ls-remote(1): `ref: refs/heads/main\tHEAD` and `OID\tNAME`. */
function readRefs(text: string): RemoteRefs {
  const lines = text.split("\n").filter((line) => line !== "");
  const symbolic = lines.flatMap((line) => /^ref: refs\/heads\/(\S+)\tHEAD$/.exec(line)?.[1] ?? []);
  const oids = lines.flatMap((line) => {
    const [, oid, name] = /^([0-9a-f]{40}|[0-9a-f]{64})\t(\S+)$/.exec(line) ?? [];
    return oid === undefined || name === undefined ? [] : [[name, oid] as const];
  });
  return { defaultBranch: symbolic[0], oids: new Map(oids) };
}

/** Entries of git-ls-tree(1) -z: `MODE TYPE OID\tPATH`. */
function treeFiles(text: string): readonly TreeFile[] {
  return text.split("\0").flatMap((line) => {
    const [, mode, oid = "", path = ""] = /^(\d{6}) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    return mode === undefined ? [] : [{ mode: mode as TreeFile["mode"], oid, path }];
  });
}
