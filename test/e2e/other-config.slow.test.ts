/** A config that is not `slipway.yaml`, named from another folder: every command that asks for a release finds it, its places and its keys. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { makeTap } from "../store/git/tap.ts";
import { toolConfig, toolFiles } from "../worlds/project.ts";
import { shell } from "../worlds/shell.ts";
import { slipway } from "../worlds/slipway.ts";

const { project, home, env } = shell();
const tap = makeTap();
afterAll(() => tap.remove());
execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", join(home, "key")]);

const { "slipway.yaml": _, ...files } = toolFiles();
const config = toolConfig.replace("publish: [site]", "publish: [site, { store: tap, only: checksums }]").replace(
  "stores:",
  `trust: { keys: { release: { ssh: env:TAP_KEY } } }
stores:
  tap: { git: "${tap.bare}", sign: release }`,
);
const folder = project({ ...files, "release.yaml": config });
const run = (...args: readonly string[]) =>
  slipway([...args, "-f", join("tool", "release.yaml"), "--quiet"], {
    cwd: dirname(folder),
    env: { ...env, TAP_KEY: readFileSync(join(home, "key"), "utf8") },
  });

test("it is made, published by its version, mirrored with a signed commit, asked for and taken back", async () => {
  const fine = { code: 0, stderr: "" };
  expect(await run("release", "--skip", "publish")).toMatchObject(fine);
  expect(await run("publish", "1.0.0", "--to", "site")).toMatchObject(fine);
  expect(await run("mirror", "site", "tap", "--set-version", "1.0.0")).toMatchObject(fine);
  expect(tap.git("cat-file", "commit", "main")).toMatch(/\ngpgsig -----BEGIN SSH SIGNATURE-----/);
  expect(await run("status", "1.0.0")).toMatchObject(fine);
  expect(await run("announce", "1.0.0")).toMatchObject(fine);
  expect(await run("yank", "1.0.0", "--why", "it is only a test")).toMatchObject(fine);
  expect(await run("status", "1.0.0")).toMatchObject({ code: 1 });
});
