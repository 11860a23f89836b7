/** Makes a Helm chart: packages it, signs it, and puts it into an OCI archive for registries. */
import type { ChartStepOptions } from "../../model/chart.ts";
import type { Step } from "../../model/plan.ts";
import type { Made, MakeContext, Maker, MakeResult, StepOf } from "../maker.ts";
import { plannedSigner } from "../planned-signer.ts";
import { readChartFolder } from "./folder.ts";
import { helmMetadata } from "./metadata.ts";
import { writeOciChart } from "./oci-chart.ts";
import { packChart } from "./package.ts";
import { fillOverrides, prepareChart } from "./prepare.ts";
import { writeProvenance } from "./provenance.ts";

export const chartMaker: Maker<ChartStepOptions> = {
  kind: "chart",
  version: 1,
  memory: 128 * 1024 * 1024,
  async key(step, context) {
    const { options } = step;
    const files = await readChartFolder(options.folder, context);
    const values = fillOverrides(options, context).map(({ path, value }) => ({ path, value: JSON.stringify(value) }));
    return { files: files.map(({ path, content }) => [path, content.sha256]), values };
  },
  make: makeChart,
};

async function makeChart(step: StepOf<ChartStepOptions>, context: MakeContext): Promise<MakeResult> {
  const { options } = step;
  const [output] = step.outputs;
  if (output === undefined) throw new Error(`${step.id} has no output`);
  const files = await readChartFolder(options.folder, context);
  const chart = await prepareChart(files, options, fillOverrides(options, context), step.place, context);
  const packed = await packChart(options.name, output.name, chart.files, context);
  const metadata = helmMetadata(chart.metadata);
  const provenance = await signed(packed, metadata, step, context);
  if (options.names.length === 0) return { made: [packed, ...provenance], reads: [] };
  const [own] = provenance;
  const archive = await writeOciChart(
    {
      fileName: nameOf(step, "image"),
      metadata: chart.metadata,
      config: metadata,
      chart: contentOf(packed, context),
      provenance: own === undefined ? undefined : contentOf(own, context),
      names: options.names,
    },
    context,
  );
  return { made: [packed, ...provenance, archive], reads: [] };
}

async function signed(
  { name, sha256 = "" }: Made,
  metadata: ReturnType<typeof helmMetadata>,
  step: StepOf<ChartStepOptions>,
  context: MakeContext,
): Promise<readonly Made[]> {
  const { options } = step;
  if (options.signer === "") return [];
  const signer = await plannedSigner(options, step, context);
  // Helm calls what it pulls by name and version, whatever it was called here.
  const names = [...new Set([name, `${options.name}-${options.version}.tgz`])];
  const text = await writeProvenance({ metadata, names, sha256 }, signer, context.epoch);
  return [await context.write(nameOf(step, "signature"), chunks(Buffer.from(text)))];
}

function nameOf({ id, outputs }: Step, type: "image" | "signature"): string {
  const output = outputs.find((candidate) => candidate.type === type);
  if (output === undefined) throw new Error(`${id} has no output of type ${type}`);
  return output.name;
}

function contentOf({ path, size = 0, sha256 = "" }: Made, context: MakeContext) {
  return context.contentOfRange(path, { start: 0, size, sha256 });
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
