/** Stanzas of control files: written, read, and what cannot be either. */
import fc from "fast-check";
import { expect, test } from "vitest";

import { type Field, readStanza, writeStanza } from "../../src/format/deb822.ts";

test("a value of several lines is folded, blank ones as dots", () => {
  const description = "a tool\n\nIt has\n  * a list\n";
  expect(writeStanza([["Description", description]])).toBe("Description: a tool\n .\n It has\n   * a list\n");
  expect(readStanza(writeStanza([["Description", description]]))).toEqual([["Description", description.trimEnd()]]);
});

test("a field without a value is left out", () => {
  expect(
    writeStanza([
      ["Depends", ""],
      ["Package", "tool"],
      ["Tags", " \n"],
    ]),
  ).toBe("Package: tool\n");
});

test("no value makes a second field or a second stanza", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[ -~\n\t]{1,40}$/), { minLength: 1, maxLength: 4 }), (values) => {
      const fields = values.map((value, index): Field => [`F${index}`, value]);
      const kept = fields.filter(([, value]) => value.trim() !== "");
      expect(readStanza(`Package: a\n${writeStanza(fields)}`).map(([name]) => name)).toEqual([
        "Package",
        ...kept.map(([name]) => name),
      ]);
    }),
  );
});

test("names that are none, and fields that stand twice, are refused", () => {
  for (const name of ["", "-X", "#X", "a b", "a:b", "ä"])
    expect(() => writeStanza([[name, "x"]])).toThrow("cannot name a field");
  expect(() =>
    writeStanza([
      ["Package", "a"],
      ["package", "b"],
    ]),
  ).toThrow("twice");
  expect(() => readStanza("Package: a\n\nPackage: b\n")).toThrow("is no field");
  expect(() => readStanza(" folded\n")).toThrow("is no field");
});
