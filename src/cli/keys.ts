/** The keys of a config: looked at before a Plan is made, opened when something is signed, each once. */
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { resolve } from "node:path";

import { commandLine, runCommand } from "../make/spawn.ts";
import { renderWords, textsOf } from "../make/words.ts";
import type { Config } from "../model/config.ts";
import type { KeyEntry } from "../model/config/trust.ts";
import { onDisk } from "../model/disk.ts";
import type { Facts } from "../model/facts.ts";
import { didYouMean } from "../model/nearest.ts";
import { Problem, problemsOf, throwIfAny } from "../model/problem.ts";
import type { Words } from "../model/schema.ts";
import type { KeyFacts, Signer } from "../model/signer.ts";
import { keys as kinds } from "../sign/table.ts";
import { askService } from "./key-requests.ts";
import { keyUses } from "./key-uses.ts";
import { fetchSecret } from "./secrets.ts";

export interface Keyring {
  /** What is known of every key that something is signed with. A key that is not here is a fact; one that is no key throws. */
  facts(time: number): Promise<Facts["keys"]>;
  /**
   * A key by its name. `time` is the release's clock; commands of the keyring's keys end with the signal given last. Fails with
   * `key.missing` or `key.invalid`.
   */
  open(name: string, time: number, signal?: AbortSignal): Promise<Signer>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The keys of a config, which is read when one is first asked for. `env` is the operator's environment. */
export function keyring(config: () => Promise<Config>, env: Environment): Keyring {
  const opened = new Map<string, Promise<Signer>>();
  // A key that was looked at for the Plan signs in the run, which is stopped by a signal that was not there yet.
  let stop = new AbortController().signal;
  const open = async (name: string, time: number, signal?: AbortSignal): Promise<Signer> => {
    stop = signal ?? stop;
    const { trust, root } = await config();
    const entry = Object.hasOwn(trust.keys, name) ? trust.keys[name] : knownKey(name);
    if (entry === undefined)
      throw new Problem("key.missing", `there is no key called "${name}"`, {
        expected: "a name from `trust.keys`",
        hint: didYouMean(name, Object.keys(trust.keys)),
      });
    const id = `${name} ${time}`;
    const opening = opened.get(id) ?? openKey(name, entry, { root, env, time, signal: () => stop });
    opened.set(id, opening);
    return opening;
  };
  return {
    open,
    async facts(time) {
      const names = usedKeys(await config());
      const found = await Promise.all(names.map((name) => factsOf(name, () => open(name, time))));
      throwIfAny(found.flatMap(({ problems }) => problems));
      return Object.fromEntries(found.flatMap(({ name, facts }) => (facts === undefined ? [] : [[name, facts]])));
    },
  };
}

/** Names of the keys there are that some entry signs with. */
function usedKeys(config: Config): readonly string[] {
  const known = [...kinds.values()].flatMap((kind) => kind.known ?? []);
  const names = new Set([...Object.keys(config.trust.keys), ...known]);
  return [...names].filter((name) => keyUses(config, name).length > 0);
}

/** A key that is there without being written. */
function knownKey(name: string): KeyEntry | undefined {
  const kind = [...kinds.values()].find(({ known }) => known === name);
  return kind && { ...nowhere, name: undefined, path: `trust.keys.${name}`, kind: kind.kind, options: {} };
}

const nowhere = {
  place: { file: "slipway.yaml", line: 1, column: 1 },
  when: undefined,
  env: {},
  for: undefined,
} as const;

interface Found {
  readonly name: string;
  readonly facts?: KeyFacts;
  readonly problems: readonly Problem[];
}

async function factsOf(name: string, open: () => Promise<Signer>): Promise<Found> {
  try {
    const signer = await open();
    const { method, fingerprint } = signer;
    const keyName = signer.method === "rsa" ? signer.keyName : "";
    return { name, facts: { name, method, fingerprint, keyName }, problems: [] };
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown;
    const [first] = problems;
    return first !== undefined && problems.every(({ code }) => code === "key.missing")
      ? { name, facts: { name, missing: first.message }, problems: [] }
      : { name, problems };
  }
}

interface Opening {
  readonly root: string;
  readonly env: Environment;
  readonly time: number;
  readonly signal: () => AbortSignal;
}

async function openKey(name: string, entry: KeyEntry, opening: Opening): Promise<Signer> {
  const kind = kinds.get(entry.kind);
  if (kind === undefined) throw new Error(`no key of kind ${entry.kind}`);
  const { root, time, signal } = opening;
  const { place } = entry;
  const own = Object.entries(entry.env).map(([key, value]) => [key, value.render({ env: opening.env })] as const);
  const env = { ...opening.env, ...Object.fromEntries(own) };
  return kind.open(entry.options, {
    name,
    place,
    time,
    now: Math.floor(Date.now() / 1000),
    temporary: tmpdir(),
    secret: (secret) => fetchSecret(secret, { root, env, place, platform: process.platform, signal: signal() }),
    read: (path) => onDisk(path, () => readFile(resolve(root, path))),
    render: (template) => template.render({ env }),
    run: (command, names) => runSigner(command, { ...names, env }, { root, env, entry, signal: signal() }),
    variable: (variable) => env[variable],
    clock: () => Math.floor(Date.now() / 1000),
    request: (request) => askService(request, env, signal()),
  });
}

interface RunRequest {
  readonly root: string;
  readonly env: Environment;
  readonly entry: KeyEntry;
  readonly signal: AbortSignal;
}

/** Runs a signer command. What its words were filled with may be nobody's business: messages show them as they are written. */
async function runSigner(
  words: Words,
  scope: Readonly<Record<string, unknown>>,
  { root, env, entry, signal }: RunRequest,
): Promise<void> {
  const [command = "", ...args] = renderWords(words, scope);
  try {
    await runCommand({ command, args }, { cwd: root, env, signal, place: entry.place });
  } catch (thrown) {
    const [problem] = problemsOf(thrown) ?? [];
    if (problem === undefined) throw thrown;
    const { code, place, hint, lines } = problem;
    const written = textsOf(words)
      .map(({ source }) => source)
      .join(" ");
    throw new Problem(code, problem.message.replace(commandLine({ command, args }), written), { place, hint, lines });
  }
}
