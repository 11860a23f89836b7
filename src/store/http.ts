/** The one place requests go through: retries, redirects, proxies, certificates, time limits; credentials go to one host only. */
import { Problem } from "../model/problem.ts";
import { openAgents } from "./http/agents.ts";
import { discreet } from "./http/discreet.ts";
import { firstBytes } from "./http/first-bytes.ts";
import { type Exchange, type HttpAnswer, type HttpRequest, openExchange } from "./http/exchange.ts";
import { type Pace, paced, usualPace } from "./http/paced.ts";
import { refusePlainHttp, unreachable } from "./http/problems.ts";
import { followed } from "./http/redirect.ts";
import { delayBefore, isPassing, type RetryOptions, retryOptions, saysNothingWasDone } from "./http/retry.ts";

export type { HttpAnswer, HttpBody, HttpRequest } from "./http/exchange.ts";

export interface HttpOptions {
  /** The operator's environment: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, `SSL_CERT_FILE`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path of a PEM file with certificates that are trusted besides. */
  readonly ca?: string | undefined;
  /** Whether plain HTTP may be spoken to hosts other than this machine. */
  readonly insecure?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds in which nothing moves before a connection is given up; 120 s. */
  readonly silence?: number | undefined;
  readonly retry?: Partial<RetryOptions> | undefined;
  /** How fast answers have to come that are read whole: one byte now and then is not silence, and would take for ever. */
  readonly pace?: Pace | undefined;
}

/** An answer whose body was read. */
export interface WholeAnswer extends Omit<HttpAnswer, "body" | "discard"> {
  readonly bytes: Uint8Array;
  /** How often it was asked for until this answer came: what was asked for before may have been done as well. */
  readonly tries: number;
}

export interface HttpClient {
  /** Whether plain HTTP may be spoken to hosts other than this machine. */
  readonly insecure: boolean;
  /**
   * The answer, whatever its status, with its body: up to `limit` bytes, or it fails with `format.invalid`; at a pace, or it fails with
   * `store.unreachable`. Passing failures are retried.
   */
  fetch(request: HttpRequest, limit?: number): Promise<WholeAnswer>;
  /** The same without its body, which whoever asked reads or discards. */
  open(request: HttpRequest): Promise<HttpAnswer>;
  /** Waits before a further attempt of whatever took several requests; `attempt` counts from 0. */
  pause(attempt: number): Promise<void>;
  /** Attempts in all. */
  readonly attempts: number;
  close(): void;
}

/** Longest body that is no blob or manifest: what servers say of themselves. */
const mostText = 1024 * 1024;

/** Fails with `store.unreachable` where no answer comes, `store.failed` where a certificate is not trusted or HTTP would be plain. */
export function httpClient(options: HttpOptions): HttpClient {
  const { signal, pace = usualPace } = options;
  const agents = openAgents(options);
  const exchange = openExchange(agents, { silence: options.silence ?? 120_000, signal });
  const retry = retryOptions(options.retry);
  const insecure = options.insecure === true;
  const send = (request: HttpRequest): Promise<HttpAnswer> => redirected(exchange, request, insecure);
  return {
    insecure,
    attempts: retry.attempts,
    async open(request) {
      const drop = (answer: HttpAnswer): Promise<void> => answer.discard();
      const answer = await repeated(request, { once: () => send(request), drop, retry, signal });
      const body = explained(answer, signal);
      return { ...answer, body: answer.status < 400 ? body : refusing(request, body) };
    },
    fetch(request, limit = mostText) {
      let tries = 0;
      const once = async (): Promise<WholeAnswer> => {
        tries += 1;
        return told(request, { ...(await whole(await send(request), limit, pace)), tries });
      };
      return repeated(request, { once, drop: async () => {}, retry, signal });
    },
    pause: (attempt) => retry.sleep(delayBefore(attempt, undefined, retry), signal),
    close: () => agents.close(),
  };
}

async function redirected(exchange: Exchange, first: HttpRequest, insecure: boolean): Promise<HttpAnswer> {
  let request = first;
  for (let hops = 0; ; hops++) {
    refusePlainHttp(request.url, insecure);
    const answer = await exchange(request);
    const next = request.stays === true ? undefined : followed(request, answer);
    if (next === undefined) return answer;
    await answer.discard();
    if (hops === 5) throw new Problem("store.failed", `${first.url.host} redirects again and again`);
    request = next;
  }
}

interface Repeating<Answer> {
  readonly once: () => Promise<Answer>;
  /** Lets go of an answer that is not the last. */
  readonly drop: (answer: Answer) => Promise<void>;
  readonly retry: RetryOptions;
  readonly signal: AbortSignal | undefined;
}

/** Does it again, a bounded number of times, as long as the failure is one that may pass and doing it twice does no harm. */
async function repeated<Answer extends Pick<HttpAnswer, "status" | "headers">>(
  request: HttpRequest,
  { once, drop, retry, signal }: Repeating<Answer>,
): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted();
    const isLast = attempt + 1 >= retry.attempts;
    let wait: number;
    try {
      const answer = await once();
      const mayRepeat = saysNothingWasDone(answer) || (request.repeatable && isPassing(answer.status));
      wait = delayBefore(attempt, answer.headers["retry-after"], retry);
      if (!mayRepeat || isLast || wait > retry.longest) return answer;
      await drop(answer);
    } catch (thrown) {
      signal?.throwIfAborted();
      const found = unreachable(thrown, request.url);
      if (found === undefined) throw thrown;
      const mayRepeat = found.passing && (request.repeatable || !found.wasSent);
      // Where nobody listens, somebody who starts does so soon.
      if (!mayRepeat || isLast || (!found.wasSent && attempt === 2)) throw found.problem;
      wait = delayBefore(attempt, undefined, retry);
    }
    await retry.sleep(wait, signal);
  }
}

/** The body; a connection that ends on the way ends in a Problem. */
async function* explained({ body, url }: HttpAnswer, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (thrown) {
    signal?.throwIfAborted();
    throw unreachable(thrown, url)?.problem ?? thrown;
  }
}

/** What is wrong is told to people, and says nothing of what let the request in. */
function told(request: HttpRequest, answer: WholeAnswer): WholeAnswer {
  return answer.status < 300 ? answer : { ...answer, bytes: discreet(answer.bytes, request) };
}

/** The same of a body that is read only where it says what is wrong. */
async function* refusing(request: HttpRequest, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield discreet(await firstBytes(body), request);
}

async function whole(
  { status, headers, url, body }: HttpAnswer,
  limit: number,
  pace: Pace,
): Promise<Omit<WholeAnswer, "tries">> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of paced(body, { what: `${url.host}${url.pathname}`, most: Infinity, pace })) {
    size += chunk.length;
    if (size > limit)
      throw new Problem("format.invalid", `${url.host}${url.pathname}: the answer is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return { status, headers, url, bytes: Buffer.concat(chunks) };
}
