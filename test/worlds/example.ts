/** The examples of this project as repositories of their own, ready to be released. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../setup/imports.ts";
import { repositoryOf } from "./repository.ts";

export interface ExampleOptions {
  /** The tag at HEAD; default `v1.0.0`. Empty for none. */
  readonly tag?: string;
  /** ISO 8601 date of the first of its three commits; default 2026-01-30T12:00:00Z. */
  readonly date?: string;
  /** Where the repository goes; a new temporary folder when left out. */
  readonly folder?: string;
  /** Texts of its slipway.yaml and what stands there instead; a text that is not there is an error. */
  readonly instead?: Readonly<Record<string, string>>;
}

export type ExampleName = "cell0" | "engram" | "hello" | "jaco" | "llstack" | "restic-manager";

/** The base of the examples' images, in a registry that tests do not reach. */
export const exampleBase = "gcr.io/distroless/static-debian12:nonroot";

/**
 * Makes a repository of `examples/NAME`: a first release, v0.9.0, and a feature and a fix since then. Returns its path.
 * Images are built from scratch unless `instead` names another base.
 */
export function exampleRepository(name: ExampleName, options: ExampleOptions = {}): string {
  const { tag = "v1.0.0", instead = {}, ...rest } = options;
  const folder = join(ROOT, "examples", name);
  return repositoryOf(folder, name, {
    ...rest,
    origin: `https://github.com/hyperengineering/${name}`,
    files: { "slipway.yaml": rewritten(readFileSync(join(folder, "slipway.yaml"), "utf8"), instead) },
    commits: [
      { message: "feat: first working version", tags: ["v0.9.0"] },
      { message: "feat: say the version, commit and date" },
      { message: "fix: stop without losing what has begun", tags: tag === "" ? [] : [tag] },
    ],
  });
}

function rewritten(yaml: string, instead: Readonly<Record<string, string>>): string {
  const changed = Object.entries(instead).reduce((text, [there, wanted]) => {
    if (!text.includes(there)) throw new Error(`"${there}" is not in slipway.yaml`);
    return text.replaceAll(there, wanted);
  }, yaml);
  return changed.replaceAll(exampleBase, "scratch");
}
