/** `slipway mirror`: an image goes from where it lies to where it should lie, whole or not at all, and says what it did. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type FakeRegistry, startFakeRegistry } from "../servers/registry.ts";
import { testImage } from "../store/images.ts";
import { shell } from "../worlds/shell.ts";
import { slipway } from "../worlds/slipway.ts";

const { home, env } = shell();
const image = await testImage();
let registry: FakeRegistry;
beforeAll(async () => {
  registry = await startFakeRegistry({ auth: { kind: "token" }, referrers: true });
  await image.artifact(join(home, "image.tar"), []);
  mkdirSync(join(home, ".docker"));
  const auths = { [registry.host]: { auth: Buffer.from("ada:secret").toString("base64") } };
  writeFileSync(join(home, ".docker", "config.json"), JSON.stringify({ auths }));
});
afterAll(() => registry.stop());

const mirror = (...args: readonly string[]) =>
  slipway(["mirror", ...args], { cwd: home, env: { ...env, HOME: home, DOCKER_CONFIG: join(home, ".docker") } });

test("from an archive into a registry, from there into a layout, and back: one digest", async () => {
  const there = `${registry.host}/acme/tool:1.0.0`;
  const first = await mirror("oci-archive:image.tar", there);
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(first.stdout).toBe(
    `mirrored to ${there}: ${image.index.digest}\n3 manifests and ${image.blobs.size} blobs sent (${/\((.*)\)/.exec(first.stdout)?.[1]})\n`,
  );
  expect(await mirror("oci-archive:image.tar", there)).toMatchObject({
    code: 0,
    stdout: `already in ${there}: ${image.index.digest}\n`,
  });

  expect(await mirror(there, "oci:layout:kept")).toMatchObject({ code: 0 });
  const { stdout } = await mirror("oci:layout:kept", `${registry.host}/acme/copy:2`, "--json");
  expect(JSON.parse(stdout)).toEqual({
    from: "oci:layout:kept",
    to: `${registry.host}/acme/copy:2`,
    digest: image.index.digest,
    tag: "2",
    outcome: "done",
    manifests: 3,
    blobs: image.blobs.size,
    mounted: 0,
    bytes: expect.any(Number) as number,
  });
});

describe("it says what is wrong, and leaves nothing half done", () => {
  test.each([
    ["nobody there", "127.0.0.1:9/acme/tool:1", 2, /127\.0\.0\.1:9 cannot be reached: nothing listens there/],
    ["no tag for a layout", "oci:x", 64, /what the image is to be called/],
  ] as const)("%s", async (_, to, code, said) => {
    const ran = await mirror("oci-archive:image.tar", to);
    expect(ran).toMatchObject({ code, stderr: expect.stringMatching(said) });
    expect(ran.stderr).not.toMatch(/ at .*\.ts:|defect/);
  });

  test("a login that is refused is said with where it came from, and without it", async () => {
    const auths = { [registry.host]: { auth: Buffer.from("ada:guess").toString("base64") } };
    const ran = await slipway(["mirror", "oci-archive:image.tar", `${registry.host}/acme/tool:9`], {
      cwd: home,
      env: { ...env, HOME: home, DOCKER_CONFIG: home, DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) },
    });
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringMatching(/\[store\.denied\][^]*DOCKER_AUTH_CONFIG/) });
    expect(ran.stderr).not.toContain("guess");
  });
});
