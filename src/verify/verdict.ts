/** What a verification found: named checks, and the verdict that follows from them. */

export type CheckName =
  | "trust" // the trust file and the keys it names can be read
  | "release" // release.json can be read, is whole, and contradicts itself nowhere
  | "signature" // a signature is right, and by somebody who is trusted
  | "required" // what has to be signed is, by enough of those who have to
  | "metadata" // the TUF metadata over all releases lists it
  | "product" // the Release is one of the product and channel that are trusted
  | "present" // an artifact's file is there
  | "extra" // a file that the Release does not list
  | "digest" // size and digests of a file
  | "list" // a list beside the Release says what the Release says
  | "archive" // an archive opens, can be read to its end, and unpacks where it should
  | "image" // an image is whole, and what the Release says of its names
  | "level" // a platform attests how the Release was built
  | "published" // every file of the Release is where it was published
  | "program"; // a program inside an artifact is the one that was released

/** Whose signature proves something. */
export interface ProvenBy {
  /** In the trust file, or the path of the key's file. */
  readonly name: string;
  /** `minisign`, `openssl`, ... */
  readonly method: string;
  /** Lower-case hex. */
  readonly fingerprint: string;
}

export interface Check {
  readonly check: CheckName;
  /** The file it is about, relative to the folder. */
  readonly subject: string;
  /** `unavailable`: it could not be decided, which is neither of the others. `skipped`: nobody asked for it, so nothing follows. */
  readonly outcome: "ok" | "failed" | "unavailable" | "skipped";
  /** One line for people: what was found, or what is wrong. */
  readonly detail: string;
  /** Of signatures that are ok. */
  readonly by?: ProvenBy | undefined;
}

/** Fails closed: verified only when every check is ok, but for those that nobody asked for. */
export type Outcome = "verified" | "invalid" | "unavailable";

export interface Verdict {
  readonly outcome: Outcome;
  /** What the Release calls itself; undefined when its statement cannot be read, or is not by those who are trusted. */
  readonly release:
    | { readonly product: string; readonly version: string; readonly tag: string; readonly commit: string }
    | undefined;
  /** Whose signatures of release.json are right; empty: all of it is only what somebody wrote. */
  readonly signedBy: readonly ProvenBy[];
  readonly checks: readonly Check[];
  /** Files read, and their bytes. */
  readonly files: number;
  readonly bytes: number;
}

/** What follows from the checks. No checks that are ok decide nothing. */
export function outcomeOf(checks: readonly Check[]): Outcome {
  if (checks.some(({ outcome }) => outcome === "failed")) return "invalid";
  if (checks.some(({ outcome }) => outcome === "unavailable")) return "unavailable";
  return checks.some(({ outcome }) => outcome === "ok") ? "verified" : "unavailable";
}

/** The exit code of a verdict: 0 verified, 1 invalid, 2 unavailable. */
export const exitCodes: Readonly<Record<Outcome, 0 | 1 | 2>> = { verified: 0, invalid: 1, unavailable: 2 };
