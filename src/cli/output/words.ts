/** Durations, sizes and counts as people read and write them. */
import { Problem } from "../../model/problem.ts";

/** `0.4s`, `12s`, `3m 20s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 9950) return `${(milliseconds / 1000).toFixed(1)}s`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
}

/** `14.8 MB`; powers of 1000, as disks and downloads are counted. */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `1 file`, `3 files`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Milliseconds of `90s`, `30m`, `2h` or `1h30m`. */
export function readDuration(text: string, option: string): number {
  const match = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?$/.exec(text.trim());
  if (match === null || text.trim() === "")
    throw new Problem("usage", `${option}: "${text}" is not a duration`, { expected: "such as 90s, 30m or 1h30m" });
  const [, hours = "0", minutes = "0", seconds = "0"] = match;
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}

/** Bytes of `500MB`, `5GB`, `2GiB` or a plain number. */
export function readSize(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?$/i.exec(text.trim());
  if (match === null)
    throw new Problem("usage", `${option}: "${text}" is not a size`, { expected: "such as 500MB or 5GB" });
  const [, number = "0", unit = "", binary = ""] = match;
  const power = ["", "k", "m", "g", "t"].indexOf(unit.toLowerCase());
  return Math.floor(Number(number) * (binary === "" ? 1000 : 1024) ** power);
}

/** A whole number of at least one. */
export function readCount(text: string, option: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new Problem("usage", `${option}: "${text}" is not a number of jobs`, { expected: "1 or more" });
  return Number(text);
}
