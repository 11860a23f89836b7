/** Carries out a Plan: opens what the run needs, shows progress, stops on Ctrl-C or a time limit, and cleans up. */
import { writeFile } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";

import { createCompressor } from "../format/compressor.ts";
import { run, type RunResult } from "../make/run.ts";
import type { Cache } from "../model/cache.ts";
import { onDisk } from "../model/disk.ts";
import { throwIfAny } from "../model/problem.ts";
import type { Decided } from "./decide.ts";
import { openerFor } from "./open-image.ts";
import { openOperatorsCache } from "./operators-cache.ts";
import type { Options } from "./options.ts";
import { showProgress, tellAll } from "./output/progress.ts";
import { traceProgress } from "./output/trace.ts";
import { readCount } from "./output/words.ts";
import { stopSignal } from "./stop.ts";
import { makerOf } from "./tables.ts";

/** Everything that was made, and the cache that holds it, for as long as `use` takes. Throws all Problems of failed Steps together. */
export async function carryOut<T>(
  { plan, root, render, openSigner }: Decided,
  options: Options,
  use: (result: RunResult, cache: Cache, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const jobs = options.jobs === undefined ? availableParallelism() : readCount(options.jobs, "--jobs");
  const saveTrace = async (text: string): Promise<void> => {
    const path = options.trace;
    if (path !== undefined) await onDisk(path, () => writeFile(path, text));
  };
  await saveTrace(""); // a file that cannot be written is known before anything is made
  const shown = await showProgress(plan, options);
  const stopping = stopSignal(options.timeout, shown.note);
  const cache = openOperatorsCache();
  const compressor = createCompressor({ workers: jobs });
  const trace = traceProgress();
  try {
    const result = await run({
      plan,
      root,
      makerOf,
      cache,
      compressor,
      jobs,
      memory: totalmem() * 0.6,
      noCache: options.cache === false,
      signal: stopping.signal,
      progress: tellAll([shown, trace]),
      env: process.env,
      render,
      openSigner,
      openImage: openerFor(root),
    }).finally(() => shown.close());
    await saveTrace(trace.text());
    throwIfAny(result.problems);
    const used = await use(result, cache, stopping.signal);
    stopping.signal.throwIfAborted(); // who asked to stop does not want what comes next
    return used;
  } finally {
    stopping.release();
    await compressor.close();
    await cache.close();
  }
}
