/** What a registry says when it does not do what it is asked (distribution-spec, "Error Codes"). */
import { z } from "zod";

import { Problem } from "../../model/problem.ts";
import type { WholeAnswer } from "../http.ts";

const schema = z.object({
  errors: z.array(z.looseObject({ code: z.string().nullish(), message: z.string().nullish() })).max(100),
});

/** The error codes in an answer: `MANIFEST_BLOB_UNKNOWN`. */
export function codesOf(answer: Pick<WholeAnswer, "bytes">): readonly string[] {
  return errorsOf(answer).flatMap(({ code }) => (typeof code === "string" ? [code] : []));
}

/** What an answer says in words, in one short line: `503: the server is busy`. */
export function saying(answer: Pick<WholeAnswer, "bytes" | "status">): string {
  const said = errorsOf(answer)
    .map(({ code, message }) => [code ?? "", message ?? ""].filter((word) => word !== "").join(": "))
    .join("; ");
  // Control characters of a stranger's text have no business on a terminal.
  const line = said.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  const short = line.length > 300 ? `${line.slice(0, 300)}...` : line;
  return short === "" ? `status ${answer.status}` : `status ${answer.status}, ${short}`;
}

/** The Problem that an answer is, to whoever asked for `what`: "push ghcr.io/acme/tool". */
export function refusal(what: string, answer: Omit<WholeAnswer, "tries">, looked: readonly string[]): Problem {
  if (answer.status === 401 || answer.status === 403) return denied(`${what}: ${saying(answer)}`, looked);
  const isLater = answer.status === 429 || answer.status >= 500;
  return new Problem(isLater ? "store.unreachable" : "store.failed", `${what}: ${saying(answer)}`, {
    hint: isLater ? "Run the same command again later: what is there already is not sent again." : undefined,
  });
}

/** `looked`: where credentials were looked for. */
export function denied(what: string, looked: readonly string[]): Problem {
  return new Problem("store.denied", what, {
    hint:
      looked.length === 0
        ? "No credentials were looked for."
        : `Credentials were looked for in ${looked.join(", ")}. Log in with docker or podman, or give the store a username and password.`,
  });
}

function errorsOf({ bytes }: Pick<WholeAnswer, "bytes">): z.infer<typeof schema>["errors"] {
  if (bytes.length > 64 * 1024) return [];
  try {
    const result = schema.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8")));
    return result.success ? result.data.errors : [];
  } catch {
    return []; // a page of a proxy, say
  }
}
