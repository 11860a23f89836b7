/** Lists a Release in the trust root of its project once it is out, where the config has one. */
import type { JsonObject } from "../model/json.ts";
import type { Decided } from "./decide.ts";
import type { Options } from "./options.ts";
import { remark } from "./output/say.ts";
import type { TrustRootReport } from "./trust-root.ts";

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
