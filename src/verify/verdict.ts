/** What a verification found: named checks, and the verdict that follows from them. */

export type CheckName =
  | "release" // release.json can be read, is whole, and contradicts itself nowhere
  | "present" // an artifact's file is there
  | "extra" // a file that the Release does not list
  | "digest" // size and digests of a file
  | "list" // a list beside the Release says what the Release says
  | "archive" // an archive opens, can be read to its end, and unpacks where it should
  | "image" // an image is whole, and what the Release says of its names
  | "program"; // a program inside an artifact is the one that was released

export interface Check {
  readonly check: CheckName;
  /** The file it is about, relative to the folder. */
  readonly subject: string;
  /** `unavailable`: it could not be decided, which is neither of the others. */
  readonly outcome: "ok" | "failed" | "unavailable";
  /** One line for people: what was found, or what is wrong. */
  readonly detail: string;
}

/** Fails closed: verified only when every check is ok. */
export type Outcome = "verified" | "invalid" | "unavailable";

export interface Verdict {
  readonly outcome: Outcome;
  /** What the Release calls itself; undefined when its statement cannot be read. */
  readonly release:
    | { readonly product: string; readonly version: string; readonly tag: string; readonly commit: string }
    | undefined;
  readonly checks: readonly Check[];
  /** Files read, and their bytes. */
  readonly files: number;
  readonly bytes: number;
}

/** What follows from the checks. No checks at all decide nothing. */
export function outcomeOf(checks: readonly Check[]): Outcome {
  if (checks.some(({ outcome }) => outcome === "failed")) return "invalid";
  return checks.length > 0 && checks.every(({ outcome }) => outcome === "ok") ? "verified" : "unavailable";
}

/** The exit code of a verdict: 0 verified, 1 invalid, 2 unavailable. */
export const exitCodes: Readonly<Record<Outcome, 0 | 1 | 2>> = { verified: 0, invalid: 1, unavailable: 2 };
