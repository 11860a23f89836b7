/** Whether a server's clock and this machine's agree: dates of releases and lifetimes of tokens are told by both. */
import type { Probed } from "./kind.ts";

/** Milliseconds that nobody minds. */
const near = 120_000;

/** `date` is the header of an answer that came just now. */
export function probeClock(date: string | undefined, now: number): Probed {
  const said = date === undefined ? Number.NaN : Date.parse(date);
  if (Number.isNaN(said)) return { what: "clock", outcome: "unknown", detail: "the server does not say its time" };
  const seconds = Math.round(Math.abs(now - said) / 1000);
  if (Math.abs(now - said) <= near) return { what: "clock", outcome: "ok", detail: "as this machine's" };
  return { what: "clock", outcome: "warning", detail: `${seconds} s from this machine's: one of them is wrong` };
}
