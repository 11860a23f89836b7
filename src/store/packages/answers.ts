/** What registries of packages answer, as far as they have it in common. */
import type { HttpAnswer, HttpClient, HttpRequest } from "../http.ts";
import type { ApiAnswer } from "../json-api.ts";
import { saying } from "../json-refusal.ts";
import { Problem } from "../../model/problem.ts";

/** The same answer, with the title of its page in place of the page: PyPI says in it what was wrong. */
export function titled<Answer extends Pick<ApiAnswer, "bytes">>(answer: Answer): Answer {
  const text = Buffer.from(answer.bytes.subarray(0, 64 * 1024)).toString("utf8");
  const [, title] = /^\s*<[\s\S]*?<title>([^<]{1,1000})<\/title>/i.exec(text) ?? [];
  return title === undefined ? answer : { ...answer, bytes: Buffer.from(title.trim()) };
}

/** Whether a refusal to publish means that there is such a version already. */
export function saysItExists({ status, bytes }: Pick<ApiAnswer, "status" | "bytes">): boolean {
  if (status === 409) return true;
  const words = saying({ status, bytes });
  return (
    (status === 400 || status === 403) &&
    /already (exists?|uploaded|present|published)|previously published|cannot publish over|updating asset/i.test(words)
  );
}

/** The bytes at an address, with a token for its own host alone. Fails with `store.failed` where there are none. */
export async function* download(
  http: HttpClient,
  url: URL,
  authorization: HttpRequest["authorization"],
): AsyncGenerator<Uint8Array, void> {
  const answer: HttpAnswer = await http.open({ method: "GET", url, authorization, repeatable: true });
  if (answer.status === 200) {
    yield* answer.body;
    return;
  }
  await answer.discard();
  throw new Problem("store.failed", `${url.host}${url.pathname} answers with status ${answer.status}`, {
    hint: "The registry lists a file that it does not give: run the same command again later.",
  });
}
