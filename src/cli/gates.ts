/** Runs the gates of a config: commands that have to pass before anything goes on. */
import { join } from "node:path";

import { commandLine, runCommand } from "../make/spawn.ts";
import { renderWords } from "../make/words.ts";
import type { Config } from "../model/config.ts";
import type { Hook } from "../model/config/hooks.ts";
import type { Scope, Template } from "../model/template.ts";
import type { Options } from "./options.ts";
import { remark } from "./output/say.ts";
import { duration } from "./output/words.ts";

export interface GateRun {
  readonly config: Config;
  readonly scope: Scope;
  readonly options: Options;
  readonly signal: AbortSignal;
}

/** One after the other; gives how many ran. Throws where one fails, with the end of what it printed. */
export async function runGates({ config, scope, options, signal }: GateRun): Promise<number> {
  const env = { ...process.env, ...rendered(config.env, scope) };
  let ran = 0;
  for (const gate of config.gates) {
    if (!isWanted(gate, scope)) continue;
    await runGate(gate, { scope, options, signal, root: config.root, env });
    ran++;
  }
  return ran;
}

interface Surroundings extends Pick<GateRun, "scope" | "options" | "signal"> {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

async function runGate(gate: Hook, { scope, options, signal, root, env }: Surroundings): Promise<void> {
  const [command = "", ...args] = renderWords(gate.run, scope);
  const started = performance.now();
  await runCommand(
    { command, args },
    {
      cwd: join(root, gate.dir?.render(scope) ?? "."),
      env: { ...env, ...rendered(gate.env, scope) },
      signal,
      place: gate.place,
      ...(options.verbose === true ? { onLine: (line: string) => remark(options, line) } : {}),
    },
  );
  remark(options, `passed   ${commandLine({ command, args })}  ${duration(performance.now() - started)}`);
}

function isWanted({ when }: Hook, scope: Scope): boolean {
  return when === undefined || !["", "false"].includes(when.render(scope).trim());
}

function rendered(env: Readonly<Record<string, Template>>, scope: Scope): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.render(scope)]));
}
