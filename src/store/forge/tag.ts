/** Which tag a forge's release has, and whether that tag moves with each release. */
import type { ReleaseAbout } from "../../model/about.ts";
import { Problem } from "../../model/problem.ts";
import type { DecidedForge } from "./options.ts";

export interface ForgeTag {
  readonly tag: string;
  /** Whether it is one that always names the newest, such as `nightly`: then it is moved, and what it named is replaced. */
  readonly moves: boolean;
}

/** Fails with `store.failed` where nothing says a tag. */
export function tagOf(
  { tag: written, existing }: Pick<DecidedForge, "tag" | "existing">,
  about: Pick<ReleaseAbout, "tag" | "version" | "isNightly">,
): ForgeTag {
  const tag = written !== "" ? written : about.isNightly ? "nightly" : about.tag;
  if (tag === "")
    throw new Problem("store.failed", "a release on a forge needs a tag, and this one has none", {
      hint: "Release a tag, or write `tag:` for that store.",
    });
  return { tag, moves: about.isNightly ? !tag.includes(about.version) : existing === "replace" && tag !== about.tag };
}
