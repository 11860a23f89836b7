/** Runs a few Steps as a Plan, with a cache of their own. */
import { join } from "node:path";

import { createCompressor } from "../../src/format/compressor.ts";
import type { Maker } from "../../src/make/maker.ts";
import { run, type RunResult } from "../../src/make/run.ts";
import type { RunRequest } from "../../src/make/running.ts";
import type { Plan, PlannedStep } from "../../src/model/plan.ts";
import type { StepOutcome } from "../../src/model/progress.ts";
import { openCache } from "../../src/store/cache.ts";

/** Seconds since 1970: the clock of every Plan here. */
export const epoch = 1_700_000_000;

/** A Plan of a project `p` in version 1.0.0. */
export function planOf(steps: readonly PlannedStep[], more: Partial<Plan> = {}): Plan {
  const release = {
    folder: "dist/1.0.0",
    layout: "flat",
    title: "",
    channel: "",
    checksums: [],
    index: "",
    signatureList: "",
    signatures: [],
    provenance: "",
  } as const;
  const words = { project: "p", version: "1.0.0", tag: "v1.0.0", previousTag: "", commit: "c".repeat(40) };
  const flags = { isSnapshot: false, isNightly: false, isPrerelease: false, isDirty: false };
  const rest = { slipway: 1, by: "0", commitTime: 0, epoch, publish: [], announce: [], skipped: [] } as const;
  return { ...rest, ...words, ...flags, steps, release, ...more };
}

export interface Ran extends RunResult {
  /** How each Step ended, by id. */
  readonly states: Readonly<Record<string, StepOutcome["state"]>>;
  /** What progress was told, in order. */
  readonly told: readonly (readonly [string, StepOutcome["state"]])[];
  /** Where the cache keeps the bytes of a Step's only artifact, or of its one of that name. */
  pathOf(step: string, name?: string): string;
}

/** Runs `steps` in `folder`, which is the project and holds the cache in `cache/`. */
export async function runSteps(
  folder: string,
  steps: readonly PlannedStep[],
  makerOf: (step: PlannedStep) => Maker,
  more: Partial<RunRequest> = {},
): Promise<Ran> {
  const cache = openCache(join(folder, "cache"), { maxBytes: 1e9 });
  const compressor = createCompressor({ workers: 1 });
  const told: [string, StepOutcome["state"]][] = [];
  try {
    const result = await run({
      plan: planOf(steps),
      root: folder,
      makerOf,
      cache,
      compressor,
      jobs: 2,
      memory: 1e9,
      noCache: false,
      signal: new AbortController().signal,
      progress: { started: () => {}, detail: () => {}, ended: ({ id }, { state }) => told.push([id, state]) },
      env: process.env,
      render: (source) => source,
      openSigner: (name) => Promise.reject(new Error(`no key ${name}`)),
      openImage: (name) => Promise.reject(new Error(`no image ${name}`)),
      ...more,
    });
    const states = Object.fromEntries([...result.outcomes].map(([id, { state }]) => [id, state]));
    const pathOf = (step: string, name?: string): string => {
      const all = result.artifacts.get(step) ?? [];
      const artifact = name === undefined ? all[0] : all.find((one) => one.name === name);
      if (artifact === undefined)
        throw new Error(`${step} made nothing: ${result.problems.map(({ message }) => message).join("; ")}`);
      return cache.pathOf(artifact.digest);
    };
    return { ...result, states, told, pathOf };
  } finally {
    await compressor.close();
    await cache.close();
  }
}
