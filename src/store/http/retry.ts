/** When a request is sent again, and how long to wait before (RFC 9110 section 9.2.2 and 10.2.3). */
import type { IncomingHttpHeaders } from "node:http";
import { setTimeout as after } from "node:timers/promises";

export interface RetryOptions {
  /** Attempts in all. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; each further wait is twice as long. */
  readonly first: number;
  /** Milliseconds that are waited at most: who asks for more is not waited for. */
  readonly longest: number;
  /** From 0 to 1, so that many machines do not come back at once. */
  readonly random: () => number;
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

export function retryOptions(given: Partial<RetryOptions> = {}): RetryOptions {
  return { attempts: 6, first: 400, longest: 120_000, random: Math.random, now: Date.now, sleep, ...given };
}

async function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await after(milliseconds, undefined, { signal });
  } catch (thrown) {
    signal?.throwIfAborted(); // the reason, not Node's words for it
    throw thrown;
  }
}

/** Milliseconds to wait after attempt number `attempt`, from 0: what `Retry-After` says, or twice as long each time with jitter. */
export function delayBefore(attempt: number, retryAfter: string | undefined, options: RetryOptions): number {
  const asked = retryAfter === undefined ? undefined : readRetryAfter(retryAfter, options.now());
  return asked ?? options.first * 2 ** attempt * (0.5 + options.random() / 2);
}

/** Seconds, or a date of HTTP; undefined for what is neither. */
function readRetryAfter(text: string, now: number): number | undefined {
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1000;
  const date = /[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

const passing: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Whether a status may be another one in a moment. */
export function isPassing(status: number): boolean {
  return passing.has(status);
}

/** Whether the server says that it did not even begin: RFC 6585 section 4, RFC 9110 section 15.6.4, and forges that say it with a 403. */
export function saysNothingWasDone({
  status,
  headers,
}: {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}): boolean {
  return status === 429 || ((status === 503 || status === 403) && headers["retry-after"] !== undefined);
}
