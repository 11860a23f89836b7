/** Times as text: the two ways people write them, and the one way they are printed. */

/** A date alone is midnight UTC; a time without a zone would be the machine's, and is none (ISO 8601-1:2019, RFC 3339). */
const iso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

/** Milliseconds since 1970 of an ISO 8601 time, or of seconds since 1970 written as digits; undefined for anything else. */
export function readTime(text: string): number | undefined {
  const time = /^\d{1,12}$/.test(text) ? Number(text) * 1000 : iso.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** Seconds since 1970 as `2026-01-30T12:00:00Z`. */
export function formatTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
