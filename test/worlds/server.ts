/** A real server as a process of its own: it says when it is ready, and ends with the tests that use it, however they end. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Server {
  /** What the pattern of its readiness caught. */
  readonly said: readonly string[];
  /** Ends it, and waits for its end. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** What a line on either of its outputs looks like when it takes requests. */
  readonly ready: RegExp;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Arguments of setpriv(1): `--reuid=65534`. */
  readonly as?: readonly string[];
}

/** Starts a program and waits until it is ready; throws with all it printed where it ends before. Linux only. */
export async function startServer(command: string, args: readonly string[], options: ServerOptions): Promise<Server> {
  const { ready, env = {}, cwd = "/", as = [] } = options;
  const child = spawn("setpriv", ["--pdeathsig=KILL", ...as, command, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  const printed: string[] = [];
  const said = await new Promise<readonly string[]>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", (line) => {
        printed.push(line);
        const found = ready.exec(line);
        if (found !== null) resolve([...found].slice(1));
      });
    }
    const fail = (): void => reject(new Error(`${command} ended before it was ready:\n${printed.join("\n")}`));
    ended.then(fail, reject);
  });
  return {
    said,
    async stop() {
      // What it keeps is thrown away: nothing is to be ended in order.
      child.kill("SIGKILL");
      await ended;
    },
  };
}
