/** The `ci` of the config: what workflows do besides. */
import type { Place } from "../problem.ts";

/** What workflows do besides what the rest of the config asks for. */
export interface CiConfig {
  readonly place: Place;
  readonly install: string | undefined;
  readonly runner: string | undefined;
  readonly branches: readonly string[];
  readonly smoke: readonly string[];
  /** Five fields of cron. */
  readonly schedule: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** Minutes. */
  readonly timeout: number;
}
