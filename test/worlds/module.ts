/** Real Go programs that nobody here wrote, as repositories: the module proxy's copy with the version's tag. */

import { execFileSync } from "node:child_process";
import { basename } from "node:path";
import { repositoryOf } from "./repository.ts";

/**
 * Makes a repository of a Go module and returns its path. Needs Go, and the module proxy once: Go caches what it loads.
 * @param module path, such as `github.com/rhysd/actionlint`
 * @param version the tag, such as `v1.7.12`
 * @param files what the program's own CI makes before it releases, by path, with its text
 */
export function moduleRepository(
  module: string,
  version: string,
  files: Readonly<Record<string, string>> = {},
): string {
  const answer = execFileSync("go", ["mod", "download", "-json", `${module}@${version}`], { encoding: "utf8" });
  const { Dir } = JSON.parse(answer) as { readonly Dir: string };
  const repository = module.replace(/\/v\d+$/, "");
  const name = basename(repository);
  return repositoryOf(Dir, name, {
    origin: `https://${repository}`,
    everything: true,
    commits: [{ message: `${name} ${version}`, tags: [version] }],
    files,
  });
}

/** actionlint v1.7.12; its man page is made by a Ruby program before each release, so that one stands in for it here. */
export function actionlintRepository(files: Readonly<Record<string, string>> = {}): string {
  const page = ".TH ACTIONLINT 1\n.SH NAME\nactionlint \\- static checker for GitHub Actions workflow files\n";
  return moduleRepository("github.com/rhysd/actionlint", "v1.7.12", { "man/actionlint.1": page, ...files });
}

/** yq v4.54.1. */
export function yqRepository(files: Readonly<Record<string, string>> = {}): string {
  return moduleRepository("github.com/mikefarah/yq/v4", "v4.54.1", files);
}
