/** One request to a service that announces: what is secret in it is in no message, and what may have been heard is told apart. */
import type { Json } from "../../model/json.ts";
import { Problem } from "../../model/problem.ts";
import type { z } from "../../model/schema.ts";
import { httpClient, type HttpRequest, type WholeAnswer } from "../../store/http.ts";
import { unreachable } from "../../store/http/problems.ts";
import { jsonBody } from "../../store/json-api.ts";
import { saying } from "../../store/json-refusal.ts";
import type { AnnounceContext } from "./kind.ts";

export interface Sending {
  /** The service as people know it: `Slack`. */
  readonly service: string;
  readonly method?: HttpRequest["method"] | undefined;
  readonly url: URL;
  readonly json?: Json | undefined;
  /** Instead of `json`. */
  readonly body?: { readonly bytes: Uint8Array; readonly type: string } | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly authorization?: string | undefined;
  /** Whether doing it twice is as good as once. */
  readonly repeatable: boolean;
  /** What no message may show: parts of the address, tokens. */
  readonly secrets: readonly string[];
  /** What to do where it is refused. */
  readonly hint: string;
  /** Whether plain HTTP may be spoken to other machines. */
  readonly insecure?: boolean | undefined;
}

/** Longest answer that is read. */
const mostAnswer = 1024 * 1024;

/**
 * The answer to a request that was granted. Fails with `store.denied` and `store.failed` where it was refused, `store.unreachable` where
 * nothing could be said, and with one by {@link maybeSaid} where nobody knows.
 */
export async function send(context: AnnounceContext, sending: Sending): Promise<WholeAnswer> {
  const http = httpClient({
    env: context.env,
    signal: context.signal,
    retry: context.retry,
    insecure: sending.insecure === true,
  });
  try {
    const answer = await http.fetch(requestOf(sending), mostAnswer);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw refusal(sending, answer);
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    throw hidden(withDoubt(thrown, sending), sending.secrets);
  } finally {
    http.close();
  }
}

/** The answer as JSON in this shape; undefined where it is something else. */
export function jsonIn<T>({ bytes }: Pick<WholeAnswer, "bytes">, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8"))).data;
  } catch {
    return undefined;
  }
}

function requestOf(sending: Sending): HttpRequest {
  const { method = "POST", url, json, body, headers, authorization, repeatable } = sending;
  const type = body?.type ?? (json === undefined ? undefined : "application/json");
  return {
    method,
    url,
    headers: { accept: "application/json", ...(type === undefined ? {} : { "content-type": type }), ...headers },
    authorization,
    body: body === undefined ? jsonBody(json) : bytesBody(body.bytes),
    repeatable,
    stays: true,
  };
}

function bytesBody(bytes: Uint8Array): HttpRequest["body"] {
  return {
    size: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

function refusal({ service, hint }: Sending, answer: WholeAnswer): Problem {
  const { status } = answer;
  const words = `${service} did not take it: ${saying(answer)}`;
  if (status === 429 || status >= 500) return new Problem("store.unreachable", words, { hint: again });
  const code = [401, 403, 404, 410].includes(status) ? "store.denied" : "store.failed";
  return new Problem(code, words, { hint });
}

const again = "Run `slipway announce` again later: what was said already is not said again.";

/** A server that failed, or hung up, may have said it before. */
function withDoubt(problem: Problem, { repeatable, url, service }: Sending): Problem {
  if (repeatable || problem.code !== "store.unreachable") return problem;
  const lost = unreachable(problem.cause, url);
  const isDoubtful = lost === undefined ? !problem.message.includes("status 429") : lost.wasSent;
  return isDoubtful ? maybeSaid(problem, service) : problem;
}

const doubt = Symbol("maybe said");

/** A Problem after which nobody knows whether it was said. */
export function maybeSaid({ message }: Pick<Problem, "message">, service: string): Problem {
  return new Problem("store.unreachable", `${message}; whether it was said is not known`, {
    hint: `Look at ${service}: if it is not there, run \`slipway announce --again NAME\`.`,
    cause: doubt,
  });
}

/** Whether a Problem is one by {@link maybeSaid}. */
export function isDoubtful({ cause }: Problem): boolean {
  return cause === doubt;
}

/** The same Problem without secrets, which servers like to repeat. */
export function hidden(problem: Problem, secrets: readonly string[]): Problem {
  const clean = (text: string): string =>
    secrets.filter((secret) => secret.length > 3).reduce((left, secret) => left.replaceAll(secret, "***"), text);
  const { code, message, hint, expected, place, cause } = problem;
  return new Problem(code, clean(message), { hint, expected, place, ...(cause === doubt ? { cause } : {}) });
}
