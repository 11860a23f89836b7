/** Keys that end: asked for again before they do, and only once however many requests wait for them. */
import type { AwsCredentials } from "./sign.ts";

export interface Lent {
  readonly credentials: AwsCredentials;
  /** As the service writes it, RFC 3339; left out or unreadable: it does not end. */
  readonly expiration?: string | undefined;
}

/** Milliseconds before its end in which a key is not begun with. */
const early = 5 * 60_000;

export function renewed(now: () => number, ask: () => Promise<Lent>): () => Promise<AwsCredentials> {
  let held: Promise<Lent> | undefined;
  let until = Infinity;
  return async () => {
    if (held === undefined || now() >= until) {
      held = ask();
      until = Infinity;
      held.then(
        (lent) => (until = endOf(lent)),
        () => (held = undefined), // whoever waits for it is told
      );
    }
    return (await held).credentials;
  };
}

function endOf({ expiration = "" }: Lent): number {
  const end = Date.parse(expiration);
  return Number.isNaN(end) ? Infinity : end - early;
}
