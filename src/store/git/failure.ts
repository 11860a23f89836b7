/** What git's complaints mean: its messages are all it says (`LC_ALL=C`), and they are stable enough to tell who has to act. */
import { Problem, type ProblemCode } from "../../model/problem.ts";

export interface GitFailure {
  /** What was tried: `push to acme/homebrew-tap`. */
  readonly what: string;
  readonly stderr: string;
  /** Where the login was looked for: `env:TAP_TOKEN`. */
  readonly looked: string;
}

interface Meaning {
  readonly says: RegExp;
  readonly code: ProblemCode;
  readonly why: string;
  readonly hint: (looked: string) => string;
}

const again = (): string => "Run the same command again: what is there already is not sent again.";
const rights = (looked: string): string =>
  looked === ""
    ? "Give the store a `token` or an `sshKey` that may push there."
    : `Look whether ${looked} is the right one, has not expired, and may push there.`;

/** The first that fits. */
const meanings: readonly Meaning[] = [
  {
    says: /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED|No \w+ host key is known/,
    code: "store.denied",
    why: "the host's key is not known",
    hint: () =>
      "Name a file with it as `knownHosts`: `ssh-keyscan HOST` prints it, and the host's owner publishes what it should be.",
  },
  {
    says: /dubious ownership|unsafe repository/,
    code: "store.denied",
    why: "it belongs to another user, whose hooks and settings would be run as you",
    hint: () =>
      "Push to it over ssh, or say that its owner may run programs as you: git config --global --add safe.directory PATH",
  },
  {
    says: /protected branch|GH006|GH013|hook declined|not allowed to (force )?push|push declined/i,
    code: "store.denied",
    why: "the repository's rules refuse it",
    hint: () => "Let this user push to the branch, or propose the change with `pullRequest: true`.",
  },
  {
    says: /returned error: 403|Permission (to .* )?denied|Write access .* not granted|not authorized|access denied|User permission denied/i,
    code: "store.denied",
    why: "it may not do that",
    hint: rights,
  },
  {
    says: /returned error: 401|Authentication failed|could not read (Username|Password)|Invalid username or|terminal prompts disabled|publickey/i,
    code: "store.denied",
    why: "nobody is let in with that login",
    hint: rights,
  },
  {
    says: /server certificate|SSL certificate|certificate verif/i,
    code: "store.failed",
    why: "its certificate is not trusted",
    hint: () => "Name the authority's certificate with `ca:` for that store or SSL_CERT_FILE.",
  },
  {
    says: /returned error: 30\d|redirect/i,
    code: "store.failed",
    why: "it lives elsewhere now",
    hint: () => "Write its new address: redirects are not followed with a token.",
  },
  {
    says: /[Rr]epository .*not found|returned error: 404|does not appear to be a git repository|not a git repository|No such (file|project)|does not exist/,
    code: "store.failed",
    why: "there is no such repository, or it may not be seen",
    hint: rights,
  },
  {
    says: /[Cc]ould not resolve|Failed to connect|Couldn't connect|Connection (refused|reset|timed out|closed)|timed out|returned error: (429|5\d\d)|early EOF|hung up|RPC failed|unexpected disconnect|Network is unreachable|Operation too slow|No route to host|Recv failure|Empty reply/,
    code: "store.unreachable",
    why: "it does not answer as it should",
    hint: again,
  },
];

/** Most lines that are shown of what git printed. */
const shown = 20;

export function problemOf({ what, stderr, looked }: GitFailure): Problem {
  const lines = linesOf(stderr);
  const meaning = meanings.find(({ says }) => says.test(stderr));
  if (meaning === undefined) return new Problem("store.failed", `${what} failed`, { lines });
  return new Problem(meaning.code, `${what}: ${meaning.why}`, { hint: meaning.hint(looked), lines });
}

/** A stranger's text has no control characters on a terminal. */
function linesOf(stderr: string): readonly string[] {
  return stderr
    .split(/[\r\n]+/)
    .map((line) => line.replace(/[\p{Cc}\p{Cf}]+/gu, "").trimEnd())
    .filter((line) => line !== "" && line !== "remote:")
    .slice(-shown)
    .map((line) => (line.length > 500 ? `${line.slice(0, 500)}...` : line));
}
