/** Options that would change nothing are refused, not passed over: whoever typed them meant something by them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

import { commands } from "../../src/cli/commands.ts";
import { announce } from "../../src/cli/commands/announce.ts";
import { build } from "../../src/cli/commands/build.ts";
import { check } from "../../src/cli/commands/check.ts";
import { mirror } from "../../src/cli/commands/mirror.ts";
import { publish } from "../../src/cli/commands/publish.ts";
import { release } from "../../src/cli/commands/release.ts";
import { status } from "../../src/cli/commands/status.ts";
import { watch } from "../../src/cli/commands/watch.ts";
import type { Options } from "../../src/cli/options.ts";

const here = mkdtempSync(join(tmpdir(), "slipway-needless-"));
afterAll(() => rmSync(here, { recursive: true }));
const plan = join(here, "plan.json");

test.each<[string, (options: Options) => Promise<number>, Options, string]>([
  ["check, without asking anybody", check, { timeout: "3s" }, "--timeout has no effect"],
  ["check of a plan", check, { plan, tag: "v1.0.0" }, "--tag has no effect"],
  ["release of a plan", release, { plan, skip: ["publish"] }, "--skip has no effect"],
  ["build of a plan", build, { plan, target: ["host"] }, "--target has no effect"],
  [
    "publish of a plan",
    (options) => publish(options, []),
    { plan, setVersion: "2.0.0" },
    "--set-version has no effect",
  ],
  [
    "publish, once it is made",
    (options) => publish(options, []),
    { skip: ["notes"] },
    '--skip: publishing leaves out nothing of "notes"',
  ],
  [
    "publish, which shows nothing",
    (options) => publish(options, []),
    { stage: true, drafts: true },
    "--drafts has no effect",
  ],
  ["publish of a version", (options) => publish(options, ["9.9.9"]), { snapshot: true }, "--snapshot has no effect"],
  ["status of a version", (options) => status(options, ["9.9.9"]), { tag: "v1.0.0" }, "--tag has no effect"],
  ["announce of a version", (options) => announce(options, ["9.9.9"]), { nightly: true }, "--nightly has no effect"],
  ["watch, once", (options) => watch(options, []), { once: true, every: "1h" }, "--every has no effect"],
  [
    "watch of an address",
    (options) => watch(options, ["https://example.invalid/"]),
    { once: true, release: "1.0.0" },
    "--release has no effect",
  ],
  [
    "mirror of an image",
    (options) => mirror(options, ["oci:x", "oci:y:1"]),
    { images: false },
    "--no-images has no effect",
  ],
  [
    "mirror of an address",
    (options) => mirror(options, ["https://example.invalid/", join(here, "copy")]),
    { setVersion: "1.0.0", images: true },
    "--set-version has no effect",
  ],
])("%s", async (_, run, options, said) => {
  await expect(run(options)).rejects.toMatchObject({ code: "usage", message: expect.stringContaining(said) });
});

describe("help", () => {
  const flagsOf = (name: string): readonly string[] =>
    commands.find((command) => command.name === name)?.flags?.map(([flag]) => flag.split(" ")[0] ?? "") ?? [];

  test.each(["publish", "status", "yank", "announce", "watch", "mirror"])(
    "of %s lists nothing that says how to make a release",
    (name) => {
      const flags = flagsOf(name);
      expect(flags).toContain("--timeout");
      for (const making of ["--target", "--notes", "--jobs", "--no-cache"]) expect(flags).not.toContain(making);
    },
  );
});
