/** `slipway keys add DIR`: lists a Release that was made in the trust metadata. */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { onDisk } from "../../../model/disk.ts";
import { Problem } from "../../../model/problem.ts";
import { publishRelease } from "../../../sign/tuf/steps.ts";
import { verifyFolder } from "../../../verify/folder.ts";
import { exit, type ExitCode } from "../../exit.ts";
import type { Options } from "../../options.ts";
import { onlyName } from "./action.ts";
import { configOf, onTrustRoot } from "./root-action.ts";

/** What is not whole is never vouched for. */
export async function addReleaseToRoot(options: Options, names: readonly string[]): Promise<ExitCode> {
  const folder = resolve(onlyName("add", names));
  const { outcome, checks, release } = await verifyFolder(folder, { archives: false });
  if (outcome !== "verified") {
    const wrong = checks.filter((check) => check.outcome !== "ok");
    throw new Problem("verify.mismatch", `${folder} is no whole Release`, {
      lines: wrong.slice(0, 5).map(({ subject, detail }) => `${subject}: ${detail}`),
      hint: `Run \`slipway verify\` on it to see everything.`,
    });
  }
  const path = join(folder, "release.json");
  const statement = await onDisk(path, () => readFile(path));
  const config = await configOf(options);
  if (release?.product !== config.project.name)
    throw new Problem("verify.mismatch", `${folder} is a Release of ${release?.product ?? "nobody"}`, {
      expected: `one of ${config.project.name}`,
    });
  await onTrustRoot(options, config, ({ repository, settling }) => publishRelease(repository, statement, settling));
  return exit.ok;
}
