/** What readers of signatures share: reading the file once, and saying what is wrong. */
import { createHash } from "node:crypto";

import type { FileToSign } from "../../model/signer.ts";
import { Problem, problemsOf } from "../../model/problem.ts";
import type { SignatureProof } from "./kind.ts";

export type Refusal = Extract<SignatureProof, { readonly outcome: "failed" | "unknown-key" }>;

export function failed(detail: string): Refusal {
  return { outcome: "failed", detail };
}

export function unknownKey(detail: string): Refusal {
  return { outcome: "unknown-key", detail };
}

/** What `read` reads, or the failed proof that it cannot be read. Only `format.invalid` says something of the bytes. */
export function readOr<T>(read: () => T): { readonly read: T } | { readonly refusal: Refusal } {
  try {
    return { read: read() };
  } catch (thrown) {
    return { refusal: failed(formatProblem(thrown).message) };
  }
}

/** A key in a file's text, or `key.invalid` with the file's name. */
export function readKeyAs<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    const { message, expected } = formatProblem(thrown);
    throw new Problem("key.invalid", `${name}: ${message}`, { expected });
  }
}

function formatProblem(thrown: unknown): Problem {
  const [problem] = problemsOf(thrown) ?? [];
  if (problem?.code !== "format.invalid") throw thrown;
  return problem;
}

/** The file's digest by one of OpenSSL's algorithms. */
export async function digestOf(file: FileToSign, algorithm: string): Promise<Uint8Array> {
  const hash = createHash(algorithm);
  for await (const chunk of file.open()) hash.update(chunk);
  return hash.digest();
}

/** Without the blanks and line breaks that text in JSON and on command lines gains. */
export function trimmed(text: string): string {
  return text.replaceAll("\r\n", "\n").trim();
}
