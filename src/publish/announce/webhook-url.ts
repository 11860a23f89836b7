/** Addresses that are secrets: whoever knows a webhook's may write to it. */
import { Problem } from "../../model/problem.ts";
import type { SecretName } from "../../model/schema.ts";
import { secretWords } from "../../store/token.ts";
import type { AnnounceContext } from "./kind.ts";

/** The address, and what of it no message may show. Fails with `key.missing` and `key.invalid`. */
export async function readWebhook(
  secret: SecretName,
  context: Pick<AnnounceContext, "secret">,
): Promise<{ readonly url: URL; readonly secrets: readonly string[] }> {
  const text = Buffer.from(await context.secret(secret))
    .toString("utf8")
    .trim();
  const url = /\s/.test(text) ? null : URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new Problem("key.invalid", `${secretWords(secret)} is no address of a webhook`, {
      expected: "an address that begins with https://",
    });
  return { url, secrets: [text, `${url.pathname}${url.search}`, url.pathname, url.search] };
}
