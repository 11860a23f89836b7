/** Errors as people meet them: a closed code, a place in a file, what was expected, a hint. */

/** Where something stands in a file. `line` and `column` count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Every way Slipway can refuse or fail. Closed: adding one is a decision, documented in docs/errors.md. */
export type ProblemCode =
  | "config.syntax" // not YAML or JSON
  | "config.unknown-key"
  | "config.invalid" // a value of the wrong type or shape
  | "config.secret" // a secret written out in the file
  | "config.missing" // no slipway.yaml
  | "template.syntax"
  | "template.unknown" // an unknown variable or filter
  | "template.failed" // a filter refused what it was given, or a limit was reached
  | "git.missing" // not a repository, no commits
  | "git.shallow"
  | "git.tag" // no tag, an unusable tag, a tag that is not at HEAD
  | "git.dirty"
  | "version.invalid"
  | "plan.collision" // two artifacts, or two entries, with one name
  | "plan.empty" // an entry that selects nothing
  | "plan.target" // a target a builder cannot make
  | "plan.invalid" // anything else that cannot be carried out as written
  | "key.missing" // a key's secret is not where the config says
  | "key.invalid" // a key that cannot be read, or cannot do what it is for
  | "tool.missing"
  | "file.missing"
  | "file.denied"
  | "disk.full"
  | "step.failed" // a command or maker failed
  | "step.timeout"
  | "step.stopped" // the operator stopped the run
  | "format.invalid" // bytes that are not what their format says
  | "release.exists" // the output folder holds another release
  | "verify.mismatch" // a digest, size, name or list disagrees
  | "verify.unavailable" // what is needed to decide is not there
  | "store.conflict" // other bytes stand under the name
  | "store.denied" // no credentials, or none that may do it
  | "store.unreachable" // no answer: the network, a proxy, a server that is down
  | "store.failed"
  | "usage";

export interface ProblemDetail {
  readonly place?: Place | undefined;
  /** What would have been right, as a noun phrase: "a list of strings". */
  readonly expected?: string | undefined;
  /** What to do next, as one sentence. */
  readonly hint?: string | undefined;
  /** Raw lines to show beneath, such as the end of a command's output. */
  readonly lines?: readonly string[] | undefined;
  readonly cause?: unknown;
}

/** One thing that is wrong. Thrown alone, or together with others inside {@link Problems}. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ProblemCode;
  readonly place: Place | undefined;
  readonly expected: string | undefined;
  readonly hint: string | undefined;
  readonly lines: readonly string[];

  constructor(code: ProblemCode, message: string, detail: ProblemDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.place = detail.place;
    this.expected = detail.expected;
    this.hint = detail.hint;
    this.lines = detail.lines ?? [];
  }
}

/** Several problems found in one go; never empty. */
export class Problems extends Error {
  override readonly name = "Problems";
  readonly all: readonly Problem[];

  constructor(all: readonly Problem[]) {
    super(all.map((problem) => problem.message).join("\n"));
    this.all = all;
  }
}

/** The problems inside anything that was thrown, or undefined when it is not ours. */
export function problemsOf(thrown: unknown): readonly Problem[] | undefined {
  if (thrown instanceof Problem) return [thrown];
  if (thrown instanceof Problems) return thrown.all;
  return undefined;
}

/** The same Problem at a place, unless it has one. */
export function placed(problem: Problem, place: Place | undefined): Problem {
  if (problem.place !== undefined || place === undefined) return problem;
  const { code, message, expected, hint, lines, cause } = problem;
  return new Problem(code, message, { place, expected, hint, lines, cause });
}

/** Throws one `Problem`, or `Problems`, when the list holds any. */
export function throwIfAny(problems: readonly Problem[]): void {
  if (problems.length === 1 && problems[0] !== undefined) throw problems[0];
  if (problems.length > 1) throw new Problems(problems);
}

/** `file:line:column`, the form editors and terminals turn into a link. */
export function formatPlace(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}

/** The Problems without those that say what another said: one cause often stops many Steps or files with the same words. */
export function withoutRepeats(problems: readonly Problem[]): readonly Problem[] {
  const said = new Set<string>();
  return problems.filter(({ code, message, place, lines }) => {
    const words = JSON.stringify([code, message, place, lines]);
    const repeated = said.has(words);
    said.add(words);
    return !repeated;
  });
}
