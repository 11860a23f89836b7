/** What a JSON API's refusals mean, and what it says of them in its own words. */
import { Problem } from "../model/problem.ts";
import type { WholeAnswer } from "./http.ts";

type Refused = Pick<WholeAnswer, "status" | "headers" | "bytes">;

export interface RefusalWords {
  /** Where the token was looked for, for hints: `env:GITHUB_TOKEN`. */
  readonly looked: string;
  /** Whether an answer says in words of its own that there were too many requests. */
  readonly isLimit?: ((answer: Refused) => boolean) | undefined;
}

/** What an answer that is no success means, and what to do about it. `what` was asked for. */
export function refusalOf(what: string, answer: Refused, { looked, isLimit = () => false }: RefusalWords): Problem {
  const { status } = answer;
  const words = `${what}: ${saying(answer)}`;
  if (status === 401)
    return new Problem("store.denied", words, {
      hint: `The token of ${looked} is not known there: it is wrong, or has expired.`,
    });
  if (isLimited(answer) || isLimit(answer))
    return new Problem("store.unreachable", words, {
      hint: "Run the same command again later: what is there already is not sent again.",
    });
  if (status === 403)
    return new Problem("store.denied", words, { hint: `The token of ${looked} may not do that: look at its scopes.` });
  if (status >= 500)
    return new Problem("store.unreachable", words, {
      hint: "Run the same command again: what is there already is not sent again.",
    });
  return new Problem("store.failed", words);
}

/** Whether somebody is asked to come back later. */
function isLimited({ status, headers }: Pick<Refused, "status" | "headers">): boolean {
  if (status === 429) return true;
  return status === 403 && (headers["retry-after"] !== undefined || headers["x-ratelimit-remaining"] === "0");
}

/** What a server says of a failure, in one short line: its `message`, `error` or `error_description`, and the fields it names. */
export function saying({ status, bytes }: Pick<Refused, "status" | "bytes">): string {
  const said = wordsOf(bytes);
  // Control characters of a stranger's text have no business on a terminal.
  const line = said.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  const short = line.length > 300 ? `${line.slice(0, 300)}...` : line;
  return short === "" ? `status ${status}` : `status ${status}, ${short}`;
}

function wordsOf(bytes: Uint8Array): string {
  if (bytes.length > 64 * 1024) return "";
  const text = Buffer.from(bytes).toString("utf8");
  try {
    return textsIn(JSON.parse(text)).join("; ");
  } catch {
    return text.trimStart().startsWith("<") ? "" : text; // a page of a proxy says nothing in one line
  }
}

const speaking = ["message", "error", "error_description", "errors", "detail", "reason", "code", "field", "resource"];

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.slice(0, 5).flatMap(textsIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (speaking.includes(key) ? textsIn(inner) : []));
}
