/** `slipway keys show`: every key of the config, whether it can be used here, and what it signs. */
import { readConfig } from "../../../input/index.ts";
import type { Config } from "../../../model/config.ts";
import type { JsonObject } from "../../../model/json.ts";
import { Problem, problemsOf, throwIfAny } from "../../../model/problem.ts";
import { exit, type ExitCode } from "../../exit.ts";
import { type Keyring, keyring } from "../../keys.ts";
import type { Options } from "../../options.ts";
import { sayResult, table } from "../../output/say.ts";
import { kinds } from "../../tables.ts";
import { keyUses } from "../../key-uses.ts";

interface Shown {
  readonly name: string;
  readonly kind: string;
  readonly algorithm: string;
  readonly fingerprint: string;
  /** What its own tools call it, where that is not the fingerprint; else empty. */
  readonly id: string;
  /** Why it cannot sign here, or empty. */
  readonly missing: string;
  readonly signs: readonly string[];
}

interface Found {
  readonly shown: Shown;
  /** What is wrong with a key that is here. */
  readonly problems: readonly Problem[];
}

/** A key that is not here is shown so; one that is there and no key is a Problem, once all are shown. */
export async function showKeys(options: Options, names: readonly string[]): Promise<ExitCode> {
  const config = await readConfig({ dir: process.cwd(), file: options.config, kinds });
  const ring = keyring(() => Promise.resolve(config), process.env);
  const found = await Promise.all(chosen(config, names).map((name) => lookAt(name, config, ring)));
  const shown = found.map((each) => each.shown);
  sayResult(
    options,
    shown.map((key): JsonObject => ({ ...key })),
    () => textOf(shown),
  );
  throwIfAny(found.flatMap(({ problems }) => problems));
  return exit.ok;
}

function chosen({ trust }: Config, names: readonly string[]): readonly string[] {
  const all = Object.keys(trust.keys);
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined)
    throw new Problem("usage", `keys show: no key is called ${JSON.stringify(unknown)}`, {
      expected: all.length === 0 ? "a name from `trust.keys`, which has none" : `one of ${all.join(", ")}`,
    });
  return names.length === 0 ? all : names;
}

async function lookAt(name: string, config: Config, ring: Keyring): Promise<Found> {
  const about = { name, kind: config.trust.keys[name]?.kind ?? "", signs: keyUses(config, name) };
  try {
    const { algorithm, fingerprint, id = "" } = await ring.open(name, Math.floor(Date.now() / 1000));
    return { shown: { ...about, algorithm, fingerprint, id, missing: "" }, problems: [] };
  } catch (thrown) {
    const all = problemsOf(thrown);
    if (all === undefined) throw thrown;
    const missing = all.map(({ message }) => message).join("; ");
    const problems = all.filter(({ code }) => code !== "key.missing");
    return { shown: { ...about, algorithm: "", fingerprint: "", id: "", missing }, problems };
  }
}

function textOf(keys: readonly Shown[]): string {
  if (keys.length === 0) return "the config has no keys: slipway keys new NAME --kind KIND makes one";
  return table([
    ["KEY", "KIND", "ALGORITHM", "SIGNS", "FINGERPRINT, AND ITS TOOL'S OWN ID"],
    ...keys.map(({ name, kind, algorithm, fingerprint, id, missing, signs }) => [
      name,
      kind,
      algorithm === "" ? "-" : algorithm,
      signs.length === 0 ? "nothing" : signs.join(", "),
      missing === "" ? `${fingerprint} ${id}`.trimEnd() : `not usable here: ${missing}`,
    ]),
  ]);
}
