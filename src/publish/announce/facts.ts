/** What programs are told of a Release that is public: its facts as JSON. */
import { readableJson } from "../../model/json.ts";
import type { AnnounceContext } from "./kind.ts";

/** The text of a JSON document; `docs/announce.md` describes it. */
export async function factsOf({ about, url, once }: AnnounceContext): Promise<string> {
  const { project, title, version, tag, previousTag, commit, epoch, channel, isNightly, isPrerelease } = about;
  const date = new Date(epoch * 1000).toISOString().replace(".000Z", "Z");
  const facts = { project, title, version, tag, previousTag, commit, date, channel, isNightly, isPrerelease };
  return readableJson({ event: "released", id: once, ...facts, url, notes: await about.notes() });
}
