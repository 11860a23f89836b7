/** What actions of `slipway keys` on the trust root share: opening it, writing what they did, and saying it. */
import { readConfig } from "../../../input/index.ts";
import type { Config } from "../../../model/config.ts";
import type { JsonObject } from "../../../model/json.ts";
import type { Step } from "../../../sign/tuf/repository.ts";
import { exit, type ExitCode } from "../../exit.ts";
import { keyring } from "../../keys.ts";
import type { Options } from "../../options.ts";
import { sayResult } from "../../output/say.ts";
import { kinds } from "../../tables.ts";
import { openTrustRoot, type OpenTrustRoot, saveStep, type TrustRootReport } from "../../trust-root.ts";

/** The config that the options name. */
export async function configOf(options: Options): Promise<Config> {
  return readConfig({ dir: process.cwd(), file: options.config, kinds });
}

/** Carries out a step on the trust root of the config, and says what became of it. */
export async function onTrustRoot(
  options: Options,
  config: Config,
  act: (opened: OpenTrustRoot) => Promise<Step>,
  more: readonly string[] = [],
): Promise<TrustRootReport> {
  const opened = await openTrustRoot(
    config,
    keyring(() => Promise.resolve(config), process.env),
    { more },
  );
  const report = await saveStep(opened.folder, await act(opened));
  say(options, opened.entry.folder, report);
  return report;
}

function say(options: Options, folder: string, { versions, pending, files, notes }: TrustRootReport): void {
  const data: JsonObject = { folder, versions: { ...versions }, pending, files, notes };
  sayResult(options, data, () => {
    const published = Object.entries(versions).map(([role, version]) => `${role} ${version}`);
    return [
      ...notes,
      published.length === 0 ? `${folder}: nothing is published yet` : `${folder}: ${published.join(", ")}`,
    ].join("\n");
  });
}

/** 0, or 2 where clients would not see a timestamp that is newer than before. */
export function codeOf({ files }: TrustRootReport): ExitCode {
  return files.includes("timestamp.json") ? exit.ok : exit.unavailable;
}
