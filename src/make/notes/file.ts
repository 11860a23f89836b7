/** Notes that somebody wrote: a file of the project, taken as it is. */
import type { JsonObject } from "../../model/json.ts";
import type { Maker } from "../maker.ts";
import { readProjectFile, writeNotes } from "./text.ts";

interface FileOptions extends JsonObject {
  readonly path: string;
}

export const file: Maker = {
  kind: "file",
  version: 1,
  memory: 0,
  async make(step, context) {
    const { path } = step.options as FileOptions;
    const { text, read } = await readProjectFile(context, path);
    return writeNotes(step, context, text, {}, [read]);
  },
};
