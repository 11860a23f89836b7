/** Makes documents that we write ourselves: collects what is known, writes it, and reads it back. */
import type { SbomStepOptions } from "../../model/sbom.ts";
import { readSbom, type SbomFormat } from "../../format/sbom/read.ts";
import { artifactPrefix, type Sbom } from "../../format/sbom/model.ts";
import { Problem } from "../../model/problem.ts";
import { template, z } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import type { MakeContext, Maker } from "../maker.ts";
import { collectSbom } from "./collect.ts";

export interface DocumentOptions {
  readonly as?: Template | undefined;
}

export const documentSchema: z.ZodType<DocumentOptions> = z.strictObject({
  as: template("File name of a document. With `artifact` in it, of those about one artifact.", ["artifact"]).optional(),
});

/** A maker of documents of one format. */
export function documentMaker(format: SbomFormat, write: (sbom: Sbom) => Promise<string>): Maker<SbomStepOptions> {
  return {
    kind: format,
    version: 1,
    memory: 128 * 1024 * 1024,
    async make(step, context) {
      const [output] = step.outputs;
      if (output === undefined) throw new Error(`${step.id} has no output`);
      const { sbom, reads } = await collectSbom(step, context);
      const text = await write(sbom);
      readBack(format, text, sbom, output.name);
      return { made: [await writeText(output.name, text, context)], reads };
    },
  };
}

function readBack(format: SbomFormat, text: string, sbom: Sbom, name: string): void {
  const { files, purls } = readSbom(format, text, name);
  const artifacts = sbom.nodes.filter(({ id }) => id.startsWith(artifactPrefix));
  const packages = sbom.nodes.flatMap(({ purl }) => purl ?? []);
  const isWhole =
    files.length === artifacts.length &&
    files.every((file) =>
      artifacts.some(({ file: path, hashes }) => path === file.name && hashes?.sha256 === file.sha256),
    ) &&
    purls.join("\n") === packages.toSorted().join("\n");
  if (!isWhole) throw new Problem("verify.mismatch", `${name} was read back and says something else`);
}

function writeText(name: string, text: string, context: MakeContext) {
  return context.write(name, chunks(Buffer.from(text)));
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
