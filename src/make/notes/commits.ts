/** Notes from commits: the Plan holds the changelog already. */
import type { JsonObject } from "../../model/json.ts";
import type { Maker } from "../maker.ts";
import { writeNotes } from "./text.ts";

interface CommitsOptions extends JsonObject {
  readonly changelog: string;
  readonly groups: readonly JsonObject[];
  readonly breaking: readonly JsonObject[];
}

export const commits: Maker = {
  kind: "commits",
  version: 1,
  memory: 0,
  make(step, context) {
    const { changelog, groups, breaking } = step.options as CommitsOptions;
    return writeNotes(step, context, changelog, { groups, breaking, commits: allOf(groups) }, []);
  },
};

function allOf(groups: readonly JsonObject[]): readonly JsonObject[] {
  return groups.flatMap((group) => group["commits"] as readonly JsonObject[]);
}
