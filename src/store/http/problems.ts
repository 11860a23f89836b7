/** What goes wrong before there is an answer, in words for people. */
import { Problem } from "../../model/problem.ts";
import { ConnectionError } from "./exchange.ts";
import { isLoopback } from "./loopback.ts";

export interface Unreachable {
  readonly problem: Problem;
  /** Whether it may be over in a moment. */
  readonly passing: boolean;
  /** Whether the server may have acted on it. */
  readonly wasSent: boolean;
}

/** What a failed connection means; undefined for what is none. URLs are shown without their query, which may hold a secret. */
export function unreachable(thrown: unknown, { host }: URL): Unreachable | undefined {
  // It broke while an answer was read, and was told so already.
  if (thrown instanceof Problem && thrown.cause instanceof ConnectionError)
    return { problem: thrown, passing: true, wasSent: true };
  if (!(thrown instanceof ConnectionError)) return undefined;
  const { code, message } = thrown;
  if (isAboutCertificates(code)) return { problem: untrusted(host, thrown), passing: false, wasSent: false };
  const { why, passing, wasSent } = reasons[code] ?? { why: message, passing: false, wasSent: true };
  const problem = new Problem("store.unreachable", `${host} cannot be reached: ${why}`, {
    hint: "Check the name, the network and the proxy, and run the same command again.",
    cause: thrown,
  });
  return { problem, passing, wasSent };
}

const ended = { why: "it ended the connection", passing: true, wasSent: true };
const notOpened = (why: string, passing = true) => ({ why, passing, wasSent: false });

const reasons: Readonly<Record<string, { why: string; passing: boolean; wasSent: boolean }>> = {
  ECONNRESET: ended,
  EPIPE: ended,
  ETIMEDOUT: { why: "nothing came for too long", passing: true, wasSent: true },
  ECONNREFUSED: notOpened("nothing listens there"),
  EHOSTUNREACH: notOpened("there is no way to that host"),
  ENETUNREACH: notOpened("there is no network"),
  EAI_AGAIN: notOpened("its name cannot be looked up now"),
  ERR_PROXY_TUNNEL: notOpened("the proxy opens no way to it"),
  ENOTFOUND: notOpened("there is no such host", false),
};

function untrusted(host: string, cause: ConnectionError): Problem {
  return new Problem("store.failed", `${host} shows a certificate that is not trusted: ${cause.message}`, {
    hint: "Name the authority's certificate with `ca:` for that store or SSL_CERT_FILE; NODE_USE_SYSTEM_CA=1 trusts those of the system.",
    cause,
  });
}

/** OpenSSL's names of what is wrong with a chain, as Node hands them on. */
function isAboutCertificates(code: string): boolean {
  return /CERT|SELF_SIGNED|VERIFY_LEAF/.test(code);
}

/** Fails with `store.failed` where a URL may not be asked in the clear, or not by HTTP at all. */
export function refusePlainHttp({ protocol, hostname, host }: URL, insecure: boolean): void {
  if (!/^https?:$/.test(protocol))
    throw new Problem("store.failed", `an address begins with ${protocol}, and only https: is asked`);
  if (protocol === "https:" || insecure || isLoopback(hostname)) return;
  throw new Problem(
    "store.failed",
    `${host} would be asked in plain HTTP, which anybody on the way can read and change`,
    {
      hint: "Use HTTPS, or write `insecure: true` for that store if nobody else is on the way.",
    },
  );
}
