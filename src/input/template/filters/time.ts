/** Filters over times: always UTC, always in English, never the machine's clock. */
import { readTime } from "../../../model/time.ts";
import { FilterRefusal, textOf, type Filter } from "./filter.ts";

const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

export const timeFilters: readonly Filter[] = ["time", "date"].map((name) => ({
  name,
  summary: "A time in strftime's format: ISO 8601 or seconds since 1970 in, UTC out.",
  example: [`'2026-01-30T12:00:00Z' | ${name}: '%Y-%m-%d'`, "2026-01-30"],
  run: (input, [format]) => formatTime(timeOf(input), textOf(format ?? "%Y-%m-%dT%H:%M:%SZ", "the format")),
}));

function timeOf(input: unknown): Date {
  const text = textOf(input).trim();
  const time = new Date(readTime(text) ?? Number.NaN);
  if (Number.isNaN(time.getTime()))
    throw new FilterRefusal(
      `"${text}" is neither an ISO 8601 time nor seconds since 1970; the release's own clock is \`date\``,
    );
  return time;
}

/** POSIX strftime in the C locale; `-` leaves padding away. */
function formatTime(time: Date, format: string): string {
  return format.replace(/%(-?)([A-Za-z%])/g, (whole, bare: string, letter: string) => {
    const field = fieldOf(time, letter);
    if (field === undefined) throw new FilterRefusal(`"${whole}" is not a time format`);
    return bare === "-" ? field.replace(/^[0 ]+(?=.)/, "") : field;
  });
}

function fieldOf(time: Date, letter: string): string | undefined {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = days[time.getUTCDay()] ?? "";
  const month = months[time.getUTCMonth()] ?? "";
  const hour = time.getUTCHours();
  switch (letter) {
    case "Y":
      return String(time.getUTCFullYear()).padStart(4, "0");
    case "y":
      return two(time.getUTCFullYear() % 100);
    case "m":
      return two(time.getUTCMonth() + 1);
    case "d":
      return two(time.getUTCDate());
    case "e":
      return String(time.getUTCDate()).padStart(2, " ");
    case "H":
      return two(hour);
    case "I":
      return two(hour % 12 === 0 ? 12 : hour % 12);
    case "M":
      return two(time.getUTCMinutes());
    case "S":
      return two(time.getUTCSeconds());
    case "L":
      return String(time.getUTCMilliseconds()).padStart(3, "0");
    case "j":
      return String(Math.floor((time.getTime() - Date.UTC(time.getUTCFullYear(), 0, 1)) / 86_400_000) + 1).padStart(
        3,
        "0",
      );
    case "a":
      return day.slice(0, 3);
    case "A":
      return day;
    case "b":
    case "h":
      return month.slice(0, 3);
    case "B":
      return month;
    case "p":
      return hour < 12 ? "AM" : "PM";
    case "P":
      return hour < 12 ? "am" : "pm";
    case "u":
      return String(time.getUTCDay() === 0 ? 7 : time.getUTCDay());
    case "w":
      return String(time.getUTCDay());
    case "s":
      return String(Math.floor(time.getTime() / 1000));
    case "z":
      return "+0000";
    case "Z":
      return "UTC";
    case "F":
      return formatTime(time, "%Y-%m-%d");
    case "T":
      return formatTime(time, "%H:%M:%S");
    case "R":
      return formatTime(time, "%H:%M");
    case "D":
      return formatTime(time, "%m/%d/%y");
    case "n":
      return "\n";
    case "t":
      return "\t";
    case "%":
      return "%";
    default:
      return undefined;
  }
}
