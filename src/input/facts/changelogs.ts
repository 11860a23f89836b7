/** The changelogs of packages: of git's history, or of a file. */
import type { Config } from "../../model/config.ts";
import type { Facts } from "../../model/facts.ts";
import { readChangelogFile } from "./changelog-file.ts";
import type { Git } from "./git.ts";
import { readHistory } from "./history.ts";
import type { Repository } from "./repository.ts";

/** The facts with what packages' changelogs are made of, each read once. */
export async function withChangelogs(git: Git, repository: Repository, config: Config, facts: Facts): Promise<Facts> {
  const wanted = new Map(
    config.packages.flatMap(({ changelog }) => (changelog === undefined ? [] : [[changelog.from, changelog]])),
  );
  const changelogs = await Promise.all(
    [...wanted].map(async ([from, { place }]) => {
      const read =
        from === "git"
          ? readHistory(git, { config, repository, release: facts })
          : readChangelogFile(config.root, from.slice("file:".length), place);
      return [from, await read] as const;
    }),
  );
  return { ...facts, changelogs: Object.fromEntries(changelogs) };
}
