/** No more works are under way at once than allowed, and all of them are done. */
import { expect, test } from "vitest";

import { limiter } from "../../src/store/limiter.ts";

test("never more at once than allowed, all done, in their order, also after one that fails", async () => {
  const limited = limiter(2);
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  const works = [0, 1, 2, 3, 4, 5].map((number) =>
    limited(async () => {
      begun.push(number);
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
      if (number === 1) throw new Error("one fails");
      return number;
    }),
  );
  const settled = await Promise.allSettled(works);
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", ...Array<string>(4).fill("fulfilled")]);
  expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
  expect(most).toBe(2);
});
