/** The operator's machine, as kinds ask about it before anything is planned. */
import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { errnoOf } from "../../model/disk.ts";
import type { Machine } from "../../model/machine.ts";
import type { Environment } from "./git.ts";

export interface MachineRequest {
  /** Absolute path of the project. */
  readonly root: string;
  readonly env: Environment;
  /** Whether `before` commands will run first. */
  readonly preparing: boolean;
}

/** Milliseconds a question may take. */
const patience = 30_000;
const maximumOutput = 64 * 1024 * 1024;

/** A machine that asks each question once, however many kinds ask it. */
export function createMachine({ root, env, preparing }: MachineRequest): Machine {
  const found = new Map<string, Promise<string | undefined>>();
  const answers = new Map<string, Promise<string | undefined>>();
  const inProject = (file: string): string => path.resolve(root, file);
  return {
    root,
    preparing,
    which: (name) => once(found, name, () => which(name, env)),
    ask: (command, args, options = {}) =>
      once(answers, JSON.stringify([command, args, options.cwd, options.env]), () =>
        ask(command, args, inProject(options.cwd ?? "."), { ...env, ...options.env }),
      ),
    read: async (file) => {
      try {
        return await readFile(inProject(file), "utf8");
      } catch (thrown) {
        if (["ENOENT", "ENOTDIR", "EISDIR"].includes(errnoOf(thrown) ?? "")) return undefined;
        throw thrown;
      }
    },
    exists: async (file) => (await stat(inProject(file)).catch(() => undefined)) !== undefined,
  };
}

function once<T>(answers: Map<string, Promise<T>>, question: string, answer: () => Promise<T>): Promise<T> {
  const known = answers.get(question);
  if (known !== undefined) return known;
  const asked = answer();
  answers.set(question, asked);
  return asked;
}

/** The first file of that name on the PATH that may be run; on Windows with one of PATHEXT's endings. */
async function which(name: string, env: Environment): Promise<string | undefined> {
  if (name.includes("/") || name.includes(path.sep)) return (await isProgram(name)) ? path.resolve(name) : undefined;
  const endings = process.platform === "win32" ? (env["PATHEXT"] ?? ".EXE;.CMD;.BAT").split(";") : [""];
  const folders = (env["PATH"] ?? env["Path"] ?? "").split(path.delimiter).filter((folder) => folder !== "");
  for (const folder of folders) {
    for (const ending of endings) {
      const file = path.resolve(folder, name + ending);
      if (await isProgram(file)) return file;
    }
  }
  return undefined;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

function ask(command: string, args: readonly string[], cwd: string, env: Environment): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { cwd, env, timeout: patience, maxBuffer: maximumOutput, windowsHide: true };
    const child = execFile(command, args, options, (error, stdout) => resolve(error === null ? stdout : undefined));
    child.stdin?.end();
  });
}
