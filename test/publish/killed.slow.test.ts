/** A publish that is killed between any two acts, and run again, ends as one that was not. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { filesIn } from "../worlds/shell.ts";
import { publishTo, released, turns } from "./publish-child.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-killed-publish-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const program = join(import.meta.dirname, "publish-child.ts");

interface Ended {
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
}

async function runIn(root: string, act: number): Promise<Ended> {
  const child = spawn(process.execPath, [program, root, String(act)], { stdio: ["ignore", "pipe", "inherit"] });
  let stdout = "";
  child.stdout.on("data", (chunk) => (stdout += String(chunk)));
  const signal = await new Promise<NodeJS.Signals | null>((resolve) => child.once("close", (_, by) => resolve(by)));
  return { signal, stdout };
}

/** What people see: everything but what is unfinished. */
function seen(root: string): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(turns.map((turn) => [turn, namesIn(join(root, turn))]));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith("."));
  } catch {
    return []; // not made yet
  }
}

const textsIn = (root: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    turns.flatMap((turn) => [...filesIn(join(root, turn))].map(([name, bytes]) => [`${turn}/${name}`, String(bytes)])),
  );

test("at every act", async () => {
  const calm = mkdtempSync(join(home, "p-"));
  const { signal, stdout } = await runIn(calm, -1);
  expect(signal).toBeNull();
  const acts = Number(stdout);
  expect(acts).toBe(2 * turns.length * released.length); // before putting, and before pointing
  const expected = textsIn(calm);
  expect(Object.keys(expected)).toHaveLength(turns.length * released.length);

  const all = released.length;
  const kill = async (act: number): Promise<void> => {
    const root = mkdtempSync(join(home, "p-"));
    expect((await runIn(root, act)).signal, `act ${act}`).toBe("SIGKILL");
    const { names = [], final = [], pointers = [] } = seen(root);
    if (final.length > 0) expect(names, `act ${act}`).toHaveLength(all);
    if (pointers.length > 0) expect(final, `act ${act}`).toHaveLength(all);
    for (const place of [names, final, pointers])
      if (place.includes("release.json")) expect(place, `act ${act}`).toHaveLength(all);
    await publishTo(root, undefined);
    expect(textsIn(root), `act ${act}`).toEqual(expected);
    const lines = readFileSync(join(root, "journal.jsonl"), "utf8").trim().split("\n");
    for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
  };
  // Two cores: two processes at once.
  const waiting = Array.from({ length: acts }, (_, act) => act).values();
  const worker = async (): Promise<void> => {
    for (const act of waiting) await kill(act);
  };
  await Promise.all([worker(), worker()]);
  expect(await publishTo(calm, undefined)).toEqual(turns.map(() => "already"));
}, 120_000);
