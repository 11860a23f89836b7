/** Problems of keys, said alike by all kinds: which key, where it is written, and never a part of the secret. */
import { Problem, problemsOf } from "../model/problem.ts";
import type { KeyContext } from "./kind.ts";

/** A `key.invalid` at the key's entry. `what` goes on after the key's name: "has expired". */
export function invalidKey({ name, place }: Pick<KeyContext, "name" | "place">, what: string, hint?: string): Problem {
  return new Problem("key.invalid", `trust.keys.${name} ${what}`, { place, hint });
}

/** What a reader says of a key, said of this one: "the key has 1024 bits" is "trust.keys.release has 1024 bits". */
export function asKey<T>(context: Pick<KeyContext, "name" | "place">, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    const [problem] = problemsOf(thrown) ?? [];
    if (problem === undefined) throw thrown;
    const rest = problem.message.replace(/^the key /, "");
    throw invalidKey(context, rest === problem.message ? `cannot be used: ${rest}` : rest);
  }
}
