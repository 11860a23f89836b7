/** Lists a Release in the trust root of its project once it is out, where the config has one. */
import { join } from "node:path";

import type { Config } from "../model/config.ts";
import type { Facts } from "../model/facts.ts";
import type { JsonObject } from "../model/json.ts";
import { Problem } from "../model/problem.ts";
import type { Decided } from "./decide.ts";
import type { Options } from "./options.ts";
import { remark } from "./output/say.ts";
import type { TrustRootReport } from "./trust-root.ts";

/** A root that was never made is known before anything is. Throws `file.missing` where the config asks for it. */
export async function refuseMissingRoot({ trust, root }: Config, { isSnapshot }: Facts): Promise<void> {
  if (trust.root === undefined || isSnapshot) return;
  const { loadRepository } = await import("../sign/tuf/load.ts");
  const repository = await loadRepository(join(root, trust.root.folder));
  if (repository.root !== undefined) return;
  const waits = repository.pending.root !== undefined;
  throw new Problem(
    "file.missing",
    `there is no trust root in ${trust.root.folder}${waits ? " that enough have signed" : ""}`,
    {
      place: trust.root.place,
      hint: waits
        ? "Have the others run `slipway keys sign`."
        : "Make it once, with `slipway keys init`, and commit the folder.",
    },
  );
}

/** Undefined where nothing was to be done: a snapshot, no trust root, or --skip sign. */
export async function vouchFor(
  { plan, config, keys }: Decided,
  folder: string,
  options: Options,
): Promise<TrustRootReport | undefined> {
  if (plan.isSnapshot || options.skip?.some((words) => words.split(",").includes("sign")) === true) return undefined;
  const read = await config();
  if (read?.trust.root === undefined) return undefined;
  const { addToTrustRoot } = await import("./trust-root.ts");
  const report = await addToTrustRoot(read, keys, folder);
  for (const note of report.notes) remark(options, `trust    ${note}`);
  return report;
}

export function trustRootJson({ versions, pending, files, notes }: TrustRootReport): JsonObject {
  return { versions: { ...versions }, pending: [...pending], files: [...files], notes: [...notes] };
}
