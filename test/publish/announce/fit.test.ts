/** Texts that are longer than a service takes. */
import { expect, test } from "vitest";

import { fit } from "../../../src/publish/announce/fit.ts";
import { countAsMastodon } from "../../../src/publish/announce/mastodon.ts";

const url = "https://x.example/1";

test("a text that fits is said as it is", () => {
  expect(fit(" one two ", { most: 7, url })).toBe("one two");
});

test("a longer one is cut at the last blank that leaves room for the address", () => {
  expect(fit("one two three four five six seven", { most: 30, url })).toBe("one two… https://x.example/1");
  expect(fit("a".repeat(50), { most: 30, url })).toBe(`${"a".repeat(9)}… ${url}`);
});

test("without room for the address it ends in dots", () => {
  expect(fit("one two three", { most: 9, url })).toBe("one two…");
  expect(fit("one two three", { most: 9, url: "" })).toBe("one two…");
});

test("whatever a service counts holds: bytes, and characters of the upper planes", () => {
  const text = "🚢 ".repeat(100);
  for (const most of [5, 20, 21, 22, 23, 24, 50]) {
    expect(Buffer.byteLength(fit(text, { most, measure: Buffer.byteLength, url }))).toBeLessThanOrEqual(most);
    expect(fit(text, { most, url })).not.toContain("\uFFFD");
  }
});

test("links and remote mentions count as Mastodon counts them", () => {
  expect(countAsMastodon("see https://a.example/very/long/path?with=query now")).toBe(4 + 23 + 4);
  expect(countAsMastodon("@ada@m.example hi")).toBe(7);
});
