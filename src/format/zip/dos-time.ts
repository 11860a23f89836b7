/** Times as zip headers hold them (MS-DOS date and time, APPNOTE.TXT 4.4.6): two-second steps from 1980 to 2107, taken as UTC here. */

export interface DosTime {
  readonly date: number;
  readonly time: number;
}

const first = Date.UTC(1980, 0, 1) / 1000;
const last = Date.UTC(2107, 11, 31, 23, 59, 58) / 1000;

/** The time nearest to `seconds` since 1970 that can be held, rounded down. */
export function dosTimeOf(seconds: number): DosTime {
  const at = new Date(Math.min(Math.max(seconds, first), last) * 1000);
  return {
    date: ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >>> 1),
  };
}

/** Seconds since 1970. */
export function secondsOf({ date, time }: DosTime): number {
  return (
    Date.UTC((date >>> 9) + 1980, ((date >>> 5) & 15) - 1, date & 31, time >>> 11, (time >>> 5) & 63, (time & 31) * 2) /
    1000
  );
}
