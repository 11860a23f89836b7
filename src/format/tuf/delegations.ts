/** Which delegated roles may say something of a target (TUF 1.0.34, 4.5). */
import { createHash } from "node:crypto";

import type { Delegations } from "./metadata.ts";
import type { RoleKeys } from "./threshold.ts";

export interface Delegate extends RoleKeys {
  readonly name: string;
  readonly terminating: boolean;
}

/** In the order in which they are asked. */
export function delegatesFor(delegations: Delegations, path: string): readonly Delegate[] {
  const { keys, roles = [], succinct_roles: succinct } = delegations;
  if (succinct !== undefined) {
    const { keyids, threshold, bit_length: bits, name_prefix: prefix } = succinct;
    return [{ name: `${prefix}-${binOf(path, bits)}`, terminating: true, keys, keyids, threshold }];
  }
  return roles
    .filter(({ paths, path_hash_prefixes: prefixes }) =>
      paths === undefined
        ? (prefixes ?? []).some((prefix) => sha256(path).startsWith(prefix))
        : paths.some((pattern) => matchesPath(pattern, path)),
    )
    .map(({ name, terminating, keyids, threshold }) => ({ name, terminating, keys, keyids, threshold }));
}

/** The first bits of the path's hash, in as many hex digits as the highest bin needs. */
function binOf(path: string, bits: number): string {
  const first = Number.parseInt(sha256(path).slice(0, 8), 16);
  const digits = (2 ** bits - 1).toString(16).length;
  return (first >>> (32 - bits)).toString(16).padStart(digits, "0");
}

function sha256(path: string): string {
  return createHash("sha256").update(path).digest("hex");
}

/** `*` and `?` stand for anything but a slash. */
function matchesPath(pattern: string, path: string): boolean {
  const patterns = pattern.split("/");
  const parts = path.split("/");
  return patterns.length === parts.length && patterns.every((glob, index) => matchesPart(glob, parts[index] ?? ""));
}

/** Without a regular expression: hostile patterns would take one exponential time. */
function matchesPart(glob: string, text: string): boolean {
  let [star, retry, at, from] = [-1, 0, 0, 0];
  while (at < text.length) {
    if (glob[from] === "*") {
      star = from++;
      retry = at;
    } else if (glob[from] === "?" || glob[from] === text[at]) {
      from++;
      at++;
    } else if (star >= 0) {
      from = star + 1;
      at = ++retry;
    } else return false;
  }
  while (glob[from] === "*") from++;
  return from === glob.length;
}
