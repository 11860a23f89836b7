/** A session with a registry: where it answers, what it wants to see, and requests that are authorized. */
import { errnoOf } from "../../model/disk.ts";
import { Problem, problemsOf } from "../../model/problem.ts";
import type { HttpAnswer, HttpClient, HttpRequest, WholeAnswer } from "../http.ts";
import { refusal } from "./answers.ts";
import { authorizer } from "./authorizer.ts";
import type { FoundCredentials } from "./credentials.ts";
import { baseUrls } from "./host.ts";

export interface SessionRequest extends Omit<HttpRequest, "url" | "authorization"> {
  /** A path below `/v2/`, or the whole address where the registry gave one. */
  readonly to: string | URL;
  /** `repository:acme/tool:pull`. */
  readonly scopes: readonly string[];
}

export interface Session {
  /** As references have it: `ghcr.io`. */
  readonly registry: string;
  readonly http: HttpClient;
  /** The answer, whatever its status, with its body up to `limit` bytes. */
  send(request: SessionRequest, limit?: number): Promise<WholeAnswer>;
  /** The answer without its body. */
  open(request: SessionRequest): Promise<HttpAnswer>;
  /** Shows the credentials that were found; false where there are none, or nobody asks for them. Fails with `store.denied` where they are no good, `store.unreachable` where nobody answers. */
  login(): Promise<boolean>;
  /** An answer that is none of those that were hoped for, as a Problem of whoever asked for `what`. */
  refused(what: string, answer: Omit<WholeAnswer, "tries">): Promise<Problem>;
}

export interface SessionOptions {
  readonly registry: string;
  readonly http: HttpClient;
  /** Asked once, when the registry first wants credentials. */
  readonly find: () => Promise<FoundCredentials>;
  readonly now?: (() => number) | undefined;
}

/** A session, in which nothing is asked before the first request. The first is `GET /v2/`, which tells what the registry wants. */
export function openSession({ registry, http, find, now = Date.now }: SessionOptions): Session {
  let finding: Promise<FoundCredentials> | undefined;
  const found = (): Promise<FoundCredentials> => (finding ??= find());
  const auth = authorizer({ registry, http, find: found, now });
  let pinged: Promise<URL> | undefined;
  const base = (): Promise<URL> => (pinged ??= ping(registry, http, auth.challenged));

  async function authorized<Answer extends Pick<HttpAnswer, "status" | "headers" | "url">>(
    { to, scopes, ...request }: SessionRequest,
    send: (request: HttpRequest) => Promise<Answer>,
    drop: (answer: Answer) => Promise<void>,
  ): Promise<Answer> {
    const root = await base();
    const url = to instanceof URL ? to : new URL(`/v2/${to}`, root);
    const isOwn = url.origin === root.origin;
    for (let attempt = 0; ; attempt++) {
      const authorization = isOwn ? await auth.header(scopes) : undefined;
      const answer = await send({ ...request, url, authorization });
      if (answer.status !== 401 || attempt === 1 || answer.url.origin !== root.origin) return answer;
      if (!auth.challenged(answer.headers["www-authenticate"], authorization)) return answer;
      await drop(answer);
    }
  }

  return {
    registry,
    http,
    send: (request, limit) =>
      authorized(
        request,
        (one) => http.fetch(one, limit),
        async () => {},
      ),
    open: (request) => authorized(request, http.open, (answer) => answer.discard()),
    async login() {
      const root = await base();
      const { credentials, looked } = await found();
      const authorization = credentials === undefined ? undefined : await auth.header([]);
      // A token that was given is good; a password has to be shown.
      if (authorization?.startsWith("Basic ") !== true) return authorization !== undefined;
      const answer = await http.fetch({ method: "GET", url: new URL("/v2/", root), authorization, repeatable: true });
      if (answer.status !== 200) throw refusal(`cannot log in to ${registry}`, answer, looked);
      return true;
    },
    async refused(what, answer) {
      const wantsLogin = answer.status === 401 || answer.status === 403;
      return refusal(what, answer, wantsLogin ? (await found()).looked : []);
    },
  };
}

/** Finds out where the registry answers, and notes what it wants (distribution-spec, "Determining Support"). */
async function ping(
  registry: string,
  http: HttpClient,
  challenged: (header: string | undefined, sent: undefined) => boolean,
): Promise<URL> {
  const bases = baseUrls(registry, http.insecure);
  const problems: Problem[] = [];
  for (const [index, base] of bases.entries()) {
    const isLast = index === bases.length - 1;
    try {
      const answer = await http.fetch({ method: "GET", url: new URL("/v2/", base), repeatable: isLast });
      if (answer.status === 401) challenged(answer.headers["www-authenticate"], undefined);
      if (answer.status === 200 || answer.status === 401) return new URL(answer.url.origin);
      problems.push(refusal(`${registry} does not answer as a registry`, answer, []));
    } catch (thrown) {
      const found = problemsOf(thrown);
      if (found === undefined) throw thrown;
      problems.push(...found);
      if (found.some(({ cause }) => errnoOf(cause) === "ECONNREFUSED")) break; // the other scheme has the same port
    }
  }
  // An answer says more than none.
  const [first] = [...problems.filter(({ code }) => code !== "store.unreachable"), ...problems];
  throw first ?? new Problem("store.unreachable", `${registry} cannot be reached`);
}
