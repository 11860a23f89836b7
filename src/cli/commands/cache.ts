/** `slipway cache`: what the cache holds, and making it smaller. */
import { Problem } from "../../model/problem.ts";
import { openOperatorsCache } from "../operators-cache.ts";
import { exit, type ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";
import { sayResult, table } from "../output/say.ts";
import { readSize, size } from "../output/words.ts";

export async function cache(options: Options, [action = "show"]: readonly string[]): Promise<ExitCode> {
  const folder = openOperatorsCache();
  try {
    if (action === "prune") {
      const pruned = await folder.prune(options.max === undefined ? 0 : readSize(options.max, "--max"));
      sayResult(options, { ...pruned }, () => `removed ${pruned.files} files, ${size(pruned.bytes)}`);
      return exit.ok;
    }
    if (action !== "show")
      throw new Problem("usage", `cache: there is no action "${action}"`, { expected: "show or prune" });
    const usage = await folder.usage();
    sayResult(options, { folder: usage.folder, bytes: usage.bytes, files: usage.files, parts: usage.parts }, () =>
      [
        usage.folder,
        table(
          [...Object.entries(usage.parts), ["all", usage] as const].map(([name, part]) => [
            name,
            size(part.bytes),
            `${part.files} files`,
          ]),
        ),
      ].join("\n"),
    );
    return exit.ok;
  } finally {
    await folder.close();
  }
}
