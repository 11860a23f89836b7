/** What every part of the zip reader says when the archive is not what it should be. */
import { Problem } from "../../model/problem.ts";

/** A number of 64 bits as one that can be counted with. */
export function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged("a number is out of range");
  return Number(value);
}

export function damaged(why: string): Problem {
  return new Problem("format.invalid", `The zip archive is damaged: ${why}`);
}
