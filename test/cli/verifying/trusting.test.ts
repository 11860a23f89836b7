/** Whom `slipway verify` believes, as its options and the environment say. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { trusting } from "../../../src/cli/verifying/trusting.ts";
import { problemsOf } from "../../../src/model/problem.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-trusting-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const key = "untrusted comment: a key\nRWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\n";
const pubkey = join(home, "release.pub");
writeFileSync(pubkey, key);
const without = join(home, "trust.json");
const file = {
  slipway: 1,
  product: "tool",
  keys: { release: { minisign: key.split("\n")[1] } },
  require: [{ of: "release", by: ["release"] }],
};
writeFileSync(without, `${JSON.stringify(file)}\n`);

test("metadata that nobody has a root for is not passed over", async () => {
  for (const options of [{}, { pubkey: [pubkey] }, { trust: without }]) {
    expect((await trusting(options, {})).refused).toEqual([]);
    const thrown = await trusting({ ...options, metadata: home }, {}).catch((error: unknown) => error);
    expect(problemsOf(thrown)?.map(({ code }) => code)).toEqual(["usage"]);
  }
});

test("the variable counts where the option is left out, and what cannot be read decides nothing", async () => {
  expect((await trusting({}, { SLIPWAY_TRUST: without })).trust.policy?.product).toBe("tool");
  expect((await trusting({}, { SLIPWAY_TRUST: "" })).trust.policy).toBeUndefined();
  const { refused, trust } = await trusting({ trust: join(home, "nowhere.json") }, { SLIPWAY_TRUST: without });
  expect([refused.map(({ outcome }) => outcome), trust.policy]).toEqual([["unavailable"], undefined]);
});
