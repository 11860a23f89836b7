/** `slipway conformance SUITE`: speaks the command line that a public conformance suite expects of the program it tests. */
import { Problem } from "../../model/problem.ts";
import type { ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";

/** `words` are the suite's own, options included. */
type Shim = (words: readonly string[]) => Promise<ExitCode>;

const shims: Readonly<Record<string, () => Promise<Shim>>> = {
  sigstore: async () => (await import("./conformance/sigstore.ts")).sigstoreClient,
  tuf: async () => (await import("./conformance/tuf.ts")).tufClient,
};

export async function conformance(_options: Options, [suite = "", ...words]: readonly string[]): Promise<ExitCode> {
  const load = Object.hasOwn(shims, suite) ? shims[suite] : undefined;
  if (load === undefined)
    throw new Problem("usage", `conformance: there is no suite ${JSON.stringify(suite)}`, {
      expected: `one of ${Object.keys(shims).join(", ")}`,
    });
  return (await load())(words);
}
