/** The token a store is let in with: read when the store is opened, sent to its own host only, and never shown. */
import { Problem } from "../model/problem.ts";
import type { SecretName } from "../model/schema.ts";
import type { StoreContext } from "./kind.ts";

/** How messages call a secret, which is never its value: `env:GITHUB_TOKEN`. */
export function secretWords({ from, name }: SecretName): string {
  return `${from}:${name}`;
}

/** Its text without the line end that files have. Fails with `key.missing`, and `key.invalid` where it cannot stand in a header. */
export async function readToken(secret: SecretName, context: Pick<StoreContext, "secret">): Promise<string> {
  const text = Buffer.from(await context.secret(secret))
    .toString("utf8")
    .trim();
  if (text !== "" && /^[\x21-\x7e]+$/.test(text)) return text;
  throw new Problem(
    "key.invalid",
    `${secretWords(secret)} is no token: it is empty, or has blanks or control characters in it`,
    {
      hint: "Look whether a whole file, or two lines, were pasted into it.",
    },
  );
}
