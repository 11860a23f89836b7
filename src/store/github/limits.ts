/** Waits where GitHub says that there were too many requests, and says no `Retry-After`, which is waited for where requests go out. */
import type { ForgeLimits } from "../forge/limits.ts";
import type { HttpAnswer, HttpClient, WholeAnswer } from "../http.ts";
import { firstBytes } from "../http/first-bytes.ts";

/** Where nothing says how long: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api, "wait for at least one minute". */
const unsaid = 60_000;

export const githubLimits: ForgeLimits = {
  patient(http, { longest, now, sleep, signal }) {
    const patiently = async <Answer extends Limited>(ask: () => Promise<Answer>): Promise<Answer> => {
      for (let attempt = 0; ; attempt += 1) {
        const answer = await ask();
        const wait = waitOf(answer, now());
        if (wait === undefined || wait > longest || attempt === 2) return answer;
        await sleep(wait, signal);
      }
    };
    return {
      ...http,
      fetch: (request, limit) => patiently(() => http.fetch(request, limit)),
      open: (request) => patiently(() => openedBy(http, request)),
    };
  },
  // A secondary limit, said in words alone, is no refusal.
  isMet: ({ status, bytes }) => status === 403 && saysSecondary(bytes),
};

type Limited = Pick<WholeAnswer, "status" | "headers" | "bytes">;

/** What may be the word of a limit is read, as far as it says something, and can be read again. */
async function openedBy(
  http: HttpClient,
  request: Parameters<HttpClient["open"]>[0],
): Promise<HttpAnswer & Pick<Limited, "bytes">> {
  const answer = await http.open(request);
  if (answer.status !== 403 && answer.status !== 429) return { ...answer, bytes: new Uint8Array() };
  const bytes = await firstBytes(answer.body);
  return { ...answer, bytes, body: only(bytes) };
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Milliseconds; undefined where no limit was met, or the answer says `Retry-After`, which has been waited for as long as may be. */
export function waitOf({ status, headers, bytes }: Limited, now: number): number | undefined {
  if ((status !== 403 && status !== 429) || headers["retry-after"] !== undefined) return undefined;
  if (headers["x-ratelimit-remaining"] === "0") {
    const reset = Number(headers["x-ratelimit-reset"]);
    return Number.isSafeInteger(reset) && reset > 0 ? Math.max(0, reset * 1000 - now) + 1000 : unsaid;
  }
  return saysSecondary(bytes) ? unsaid : undefined;
}

/** A secondary limit says so in words alone. */
function saysSecondary(bytes: Uint8Array): boolean {
  return bytes.length <= 64 * 1024 && /secondary rate limit|abuse detection/i.test(Buffer.from(bytes).toString("utf8"));
}
