/** SBOMs of the kind `command`: the user's own tool writes the document of an artifact. */
import { constants } from "node:fs";
import { copyFile, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";

import type { Artifact } from "../../model/artifact.ts";
import { onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import { choose, scalarTemplate, template, z } from "../../model/schema.ts";
import type { SbomStepOptions } from "../../model/sbom.ts";
import { renderText, type Template, type Text } from "../../model/template.ts";
import type { MakeContext, Maker, MakeResult, StepOf } from "../maker.ts";
import { splitWords } from "../words.ts";
import type { SbomFormat } from "./kind.ts";

interface CommandOptions {
  readonly command: Template | readonly Template[];
  readonly as: Template;
}

/** Known when it runs. */
const late = ["artifact", "document"];

const line = template("A command: words divided by blanks, quotes count, no shell.", late);
const list = z.array(scalarTemplate("One word.", late)).min(1);

const schema: z.ZodType<CommandOptions> = z.strictObject({
  command: choose<CommandOptions["command"]>(
    "The command, or the list of its words; `artifact` is the path of what it looks into, `document` that of the file it writes.",
    (raw) => (Array.isArray(raw) ? { schema: list } : { schema: line }),
    () => z.union([z.string(), z.array(z.string())]),
  ),
  as: template("File name of the document, over `artifact`.", ["artifact"]),
});

const maker: Maker<SbomStepOptions> = { kind: "command", version: 1, make: runTool };

export const command: SbomFormat<CommandOptions> = {
  kind: "command",
  summary: "A tool of your own that looks into an artifact and writes the document.",
  example: "command: syft {{ artifact }} -o spdx-json={{ document }}\nas: '{{ artifact }}.spdx.json'\nof: [archives]\n",
  primary: "command",
  schema,
  decide: ({ command: words, as }, scope) => ({
    // Who compares documents with the release knows that another program wrote this one.
    attributes: { format: formatOf(as.source), by: "command" },
    as,
    ofRelease: "",
    suffix: ".sbom.json",
    options: {
      command: isList(words) ? words.map((word) => renderText(word, scope)) : renderText(words, scope),
    },
  }),
  maker,
};

/** What file names usually say. */
function formatOf(name: string): string {
  if (/spdx/i.test(name)) return "spdx";
  return /cdx|cyclonedx|bom\.(json|xml)$/i.test(name) ? "cyclonedx" : "other";
}

async function runTool(step: StepOf<SbomStepOptions>, context: MakeContext): Promise<MakeResult> {
  const { of, own } = step.options;
  const words = own["command"] as Text | readonly Text[];
  const [output] = step.outputs;
  const subject = context.inputs.find(({ name, listed }) => listed && name === of);
  if (output === undefined || subject === undefined) throw new Error(`${step.id} was planned wrongly`);
  const path = await underItsName(subject, context);
  const document = join(context.scratch, "document");
  const names = { artifact: { name: path, path }, document };
  const fill = (text: Text): string =>
    typeof text === "string" ? text : context.render(text.late, { ...text.with, ...names });
  const [program, ...args] = isList(words) ? words.map(fill) : splitWords(fill(words), step.place);
  if (program === undefined) throw new Problem("config.invalid", "command: there is no command", { place: step.place });
  await context.run({ command: program, args });
  const size = await stat(document).then(
    (found) => (found.isFile() ? found.size : 0),
    () => 0,
  );
  if (size === 0)
    throw new Problem("step.failed", `${step.title}: the command wrote no file {{ document }}`, { place: step.place });
  return { made: [{ name: output.name, path: document }] };
}

/** Tools tell files by their names. */
async function underItsName(artifact: Artifact, { pathOf, scratch }: MakeContext): Promise<string> {
  const folder = join(scratch, "artifact");
  const path = join(folder, artifact.name);
  await onDisk(folder, () => mkdir(folder));
  await onDisk(path, () => copyFile(pathOf(artifact), path, constants.COPYFILE_FICLONE));
  return path;
}

function isList<T>(words: T | readonly T[]): words is readonly T[] {
  return Array.isArray(words);
}
