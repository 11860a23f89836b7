/** Problems of keys, said alike by all kinds: which key, where it is written, and never a part of the secret. */
import { Problem } from "../model/problem.ts";
import type { KeyContext } from "./kind.ts";

/** A `key.invalid` at the key's entry. `what` goes on after the key's name: "has expired". */
export function invalidKey({ name, place }: Pick<KeyContext, "name" | "place">, what: string, hint?: string): Problem {
  return new Problem("key.invalid", `trust.keys.${name} ${what}`, { place, hint });
}
