/** `bun test` runs these. */
import { expect, test } from "bun:test";
import { greeting } from "./greeting.ts";

test("greets everyone by name, and the world when nobody is named", () => {
  expect(greeting(["Ada", "Grace", "Edsger"])).toBe("Hello, Ada, Grace, and Edsger!");
  expect(greeting([])).toBe("Hello, world!");
});
