/** Reads a file as everybody does who has its address, without any key. */
import { Problem } from "../../model/problem.ts";
import type { HttpClient } from "../http.ts";

/** Undefined where there is none. Fails with `store.failed` where it may not be read. */
export async function readPublic(http: HttpClient, url: URL): Promise<AsyncIterable<Uint8Array> | undefined> {
  const answer = await http.open({ method: "GET", url, repeatable: true });
  if (answer.status === 200) return answer.body;
  await answer.discard();
  if (answer.status === 404) return undefined;
  throw new Problem("store.failed", `${url.href} cannot be read by everybody: status ${answer.status}`, {
    hint: "Let everybody read the bucket, or leave `url` out.",
  });
}
