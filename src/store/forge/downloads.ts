/** Where files of a forge's release will be found, told before it is there. */
import type { ReleaseAbout } from "../../model/about.ts";
import type { DecidedForge } from "./options.ts";
import { tagOf } from "./tag.ts";

/**
 * `https://github.com/acme/tool/releases/download/v1.2.3/`: a file's name follows, percent-encoded. `web` is what people open, with a
 * slash at its end. Undefined where nothing says a tag.
 */
export function downloadsAt(
  web: string,
  decided: Pick<DecidedForge, "tag" | "existing" | "repository">,
  about: Pick<ReleaseAbout, "tag" | "version" | "isNightly">,
): string | undefined {
  if (decided.tag === "" && about.tag === "" && !about.isNightly) return undefined;
  const { tag } = tagOf(decided, about);
  return new URL(`${decided.repository}/releases/download/${encodeURIComponent(tag)}/`, web).href;
}
