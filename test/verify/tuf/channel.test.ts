/** A release.json is looked up in metadata: where it is listed, whether something newer is, and what a damaged clock decides. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

import { listedStatement } from "../../../src/verify/tuf/channel.ts";
import { established, released, releaseStatement, rolesFor, rootOf, tufKey, tufTime } from "../../worlds/tuf.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-channel-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const [alice, ci] = [tufKey("alice"), tufKey("ci")];
const everybody = [alice, ci];
const [one, two, beta] = [
  releaseStatement("1.0.0", 1),
  releaseStatement("2.0.0", 2),
  releaseStatement("3.0.0-rc.1", 3, "beta"),
];
const first = await released(
  await established(rolesFor({ root: [alice], targets: [alice], online: [ci] }), everybody),
  one,
  everybody,
);
const { files } = await released(await released(first, two, everybody), beta, everybody);
const trustedRoot = rootOf(first);

function request(state = mkdtempSync(join(home, "s-"))) {
  return { trustedRoot, state, now: tufTime, fetch: async (name: string) => files.get(name) };
}

describe("a release.json", () => {
  test("that is its channel's newest is listed there too, also where other channels are further", async () => {
    expect(await listedStatement(request(), two)).toEqual({
      paths: ["2.0.0/release.json", "stable/release.json"],
      newer: undefined,
    });
    expect(await listedStatement(request(), beta)).toMatchObject({ newer: undefined });
  });

  test("that is old is listed by its version alone, and what is newer is named", async () => {
    expect(await listedStatement(request(), one)).toEqual({
      paths: ["1.0.0/release.json"],
      newer: { path: "stable/release.json", version: "2.0.0" },
    });
  });

  test("that is none of them is refused", async () => {
    await expect(listedStatement(request(), releaseStatement("1.0.0", 9))).rejects.toMatchObject({
      code: "verify.mismatch",
    });
  });
});

test.each(["Infinity", "1e300", "-1", "", "99999999999999"])(
  "a clock that was damaged to %j decides nothing",
  async (seen) => {
    const asked = request();
    const folder = join(asked.state, createHash("sha256").update(trustedRoot).digest("hex"), "clock");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "seen.json"), seen);
    await expect(listedStatement(asked, two)).rejects.toMatchObject({ code: "verify.unavailable" });
  },
);
