/** Runs the git program in a private repository: what it prints is bounded, and it ends when the run is stopped. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { pipeline } from "node:stream/promises";

import { errnoOf } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";

export interface GitAnswer {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface GitInput {
  readonly input?: AsyncIterable<Uint8Array> | string | undefined;
  /** Over the others. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

export interface GitProgram {
  /** Runs it to its end, whatever that is. Fails with `tool.missing` where there is no git. */
  run(args: readonly string[], more?: GitInput): Promise<GitAnswer>;
  /** What it prints, as it comes; fails with `failed` where it ends with an error. */
  stream(args: readonly string[], failed: (stderr: string) => Problem): AsyncIterable<Uint8Array>;
}

export interface GitProgramOptions {
  /** Absolute path of the repository, which is bare. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

/** Bytes of lists and of messages that are kept. */
const [mostOutput, mostMessages] = [64 * 1024 * 1024, 64 * 1024];

export function gitProgram({ folder, env, signal }: GitProgramOptions): GitProgram {
  const start = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Started => {
    signal?.throwIfAborted();
    const child = spawn("git", args, { cwd: folder, env: { ...env, GIT_DIR: folder, ...more }, windowsHide: true });
    return started(child, signal);
  };
  return {
    async run(args, { input = "", env: more } = {}) {
      const { child, ended, messages } = start(args, more);
      const printed: Buffer[] = [];
      let size = 0;
      child.stdout.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size <= mostOutput) printed.push(chunk);
      });
      const [, code] = await Promise.all([feed(child, input), ended]);
      if (size > mostOutput)
        throw new Problem("format.invalid", `git ${args[0]} printed more than ${mostOutput} bytes`);
      return { code, stdout: Buffer.concat(printed), stderr: messages() };
    },
    async *stream(args, failed) {
      const { child, ended, messages } = start(args);
      child.stdin.end();
      try {
        yield* child.stdout as AsyncIterable<Uint8Array>;
        if ((await ended) !== 0) throw failed(messages());
      } finally {
        child.kill();
      }
    },
  };
}

interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  /** Its exit code, once all it printed is read. */
  readonly ended: Promise<number>;
  readonly messages: () => string;
}

function started(child: ChildProcessWithoutNullStreams, signal: AbortSignal | undefined): Started {
  let messages = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    messages = (messages + text).slice(-mostMessages);
  });
  const stop = (): void => void child.kill();
  signal?.addEventListener("abort", stop, { once: true });
  const ended = once(child, "close")
    .then(([code]) => (code as number | null) ?? 128)
    .catch((thrown: unknown) => {
      if (errnoOf(thrown) !== "ENOENT") throw thrown;
      throw new Problem("tool.missing", "git is not on the PATH", { hint: "Install git.", cause: thrown });
    })
    .finally(() => signal?.removeEventListener("abort", stop))
    .then((code) => {
      signal?.throwIfAborted();
      return code;
    });
  ended.catch(() => {}); // whoever waits for it is told
  return { child, ended, messages: () => messages };
}

/** What is read by a program that ended early is not missed: how it ended says why. */
async function feed(
  { stdin }: ChildProcessWithoutNullStreams,
  input: AsyncIterable<Uint8Array> | string,
): Promise<void> {
  try {
    await pipeline(typeof input === "string" ? [Buffer.from(input)] : input, stdin);
  } catch (thrown) {
    if (!["EPIPE", "ERR_STREAM_PREMATURE_CLOSE", "ECONNRESET", "ERR_STREAM_DESTROYED"].includes(errnoOf(thrown) ?? ""))
      throw thrown;
  }
}
