/** XML of object stores: read as far as they write it, and refused where it could be more. */
import { describe, expect, test } from "vitest";

import { readXml, xmlText } from "../../../src/store/s3/xml.ts";

test("elements are found by name, with their text", () => {
  const found = readXml(
    '<?xml version="1.0"?>\n<!-- x --><List xmlns="http://s3/"><Upload><Key>a&amp;b &#60;&#x3e;</Key></Upload><Upload><Key>c</Key></Upload><Empty/></List>\n',
    "List",
  );
  expect(found?.all("Upload").map((each) => each.of("Key"))).toEqual(["a&b <>", "c"]);
  expect(found?.of("Empty")).toBe("");
  expect(found?.of("Missing")).toBe("");
});

test("another document than the one that is asked for is none", () => {
  expect(readXml("<Error><Code>NoSuchKey</Code></Error>", "List")).toBeUndefined();
});

test("text is escaped as it is read", () => {
  expect(readXml(`<a>${xmlText('<"&>')}</a>`, "a")?.text).toBe('<"&>');
});

describe("refused", () => {
  test.each([
    ["a document type", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ["an entity of its own", "<a>&b;</a>"],
    ["a character that is none", "<a>&#x110000;</a>"],
    ["an element that does not end", "<a><b></b>"],
    ["ends in the wrong order", "<a><b></a></b>"],
    ["two documents", "<a/><b/>"],
    ["no document", "plain text"],
    ["nothing", ""],
    ["depth without end", "<a>".repeat(50)],
    ["elements without end", `<a>${"<b/>".repeat(100_001)}</a>`],
  ])("%s", (_, text) => {
    expect(() => readXml(text, "a")).toThrow(expect.objectContaining({ code: "format.invalid" }) as Error);
  });
});
