/** Which of two versions is later, as far as they tell. */
import { expect, test } from "vitest";

import { isLater } from "../../src/store/image-version.ts";

test.each([
  ["2.0.0", "1.9.9", true],
  ["1.0.0", "1.0.0-rc.1", true],
  ["1.0.0-rc.1", "1.0.0", false],
  ["1.0.1-fffffff-nightly", "1.0.1-aaaaaaa-nightly", false],
  ["1.0.1-aaaaaaa-nightly", "1.0.1-fffffff-nightly", false],
  ["1.0.1-1234567-nightly", "1.0.1-fffffff-nightly", false],
  ["1.0.2-aaaaaaa-nightly", "1.0.1-fffffff-nightly", true],
  ["1.0.1", "1.0.1-fffffff-nightly", true],
  ["1.0.1-nightly.20260203", "1.0.1-nightly.20260202", true],
  ["1.0.1-nightly.20260203.aaaaaaa", "1.0.1-nightly.20260202.fffffff", true],
  ["nightly", "1.0.0", false],
])("%s after %s: %s", (one, other, later) => {
  expect(isLater(one, other)).toBe(later);
});
