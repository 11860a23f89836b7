/** Threads: what happens to their jobs when something fails. */
import { afterEach, expect, test } from "vitest";

import { errorOf, failureOf } from "../../../src/format/compressor/message.ts";
import { createPool, type Pool } from "../../../src/format/compressor/pool.ts";
import { Problem } from "../../../src/model/problem.ts";
import { text } from "../deflate/samples.ts";

const returned: Uint8Array[] = [];
const buffers = {
  take: (size: number) => new Uint8Array(size),
  giveBack: (chunk: Uint8Array) => void returned.push(chunk),
};

let pool: Pool | undefined;
afterEach(() => pool?.close());

const bytes = (): Uint8Array<ArrayBuffer> => Uint8Array.from(text(50_000));

test("a failure surfaces, and the thread goes on with the next job", async () => {
  pool = createPool(1, buffers);
  const unknown = "brotli" as "deflate";
  await expect(pool.run(unknown, bytes())).rejects.toThrow("undefined");
  expect((await pool.run("deflate", bytes())).size).toBe(50_000);
});

test("the bytes that were sent come back for use again", async () => {
  pool = createPool(1, buffers);
  const sent = bytes();
  const before = returned.length;
  await pool.run("deflate", sent);
  expect(sent.length).toBe(0);
  expect(returned.slice(before)).toEqual([bytes()]);
});

test("more jobs than threads are all done", async () => {
  const many = (pool = createPool(2, buffers));
  const pieces = await Promise.all(Array.from({ length: 12 }, () => many.run("deflate", bytes())));
  expect(new Set(pieces.map((piece) => piece.crc32)).size).toBe(1);
});

test("a problem keeps its code, message and hint on its way between threads", () => {
  const problem = new Problem("format.invalid", "wrong", { hint: "do right" });
  const arrived = errorOf(structuredClone(failureOf(problem)));
  expect(arrived).toBeInstanceOf(Problem);
  expect(arrived).toMatchObject({ code: "format.invalid", message: "wrong", hint: "do right" });
  expect(errorOf(structuredClone(failureOf(new TypeError("odd")))).message).toBe("odd");
  expect(errorOf(structuredClone(failureOf("text"))).message).toBe("text");
});

test("threads that are prepared take the jobs that come, and hold nothing open until then", async () => {
  const prepared = (pool = createPool(2, buffers));
  prepared.prepare();
  prepared.prepare();
  expect((await prepared.run("deflate", bytes())).size).toBe(50_000);
});
