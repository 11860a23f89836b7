/** What the compressing threads and the main thread say to each other. */
import { Problem, type ProblemCode } from "../../model/problem.ts";
import type { Codec, Piece } from "../segment.ts";

export interface Request {
  readonly job: number;
  readonly codec: Codec;
  readonly bytes: Uint8Array;
}

export type Reply =
  | { readonly job: number; readonly piece: Piece; readonly failure?: undefined }
  | { readonly job: number; readonly piece?: undefined; readonly failure: Failure };

/** An error as it crosses threads: structured cloning would drop the code of a {@link Problem}. */
export interface Failure {
  readonly code: ProblemCode | undefined;
  readonly message: string;
  readonly stack: string | undefined;
}

export function failureOf(thrown: unknown): Failure {
  const code = thrown instanceof Problem ? thrown.code : undefined;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code, message, stack: thrown instanceof Error ? thrown.stack : undefined };
}

/** The error to throw on the main thread; the thread's own stack is its cause. */
export function errorOf({ code, message, stack }: Failure): Error {
  return code === undefined ? new Error(message, { cause: stack }) : new Problem(code, message, { cause: stack });
}
