/** What the compressing threads and the main thread say to each other. */
import { Problem, type ProblemCode } from "../../model/problem.ts";
import type { Codec, Piece } from "../segment.ts";

export interface Request {
  readonly job: number;
  readonly codec: Codec;
  /** Moved to the thread, and back with the reply. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface Reply {
  readonly job: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly result: { readonly piece: Piece } | { readonly failure: Failure };
}

/** An error as it crosses threads: structured cloning would drop all that makes a {@link Problem}. */
export interface Failure {
  readonly code: ProblemCode | undefined;
  readonly message: string;
  readonly hint: string | undefined;
  readonly stack: string | undefined;
}

export function failureOf(thrown: unknown): Failure {
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  if (thrown instanceof Problem) return { code: thrown.code, message: thrown.message, hint: thrown.hint, stack };
  return {
    code: undefined,
    message: thrown instanceof Error ? thrown.message : String(thrown),
    hint: undefined,
    stack,
  };
}

/** The error to throw on the main thread; the thread's own stack is its cause. */
export function errorOf({ code, message, hint, stack }: Failure): Error {
  return code === undefined ? new Error(message, { cause: stack }) : new Problem(code, message, { hint, cause: stack });
}
