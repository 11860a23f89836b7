/** What will become of the tag, and of a release that is there: told, or refused, before anything is made or sent. */
import type { ReleaseAbout } from "../../model/about.ts";
import type { Digest } from "../../model/artifact.ts";
import type { Problem } from "../../model/problem.ts";
import type { Probed } from "../kind.ts";
import type { DecidedForge } from "./options.ts";
import { draftThere, noTag, otherCommit, releaseThere, type Standing } from "./situations.ts";
import type { ForgeTag } from "./tag.ts";
import { isUntagged } from "./untagged.ts";

export interface Ahead extends ForgeTag {
  /** `git.example.com/acme/tool`. */
  readonly where: string;
  readonly about: Pick<ReleaseAbout, "commit" | "tag" | "isNightly" | "isSnapshot">;
  readonly options: Pick<DecidedForge, "tag" | "target" | "existing">;
}

/** Why no release can be made from the tag as it stands there, at a commit or, undefined, nowhere; one that moves may stand anywhere. */
export function tagObstacle(ahead: Ahead, there: string | undefined): Problem | undefined {
  const { moves, about, options } = ahead;
  if (moves) return undefined;
  if (there === undefined) return options.target === "" ? noTag(ahead) : undefined;
  return isElsewhere(ahead, there) ? otherCommit(ahead, { there, wanted: about.commit }) : undefined;
}

/** Whether the tag stands for another commit than the one that is released. */
export function isElsewhere({ about }: Pick<Ahead, "about">, there: string | undefined): boolean {
  return there !== undefined && about.commit !== "" && there !== about.commit;
}

/**
 * Fails, before anything is made, where the tag that will be released is not there, or is another commit's. Not asked where there is no
 * tag yet, where the forge makes it, and where files are added to whatever release has it.
 */
export async function refuseTagAhead(ahead: Ahead, commitOf: (tag: string) => Promise<string | undefined>) {
  const { tag, moves, about, options } = ahead;
  if (moves || adds(ahead) || isUntagged(options, about)) return;
  const problem = tagObstacle(ahead, await commitOf(tag));
  if (problem !== undefined) throw problem;
}

/** Fails as {@link tagObstacle} says. */
export function tagLine(ahead: Ahead, there: string | undefined): Probed {
  const { tag, moves, options } = ahead;
  const problem = tagObstacle(ahead, there);
  if (problem !== undefined) throw problem;
  const detail = (): string => {
    if (there !== undefined && !isElsewhere(ahead, there)) return `${tag} is the commit that is released`;
    return moves ? `${tag} will be moved` : `${tag} will be made on ${options.target}`;
  };
  return { what: "tag", outcome: "ok", detail: detail() };
}

/**
 * What becomes of a release that is there; undefined: there is none. `here` is the Release on this machine, if it was made yet. Fails with
 * `store.conflict` where another one has the tag for certain.
 */
export function releaseLine(ahead: Ahead, there: Standing | undefined, here: Digest | undefined): Probed {
  const { tag } = ahead;
  const of = (detail: string, outcome: Probed["outcome"] = "ok"): Probed => ({ what: "names", outcome, detail });
  if (there === undefined) return of(`no release is out as ${tag}`);
  const { isDraft, by, isFixed = false } = there;
  const isOurs = by !== undefined && by === here;
  if (isDraft) {
    if (by !== undefined) return of(`goes on with the draft of ${tag}`);
    if (!adds(ahead)) throw draftThere(ahead, there);
    return of(`the draft of ${tag} that somebody made is added to`);
  }
  if (isOurs) return of(`this very Release is out as ${tag}`);
  if (!isFixed && adds(ahead)) return of(`files are added to the release ${tag}, which is out`);
  if (!isFixed && (ahead.moves || ahead.options.existing === "replace"))
    return of(`the release ${tag} that is out is replaced${ahead.moves ? ", unless it is a later one" : ""}`);
  if (by === undefined || here !== undefined) throw releaseThere(ahead, there);
  // The same Release again is no failure; whether it is the same is not known before it is made.
  return of(`a release ${tag} is out that Slipway made: any other than that is refused`, "warning");
}

/** Whether files go into whatever release is there. */
export function adds({ options: { existing } }: Pick<Ahead, "options">): boolean {
  return existing === "append" || existing === "keep";
}
