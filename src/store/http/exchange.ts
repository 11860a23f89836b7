/** One request and its answer on the wire, by Node's own HTTP. */
import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request as plain } from "node:http";
import { request as secure } from "node:https";

import type { Agents } from "./agents.ts";
import { lastAtEnd } from "./last-at-end.ts";

export interface HttpBody {
  /** Bytes. */
  readonly size: number;
  /** From the beginning, each time it is asked for; chunks are only lent. */
  open(): AsyncIterable<Uint8Array>;
}

export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: URL;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The value of `Authorization`, for the URL's own origin: no redirect takes it elsewhere. */
  readonly authorization?: string | undefined;
  /** Other headers that let somebody in, such as `private-token`: the same goes for them. */
  readonly credentials?: Readonly<Record<string, string>> | undefined;
  readonly body?: HttpBody | undefined;
  /** What of the body lets somebody in: no failure is told with it. */
  readonly secrets?: readonly string[] | undefined;
  /** Whether doing it twice is as good as doing it once. If not, it is done again only where it was certainly not done. */
  readonly repeatable: boolean;
  /** Whether its body is for this host only: a redirect is an answer then. */
  readonly stays?: boolean | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Of what answered, after redirects. */
  readonly url: URL;
  /** Can be read once. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Lets go of the body, and of the connection where much of it is left. */
  discard(): Promise<void>;
}

/** What ended a connection before there was an answer, or all of it. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  /** Node's: `ECONNRESET`. */
  readonly code: string;

  constructor(cause: Error) {
    super(cause.message, { cause });
    this.code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  }
}

export interface ExchangeOptions {
  /** Milliseconds in which nothing moves before the connection is given up. */
  readonly silence: number;
  readonly signal: AbortSignal | undefined;
}

export type Exchange = (request: HttpRequest) => Promise<HttpAnswer>;

/** Sends requests over these connections. Fails with {@link ConnectionError}, or with what the body's source or the signal threw. */
export function openExchange(agents: Agents, options: ExchangeOptions): Exchange {
  return async (request) => {
    const { url } = request;
    const agent = await agents.for(url);
    options.signal?.throwIfAborted();
    const sending = (url.protocol === "https:" ? secure : plain)(url, {
      method: request.method,
      agent,
      headers: headersOf(request),
    });
    const watch = watchSilence(sending, options.silence);
    const onAbort = (): void => void sending.destroy(new Error("stopped"));
    options.signal?.addEventListener("abort", onAbort, { once: true });
    sending.once("close", () => {
      watch.stop();
      options.signal?.removeEventListener("abort", onAbort);
    });
    const response = await answered(sending, request, watch.moved);
    return answerOf(response, url, watch.moved);
  };
}

function headersOf({
  headers,
  authorization,
  credentials,
  body,
  method,
}: HttpRequest): Record<string, string | number> {
  const hasBody = body !== undefined || method === "POST" || method === "PUT" || method === "PATCH";
  return {
    "user-agent": "slipway",
    accept: "*/*",
    ...headers,
    ...credentials,
    ...(hasBody ? { "content-length": body?.size ?? 0 } : {}),
    ...(authorization === undefined ? {} : { authorization }),
  };
}

/** The answer's head. Servers may answer before they have read all of the body: then the rest is not sent. */
async function answered(sending: ClientRequest, { body }: HttpRequest, moved: () => void): Promise<IncomingMessage> {
  const head = new Promise<IncomingMessage>((resolve, reject) => {
    sending.once("response", resolve);
    sending.on("error", (error) => reject(new ConnectionError(error)));
  });
  head.catch(() => undefined); // it is awaited below, maybe after the body's own failure
  if (body === undefined) {
    sending.end();
    return head;
  }
  const early = new AbortController();
  const stop = (): void => early.abort();
  head.then(stop, stop);
  try {
    const isWhole = await write(sending, body, early.signal, moved);
    const response = await head;
    if (!isWhole) response.once("end", () => sending.destroy());
    return response;
  } catch (thrown) {
    sending.destroy();
    throw thrown;
  }
}

/**
 * Waits for each chunk to be on its way, since it is only lent. False where the answer, or a failure, came first. The last chunk is
 * sent once the source has ended well: a server that has all bytes acts on them, also where they turn out to be the wrong ones.
 */
async function write(sending: ClientRequest, body: HttpBody, early: AbortSignal, moved: () => void): Promise<boolean> {
  for await (const chunk of lastAtEnd(body)) {
    if (early.aborted) return false;
    const isGone = await new Promise<boolean>((resolve) => {
      const onEarly = (): void => resolve(true);
      early.addEventListener("abort", onEarly, { once: true });
      sending.write(chunk, () => {
        early.removeEventListener("abort", onEarly);
        resolve(false);
      });
    });
    if (isGone) return false;
    moved();
  }
  sending.end();
  return true;
}

function answerOf(response: IncomingMessage, url: URL, moved: () => void): HttpAnswer {
  moved();
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    url,
    body: bodyOf(response, moved),
    async discard() {
      let size = 0;
      try {
        for await (const chunk of bodyOf(response, moved)) if ((size += chunk.length) > 64 * 1024) break;
      } catch {
        // Nobody wants it any more.
      }
    },
  };
}

async function* bodyOf(response: IncomingMessage, moved: () => void): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response) {
      moved();
      yield chunk as Uint8Array;
    }
  } catch (thrown) {
    throw thrown instanceof Error && "code" in thrown ? new ConnectionError(thrown) : thrown;
  }
}

/** Ends a request on which nothing has moved for a while: connecting, sending, waiting and reading alike. */
function watchSilence(
  sending: ClientRequest,
  silence: number,
): { readonly moved: () => void; readonly stop: () => void } {
  const timer = setTimeout(
    () => sending.destroy(Object.assign(new Error("nothing came for too long"), { code: "ETIMEDOUT" })),
    silence,
  );
  return { moved: () => void timer.refresh(), stop: () => clearTimeout(timer) };
}
