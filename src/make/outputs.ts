/** Takes over what a Step made: every expected output and nothing else, as Artifacts in the cache. */
import type { Artifact, ExpectedArtifact } from "../model/artifact.ts";
import type { Cache } from "../model/cache.ts";
import type { Step } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import type { Made } from "./maker.ts";

/** The Step's Artifacts, in the order of its outputs. With `changed`, hooks may have rewritten the files: digests are taken anew. */
export async function takeOver(
  cache: Cache,
  step: Step,
  inputs: readonly Artifact[],
  made: readonly Made[],
  changed: boolean,
): Promise<readonly Artifact[]> {
  const expected =
    step.open === true
      ? made.map((file) => step.outputs.find(({ name }) => name === file.name) ?? extraFile(file))
      : step.outputs;
  const refs = inputs.map(({ digest }) => digest);
  const artifacts: Artifact[] = [];
  for (const output of expected) {
    const file = made.find(({ name }) => name === output.name);
    if (file === undefined)
      throw new Problem("step.failed", `${step.title}: ${output.name} was not made`, { place: step.place });
    const held = await cache.adopt(file.path, {
      ...(file.keep === undefined ? {} : { keep: file.keep }),
      ...(file.sha256 === undefined || changed ? {} : { sha256: file.sha256 }),
    });
    artifacts.push({ ...output, attributes: { ...output.attributes, ...file.attributes }, ...held, refs });
  }
  const unexpected = made.find((file) => !expected.some(({ name }) => name === file.name));
  if (unexpected !== undefined) throw new Error(`${step.id} made ${unexpected.name}, which is in no plan`);
  return artifacts;
}

function extraFile(file: Made): ExpectedArtifact {
  return { name: file.name, type: "file", listed: true, attributes: {} };
}
