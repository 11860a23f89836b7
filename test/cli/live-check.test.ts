/** What `check --live` says of places: that one cannot be asked is no yes. */
import { expect, test } from "vitest";

import { checkLive } from "../../src/cli/live-check.ts";
import type { PublishPlan } from "../../src/model/plan.ts";
import { plan } from "../worlds/release.ts";

const nothing = { types: [], names: [] };
const place: PublishPlan = {
  store: "hub",
  kind: "registry",
  options: { registry: "127.0.0.1:9", path: "", insecure: false },
  only: nothing,
  except: nothing,
  optional: false,
};

test("where there is nobody to ask, it is said whether stores are left out or none is named", async () => {
  const ask = async (skipped: typeof plan.skipped): Promise<string> =>
    (await checkLive({ ...plan, publish: [], skipped }, "/nowhere", new AbortController().signal)).text;
  expect(await ask([])).toMatch(/the config names no store under `publish`$/);
  expect(await ask([{ what: "publish[0]", why: "when" }])).toMatch(/`when` leaves out every store/);
});

test("a place that does not answer is unknown, and unavailable", async () => {
  const live = await checkLive({ ...plan, publish: [place] }, "/nowhere", new AbortController().signal);
  expect(live).toMatchObject({ code: 2, problems: [{ code: "store.unreachable" }] });
  expect(live.text).toMatch(/^hub +token +unknown /m);
});
