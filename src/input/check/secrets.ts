/** Finds secrets written out in a config, so that they are refused and never printed (rule 6). */
import { Problem } from "../../model/problem.ts";
import type { Source } from "../yaml/source.ts";
import type { Pair, Tree } from "../yaml/tree.ts";

/** How issuers mark their secrets. */
const marked: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["a private key", /-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----/],
  ["a minisign secret key", /untrusted comment: (?:minisign|rsign) encrypted secret key/],
  ["an age secret key", /AGE-SECRET-KEY-1[0-9A-Z]{20,}/],
  ["a GitHub token", /\bgh[pousr]_[A-Za-z0-9]{20,}/],
  ["a GitHub token", /\bgithub_pat_[A-Za-z0-9_]{20,}/],
  ["a GitLab token", /\bgl(?:pat|ptt|dt|rt|cbt)-[A-Za-z0-9_.-]{16,}/],
  ["an AWS access key", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ["a Slack token", /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/],
  ["a Slack webhook", /hooks\.slack\.com\/services\/T[A-Za-z0-9]+\/B[A-Za-z0-9]+\/[A-Za-z0-9]{16,}/],
  ["a Discord webhook", /discord(?:app)?\.com\/api\/webhooks\/\d+\/[A-Za-z0-9_-]{20,}/],
  ["a webhook of Teams", /[?&]sig=[A-Za-z0-9_%-]{20,}/],
  ["an npm token", /\bnpm_[A-Za-z0-9]{20,}/],
  ["a PyPI token", /\bpypi-AgE[A-Za-z0-9_-]{20,}/],
  ["a crates.io token", /\bcio[A-Za-z0-9]{32}\b/],
  ["a Docker Hub token", /\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{16,}/],
  ["a Google API key", /\bAIza[0-9A-Za-z_-]{35}\b/],
  ["a Stripe key", /\b[rs]k_live_[0-9A-Za-z]{16,}/],
  ["a token", /\beyJ[A-Za-z0-9_-]{16,}\.eyJ[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/],
  ["a password in an address", /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@{}"']*:[^\s/@{}"']{4,}@/],
];

/** Keys whose values are secrets, whatever they look like. */
const secretKey =
  /(?:^|[_.-]|[a-z])(?:token|password|passwd|passphrase|secret|api_?-?key|access_?-?key|private_?-?key|credentials?|webhook)$/i;

/** A Problem of code `config.secret` for each secret found: none of them holds any of its characters. */
export function findSecrets(source: Source, tree: Tree | undefined): readonly Problem[] {
  const found = [...markedIn(source), ...(tree === undefined ? [] : namedIn(tree))];
  const byLine = new Map(found.map((problem) => [problem.place?.line, problem]));
  return [...byLine.values()];
}

/** Whether a text should not be repeated in a message. */
export function looksSecret(text: string): boolean {
  return marked.some(([, pattern]) => pattern.test(text)) || looksRandom(text);
}

function markedIn({ text, placeAt }: Source): readonly Problem[] {
  return marked.flatMap(([what, pattern]) =>
    [...text.matchAll(new RegExp(pattern, "g"))].map((match) => secretProblem(what, placeAt(match.index))),
  );
}

function* namedIn(tree: Tree, seen = new Set<Tree>()): Generator<Problem> {
  // Aliases are one tree in several places.
  if (seen.has(tree)) return;
  seen.add(tree);
  if (tree.kind === "list") for (const item of tree.items) yield* namedIn(item, seen);
  if (tree.kind !== "map") return;
  for (const [key, pair] of tree.entries) {
    if (isSecret(key, pair)) yield secretProblem(`the value of "${key}"`, pair.tree.place);
    yield* namedIn(pair.tree, seen);
  }
}

function isSecret(key: string, { tree }: Pair): boolean {
  return tree.kind === "scalar" && secretKey.test(key) && looksRandom(tree.text);
}

/** Long, of one word, with digits and letters mixed as no name mixes them. */
function looksRandom(text: string): boolean {
  if (text.length < 16 || text.length > 512 || !/^[A-Za-z0-9+/=_.-]+$/.test(text)) return false;
  const classes = [/[a-z]/, /[A-Z]/, /[0-9]/].filter((pattern) => pattern.test(text)).length;
  return classes >= 2 && /[0-9]/.test(text) && entropyOf(text) > 3.2;
}

/** Shannon entropy in bits per character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}

function secretProblem(what: string, place: Problem["place"]): Problem {
  return new Problem("config.secret", `${what} is written out here`, {
    place,
    expected: "only the name of a secret: env:NAME, file:PATH, keychain:NAME or run:COMMAND",
    hint: "Take it out of the file, and replace it where it came from: whoever can read the repository has it.",
  });
}
