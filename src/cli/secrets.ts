/** Fetches secrets from where the config says they are. None is printed, kept, or put into a message. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import type { Command } from "../make/maker.ts";
import { runCommand } from "../make/spawn.ts";
import { splitWords } from "../make/words.ts";
import { onDisk } from "../model/disk.ts";
import { type Place, Problem, problemsOf } from "../model/problem.ts";
import type { SecretName } from "../model/schema.ts";

export interface SecretRequest {
  /** Absolute path of the project, where commands run and relative paths begin. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of the entry that names the secret, where it is known. */
  readonly place?: Place | undefined;
  readonly platform: NodeJS.Platform;
  readonly signal: AbortSignal;
}

/**
 * The bytes of a secret, a copy of the caller's own: a variable's value, a file's bytes, or what a command or the system's keychain
 * prints, without the line break at its end. Throws `key.missing` at the place.
 */
export async function fetchSecret(secret: SecretName, request: SecretRequest): Promise<Uint8Array> {
  const bytes = await sources[secret.from](secret.name, request);
  if (bytes.length === 0) throw missing(`${secret.from}:${secret.name} is empty`, request);
  return bytes;
}

type Fetch = (name: string, request: SecretRequest) => Promise<Uint8Array>;

/** One line for each place secrets come from. */
const sources: Readonly<Record<SecretName["from"], Fetch>> = {
  env: async (name, request) => {
    const value = request.env[name];
    if (value === undefined || value === "")
      throw missing(
        `the environment variable ${name} is not set`,
        request,
        `Set it where slipway runs: in CI as a secret of the job, here with export ${name}=...`,
      );
    return new TextEncoder().encode(value);
  },
  file: async (name, request) => {
    const path = resolve(request.root, name);
    try {
      return await onDisk(path, () => readFile(path));
    } catch (thrown) {
      throw asMissing(thrown, request) ?? thrown;
    }
  },
  run: (name, request) => {
    const [command = "", ...args] = splitWords(name, request.place);
    return printed({ command, args }, `run:${name}`, request);
  },
  keychain: (name, request) => printed(keychainCommand(name, request), `keychain:${name}`, request),
};

/** The system's own program that prints a password: security(1) on macOS, secret-tool(1) of libsecret elsewhere. */
function keychainCommand(name: string, { platform, place }: SecretRequest): Command {
  if (platform === "win32")
    throw new Problem("key.missing", `keychain:${name} cannot be read on Windows`, {
      place,
      hint: "Use env:NAME, file:PATH or run:COMMAND there.",
    });
  return platform === "darwin"
    ? { command: "security", args: ["find-generic-password", "-w", "-s", name] }
    : { command: "secret-tool", args: ["lookup", "service", name] };
}

/** What a command prints may be the secret: of its failure only the exit is told. */
async function printed(command: Command, as: string, request: SecretRequest): Promise<Uint8Array> {
  try {
    const { stdout } = await runCommand(command, {
      cwd: request.root,
      env: request.env,
      signal: request.signal,
      place: request.place,
    });
    return new TextEncoder().encode(stdout.replace(/\r?\n$/, ""));
  } catch (thrown) {
    const [problem] = problemsOf(thrown) ?? [];
    if (problem === undefined || request.signal.aborted) throw thrown;
    const why =
      problem.code === "tool.missing"
        ? `${command.command} is not there`
        : (/(exited with \d+|was ended by \w+)$/.exec(problem.message)?.[0] ?? "it could not be started");
    throw missing(`${as} gave no secret: ${why}`, request, "Run the command by hand to see what it says.");
  }
}

function asMissing(thrown: unknown, request: SecretRequest): Problem | undefined {
  const [problem] = problemsOf(thrown) ?? [];
  return problem === undefined ? undefined : missing(problem.message, request);
}

function missing(message: string, { place }: SecretRequest, hint?: string): Problem {
  return new Problem("key.missing", message, { place, hint });
}
