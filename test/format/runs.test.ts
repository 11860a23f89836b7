/** What is coalesced, what is spliced, and that cuts do not depend on how segments were split. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { runsOf } from "../../src/format/runs.ts";
import type { Content, Segment } from "../../src/format/segment.ts";

function contentOf(bytes: Uint8Array): Content {
  return {
    size: bytes.length,
    sha256: "",
    async *open() {
      yield bytes;
    },
    compressed: () => Promise.reject(new Error("runs never compress")),
  };
}

async function runs(segments: readonly Segment[], sizes = { small: 4, run: 8 }): Promise<(string | Content)[]> {
  const out = [];
  for await (const run of runsOf(segments, sizes))
    out.push("run" in run ? Buffer.from(run.run).toString("latin1") : run.content);
  return out;
}

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");

test("literal bytes and small contents share runs, and large contents stand alone between them", async () => {
  const large = contentOf(bytes("large"));
  expect(await runs([bytes("ab"), contentOf(bytes("cdef")), bytes("g"), large, large, bytes("h")])).toEqual([
    "abcdefg",
    large,
    large,
    "h",
  ]);
});

test("a run is cut at exactly its size", async () => {
  expect(await runs([bytes("0123456789abcdefgh")])).toEqual(["01234567", "89abcdef", "gh"]);
  expect(await runs([bytes("01234567")])).toEqual(["01234567"]);
});

test("empty bytes and empty contents make no run", async () => {
  expect(await runs([bytes(""), contentOf(bytes(""))])).toEqual([]);
});

test("runs depend on the bytes, not on how they were split into segments", async () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(parts, async (split) => {
      const whole = Buffer.concat(split);
      expect(await runs(split)).toEqual(await runs([whole]));
      expect((await runs(split)).map(String).join("")).toBe(whole.toString("latin1"));
    }),
  );
});
