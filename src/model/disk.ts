/** What a disk says when it refuses, as a Problem that names the path and what to do. */
import { Problem, type ProblemCode } from "./problem.ts";

interface Refusal {
  readonly code: ProblemCode;
  readonly says: string;
  readonly hint: string;
}

const full = (says: string): Refusal => ({
  code: "disk.full",
  says,
  hint: "Free some space and run the same command again.",
});
const denied = (says: string, hint: string): Refusal => ({ code: "file.denied", says, hint });

/** By errno, as POSIX names them; Node uses the same names on Windows. */
const refusals: Readonly<Record<string, Refusal>> = {
  ENOSPC: full("the disk is full"),
  EDQUOT: full("the disk quota is used up"),
  EFBIG: full("the file is larger than the file system allows"),
  EACCES: denied("permission denied", "Check who owns it, or choose another folder."),
  EPERM: denied("operation not permitted", "Check who owns it, or choose another folder."),
  EROFS: denied("the file system is read-only", "Choose a folder that can be written."),
  ENOENT: { code: "file.missing", says: "no such file or folder", hint: "Check the path." },
  ENOTDIR: denied("a file stands where a folder is needed", "Move the file away, or choose another folder."),
  EISDIR: denied("a folder stands where a file is needed", "Move the folder away, or choose another name."),
  ENOTEMPTY: denied("the folder is not empty", "Move its files away, or choose another folder."),
  EEXIST: denied(
    "a file stands where a folder is needed, or the name is taken",
    "Move it away, or choose another name.",
  ),
  ELOOP: denied("too many symbolic links", "Check where the links lead."),
  ENAMETOOLONG: denied("the name is too long", "Choose a shorter name."),
  EBUSY: denied("it is in use", "Close what uses it and run the same command again."),
  EMFILE: denied("too many open files", "Raise the limit (ulimit -n) or use fewer jobs."),
  EIO: denied("the disk failed to read or write it", "Check the disk."),
};

/** A disk's refusal as a Problem about `path`; anything else as it was thrown. */
export function diskProblem(thrown: unknown, path: string): unknown {
  const refusal = refusals[errnoOf(thrown) ?? ""];
  if (refusal === undefined) return thrown;
  return new Problem(refusal.code, `${path}: ${refusal.says}`, { hint: refusal.hint, cause: thrown });
}

/** The errno name of a system error (`ENOENT`), or undefined for any other value. */
export function errnoOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined;
}

/** Runs `work`, turning a disk's refusal into a Problem about `path`. */
export async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw diskProblem(thrown, path);
  }
}

/** As {@link onDisk}, at once: for thousands of small files, which take longer to wait for than to read. */
export function onDiskNow<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw diskProblem(thrown, path);
  }
}
