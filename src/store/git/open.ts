/** Opens a remote repository: a private folder, the login, and a git that knows nothing else. */
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { errnoOf, onDisk } from "../../model/disk.ts";
import { refusePlainHttp } from "../http/problems.ts";
import type { StoreContext } from "../kind.ts";
import { readToken, secretWords } from "../token.ts";
import { readAddress } from "./address.ts";
import { basic, gitEnvironment, globalConfig } from "./environment.ts";
import type { DecidedGit } from "./decided.ts";
import { believedFolders } from "./ownership.ts";
import { type GitRepository, gitRepository, type RemoteRefs } from "./repository.ts";
import { gitProgram } from "./run.ts";

export interface OpenedGit {
  readonly repository: GitRepository;
  /** What the server said when it was opened. */
  readonly refs: RemoteRefs;
  /** The token, for the forge's API. */
  readonly token: string | undefined;
  /** Absolute path of a private folder. */
  readonly folder: string;
  /** A second clone, which knows nothing of what is in the first. */
  another(): Promise<GitRepository>;
  close(): Promise<void>;
}

/** Asks for the default branch and `names`. Fails with `store.denied` and so on where the repository cannot be read. */
export async function openGit(
  decided: DecidedGit,
  context: StoreContext,
  names: readonly string[],
): Promise<OpenedGit> {
  const address = readAddress(decided.git);
  if (address.way === "http") refusePlainHttp(new URL(decided.git), decided.insecure);
  await sweepFolders(tmpdir());
  const folder = await onDisk(tmpdir(), () => mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`)));
  // Whoever leaves in a hurry leaves no private key behind.
  const leave = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", leave);
  const close = async (): Promise<void> => {
    process.removeListener("exit", leave);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const token = decided.token === undefined ? undefined : await readToken(decided.token, context);
    const remote = address.way === "local" ? resolve(context.root, decided.git) : decided.git;
    const user = process.getuid?.();
    const believed =
      address.way === "local" ? await believedFolders({ path: remote, env: context.env, user, folder }) : [];
    const env = await environmentIn(folder, { decided, context, remote, token, believed });
    const looked = [decided.token, decided.sshKey].flatMap((secret) =>
      secret === undefined ? [] : [secretWords(secret)],
    );
    const secrets = token === undefined ? [] : [token, basic(decided.user, token)];
    const words = { repository: repositoryWords(decided.git), looked: looked.join(" or "), secrets };
    const make = async (name: string, format: readonly string[] = []): Promise<GitRepository> => {
      const own = join(folder, name);
      await mkdir(own);
      const repository = gitRepository(gitProgram({ folder: own, env, signal: context.signal }), words);
      await repository.here(["init", "--quiet", "--bare", "--template=", ...format]);
      return repository;
    };
    const asking = await make("asking");
    const refs = await asking.refs(names);
    const isUsual = [...refs.oids.values()].every((oid) => oid.length === 40);
    const format = isUsual ? [] : ["--object-format=sha256"];
    const repository = isUsual ? asking : await make("work", format);
    return { repository, refs, token, folder, another: () => make("back", format), close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

const prefix = "slipway-git-";
/** Milliseconds after which a folder of a process that is gone is nobody's. */
const old = 60 * 60 * 1000;

/** Who was killed could not tidy up: what they left behind may be a private key. */
async function sweepFolders(temporary: string): Promise<void> {
  for (const name of await readdir(temporary)) {
    const [, pid] = new RegExp(`^${prefix}(\\d+)-`).exec(name) ?? [];
    if (pid === undefined || isRunning(Number(pid))) continue;
    const path = join(temporary, name);
    const found = await stat(path).catch(() => undefined); // somebody else was faster
    const isOurs = found?.uid === process.getuid?.() && Date.now() - (found?.mtimeMs ?? Infinity) > old;
    if (isOurs) await rm(path, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    return errnoOf(thrown) !== "ESRCH";
  }
}

interface Login {
  readonly decided: DecidedGit;
  readonly context: StoreContext;
  readonly remote: string;
  readonly token: string | undefined;
  /** Folders of another user that the operator vouches for. */
  readonly believed: readonly string[];
}

async function environmentIn(
  folder: string,
  { decided, context, remote, token, believed }: Login,
): Promise<Record<string, string>> {
  const { root, env } = context;
  await writeFile(join(folder, "config"), globalConfig(believed));
  let sshKey: string | undefined;
  if (decided.sshKey !== undefined) {
    sshKey = join(folder, "key");
    // ssh(1) reads no key that others could read, and none without a line break at its end.
    const text = Buffer.from(await context.secret(decided.sshKey))
      .toString("utf8")
      .trimEnd();
    await writeFile(sshKey, `${text}\n`, { mode: 0o600 });
    await chmod(sshKey, 0o600);
  }
  const path = (written: string): string | undefined => (written === "" ? undefined : resolve(root, written));
  const files = { sshKey, knownHosts: path(decided.knownHosts), ca: path(decided.ca) };
  return gitEnvironment(env, folder, { remote, token, user: decided.user, ...files });
}

/** `github.com/acme/homebrew-tap`: the address without what is the same in all. */
export function repositoryWords(git: string): string {
  const { way, host, repository } = readAddress(git);
  return way === "local" ? repository : `${host}/${repository}`;
}
