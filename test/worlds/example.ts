/** The examples of this project as repositories of their own, ready to be released. */

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
}

/** Makes a repository of `examples/NAME`: a first release, v0.9.0, and a feature and a fix since then. Returns its path. */
export function exampleRepository(name: "engram" | "hello" | "jaco", options: ExampleOptions = {}): string {
  const { tag = "v1.0.0", ...rest } = options;
  return repositoryOf(join(ROOT, "examples", name), name, {
    ...rest,
    origin: `https://github.com/hyperengineering/${name}`,
    commits: [
      { message: "feat: first working version", tags: ["v0.9.0"] },
      { message: "feat: say the version, commit and date" },
      { message: "fix: stop without losing what has begun", tags: tag === "" ? [] : [tag] },
    ],
  });
}
