/** Values that differ by target: the most exact pattern wins (rule 5 of the config language). */
import { exactness, matchesPlatform, type Platform } from "./platform.ts";
import type { ByTarget } from "./template.ts";

/** The value for a platform, or for none (an artifact of no platform takes the default). */
export function valueFor<T>(value: ByTarget<T>, platform: Platform | undefined): T | undefined {
  if (platform === undefined) return value.default;
  const fitting = value.exact.filter(({ pattern }) => matchesPlatform(pattern, platform));
  if (fitting.length === 0) return value.default;
  return fitting.reduce((best, next) => (exactness(next.pattern) > exactness(best.pattern) ? next : best)).value;
}

/** A value that is the same for every target. */
export function always<T>(value: T): ByTarget<T> {
  return { default: value, exact: [] };
}
