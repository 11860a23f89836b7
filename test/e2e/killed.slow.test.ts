/** A release that is killed at any instant and run again ends as if it had never been killed. */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";

import { needs } from "../judges.ts";
import { exampleRepository } from "../worlds/example.ts";
import { toolConfig, toolFiles } from "../worlds/project.ts";
import { digestsIn, shell } from "../worlds/shell.ts";
import { slipway, startSlipway } from "../worlds/slipway.ts";

const { project, fresh } = shell();
const targets = ["linux/amd64", "windows/amd64", "darwin/arm64"];

/** Programs that take a while to make, compress, write and copy. */
const files = toolFiles({
  "slipway.yaml": toolConfig
    .replace("[linux/amd64, windows/amd64]", `[${targets.join(", ")}]`)
    .replace("folder: public", 'folder: "public/{{ version }}"'),
  "build.sh": `set -eu
mkdir -p "$(dirname "$2")"
seq 1 60000 | sed "s|$| $1|" > "$2"
`,
});

/** What a release leaves: the Release, what was published, and the names of all that lies beside them. */
interface State {
  readonly released: Readonly<Record<string, string>>;
  readonly published: Readonly<Record<string, string>>;
  readonly beside: readonly string[];
  readonly scratch: readonly string[];
}

interface World {
  readonly folder: string;
  readonly cache: string;
  readonly env: Readonly<Record<string, string>>;
}

function worldIn(folder: string): World {
  const cache = fresh();
  return { folder, cache, env: { SLIPWAY_CACHE: cache } };
}

async function releaseOf({ folder, cache, env }: World): Promise<State> {
  expect(await slipway(["release", "--quiet"], { cwd: folder, env })).toEqual({ code: 0, stdout: "", stderr: "" });
  return {
    released: digestsIn(join(folder, "dist", "1.0.0")),
    published: digestsIn(join(folder, "public", "1.0.0")),
    beside: readdirSync(join(folder, "dist")).toSorted(),
    scratch: readdirSync(join(cache, "tmp")),
  };
}

function clear({ folder, cache }: World): void {
  for (const path of [join(folder, "dist"), join(folder, "public"), join(folder, "out"), cache])
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
}

/** Starts a release and kills it, and whatever shares its process group, after so many milliseconds. */
async function killedAfter({ folder, env }: World, milliseconds: number): Promise<boolean> {
  const running = startSlipway(["release", "--quiet"], { cwd: folder, env });
  await Promise.race([wait(milliseconds), running.ended]);
  try {
    running.killGroup("SIGKILL");
  } catch {
    // It had ended.
  }
  const { code } = await running.ended;
  return code === null;
}

/** The release of a world that nobody kills, and the milliseconds it took. */
async function undisturbed(world: World): Promise<{ readonly expected: State; readonly took: number }> {
  const began = performance.now();
  const expected = await releaseOf(world);
  const took = performance.now() - began;
  expect(expected.beside).toEqual(["1.0.0", "1.0.0.plan.json", "1.0.0.receipts.jsonl"]);
  expect(expected.scratch).toEqual([]);
  expect(expected.published).toEqual(expected.released);
  return { expected, took };
}

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test("at 30 instants of a small project's release, sometimes several in a row", async () => {
  const world = worldIn(project(files));
  const { expected, took } = await undisturbed(world);
  const random = randoms(3);
  let longest = took;
  let killed = 0;
  for (let count = 0; count < 30; count += 1) {
    const goesOn = count % 5 === 4; // what the last kill left is killed again
    if (!goesOn) clear(world);
    const delay = random() * longest;
    if (await killedAfter(world, delay)) killed += 1;
    else longest = delay; // it was faster than the one that was measured, since the machine had less to do
    if (count % 5 === 3) continue;
    expect(await releaseOf(world), `kill ${count}`).toEqual(expected);
  }
  expect(killed).toBeGreaterThan(15);
});

needs("go")("at a few instants of engram's release", async () => {
  const instead = { 'for: ["{linux,darwin}/{amd64,arm64}", windows/amd64]': "for: linux/{amd64,arm64}" };
  const folder = exampleRepository("engram", { folder: fresh(), instead });
  const world = worldIn(folder);
  const { expected } = await undisturbed(world); // Go's own cache is warm from here on
  clear(world);
  const { took } = await undisturbed(world);
  const random = randoms(5);
  for (let count = 0; count < 3; count += 1) {
    let delay = (0.2 + 0.7 * random()) * took;
    do clear(world);
    while (!(await killedAfter(world, delay)) && (delay /= 2)); // it was faster than the one that was measured
    // Go's own processes may outlive the run that was killed, and still write into its scratch folder.
    expect({ ...(await releaseOf(world)), scratch: [] }, `kill ${count}`).toEqual(expected);
  }
  await expect.poll(async () => (await releaseOf(world)).scratch, { timeout: 120_000, interval: 2000 }).toEqual([]);
});
