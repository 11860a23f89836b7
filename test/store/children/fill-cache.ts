/** Fills a cache without end, for tests that kill it: `node fill-cache.ts FOLDER SEED`. Says "begun" once it writes. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { openCache } from "../../../src/store/cache.ts";

const [folder = "", seed = ""] = process.argv.slice(2);
const cache = openCache(folder, { maxBytes: 1e12 });
for (let round = 0; ; round += 1) {
  const file = join(await cache.scratch(), "made");
  await writeFile(file, `${seed}-${round % 50}-`.repeat(20_000));
  const held = await cache.adopt(file, { keep: round % 2 === 0 });
  await cache.remember("step", { ...held, round, filler: "x".repeat(10_000) });
  if (round === 0) process.stdout.write("begun\n");
}
