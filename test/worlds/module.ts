/** Real Go programs that nobody here wrote, as repositories: the module proxy's copy with the version's tag. */

import { execFileSync } from "node:child_process";
import { basename } from "node:path";
import { repositoryOf } from "./repository.ts";

/**
 * Makes a repository of a Go module and returns its path. Needs Go, and the module proxy once: Go caches what it loads.
 * @param module path, such as `github.com/rhysd/actionlint`
 * @param version the tag, such as `v1.7.12`
 */
export function moduleRepository(module: string, version: string, folder?: string): string {
  const answer = execFileSync("go", ["mod", "download", "-json", `${module}@${version}`], { encoding: "utf8" });
  const { Dir } = JSON.parse(answer) as { readonly Dir: string };
  const name = basename(module.replace(/\/v\d+$/, ""));
  return repositoryOf(Dir, name, {
    everything: true,
    commits: [{ message: `${name} ${version}`, tags: [version] }],
    ...(folder === undefined ? {} : { folder }),
  });
}
