/** `slipway sbom` is about one file: what else it is given is refused in words. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { sbom } from "../../../src/cli/commands/sbom.ts";
import { problemsOf } from "../../../src/model/problem.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-sbom-command-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

test.each([
  ["a folder", home, "usage"],
  ["a device", "/dev/null", "usage"],
  ["what is not there", join(home, "nothing"), "file.missing"],
])("%s is no program and no lock file", async (_, path, code) => {
  const thrown = await sbom({}, [path]).catch((error: unknown) => error);
  expect(problemsOf(thrown)?.map((problem) => problem.code)).toEqual([code]);
});
