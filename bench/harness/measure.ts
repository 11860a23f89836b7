/** Runs a command once and measures wall time, processor time and the peak memory of its whole process tree. */

import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { Contestant, Quantity } from "./benchmark.ts";

/** Seconds, seconds, bytes. */
export type Measurement = Readonly<Record<Quantity, number>>;

/** Sampling memory takes a part of a core from those that are measured, so a run is either timed or sampled. */
export type What = "time" | "peak";

const PAGE = 4096;
const SAMPLE_EVERY = 10; // milliseconds

/**
 * Wall and processor time are bash's `time`, so those of every child that was waited for are in. Peak memory is the
 * largest sum of resident sets over the process tree, sampled from /proc: pages that processes share count once for
 * each, on both sides alike, and peaks shorter than 10 ms may be missed. Linux only.
 * @throws when the command fails, with the end of its output
 */
export async function measure({ command, args, cwd, env }: Contestant, what: What): Promise<Measurement> {
  const timed = `TIMEFORMAT='%R %U %S'; time "$@" >/dev/null 2>&4`;
  const child = spawn("bash", ["-c", timed, "bash", command, ...args], {
    stdio: ["ignore", "ignore", "pipe", "ignore", "pipe"],
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, LC_ALL: "C", ...env },
  });
  let times = "";
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => (times += chunk.toString()));
  child.stdio[4]?.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  let peak = 0;
  const root = child.pid ?? 0;
  const sample = (): number => (peak = Math.max(peak, residentBytes(root)));
  const sampler = what === "peak" ? setInterval(sample, SAMPLE_EVERY) : undefined;
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  clearInterval(sampler);
  if (status !== 0) throw new Error(`${[command, ...args].join(" ")} failed:\n${errors.slice(-2000)}`);
  const [wall = NaN, user = NaN, system = NaN] = times.trim().split(/\s+/).map(Number);
  return { wall, cpu: user + system, peak };
}

/** Bytes resident in all descendants of a process, itself (the shell that keeps the time) left out. */
function residentBytes(root: number): number {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    const parent = /^\d+$/.test(entry) ? parentOf(entry) : undefined;
    if (parent === undefined) continue;
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const sum = (process: number): number =>
    (children.get(process) ?? []).reduce((total, child) => total + residentOf(child) + sum(child), 0);
  return sum(root);
}

function parentOf(process: string): number | undefined {
  const stat = readProc(`/proc/${process}/stat`);
  // The command's name stands in parentheses and may hold anything, so fields are counted from its end.
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

function residentOf(process: number): number {
  return Number(readProc(`/proc/${process}/statm`)?.split(" ")[1] ?? 0) * PAGE;
}

/** A file of /proc, or undefined when its process has ended by now. */
function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
