/** JSON that is signed means one thing to every reader, or is refused. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { readStrictJson } from "../../../src/format/tuf/strict-json.ts";
import { problemsIn } from "../../input/kinds.ts";

const read = (text: string): unknown => readStrictJson(new TextEncoder().encode(text), "x.json");

describe("strict JSON", () => {
  it("is read as JSON.parse reads it, however it is written", () => {
    const { json } = fc.letrec<{ readonly json: unknown }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 2 },
        fc.string({ unit: "binary" }),
        fc.maxSafeInteger(),
        fc.constantFrom(true, false, null),
        fc.array(tie("json"), { maxLength: 4 }),
        fc.dictionary(
          fc.string({ unit: "binary" }).filter((key) => key !== "__proto__"),
          tie("json"),
          { maxKeys: 4, noNullPrototype: true },
        ),
      ),
    }));
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 1, "\t"), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(read(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 40 },
    );
  });

  it("is refused where readers disagree, and where it is none", () => {
    const refused = [
      '{"a":1,"a":1}',
      '{"a":1,"\\u0061":2}',
      '{"__proto__":1}',
      "1.0",
      "1e3",
      "-",
      "01",
      "9007199254740992",
      '"\\ud800"',
      '"\t"',
      '"\\x41"',
      "\ufeff{}",
      "[1,]",
      '{"a":1,}',
      "{} {}",
      "nul",
      "",
      "[",
      "[".repeat(100_000),
      `${"[".repeat(40)}${"]".repeat(40)}`,
    ];
    for (const text of refused)
      expect(
        problemsIn(() => read(text)).map(({ code }) => code),
        text.slice(0, 40),
      ).toEqual(["format.invalid"]);
    expect(problemsIn(() => readStrictJson(Uint8Array.of(0x22, 0xff, 0x22), "x")).map(({ code }) => code)).toEqual([
      "format.invalid",
    ]);
  });

  it("is read in the time of its length", () => {
    const text = `"${"\\u0041".repeat(200_000)}"`;
    expect((read(text) as string).length).toBe(200_000);
    expect(problemsIn(() => read(text.slice(0, -1)))).toHaveLength(1);
  });
});
