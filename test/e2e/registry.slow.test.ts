/** A release goes to a registry and a layout: made once, pushed once, and its password is nowhere. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import { type FakeRegistry, startFakeRegistry } from "../servers/registry.ts";
import { shell } from "../worlds/shell.ts";
import { slipway, startSlipway, type Where } from "../worlds/slipway.ts";

const { project, home, env } = shell();
const password = "a-very-good-secret";
let registry: FakeRegistry;
beforeAll(async () => {
  registry = await startFakeRegistry({ auth: { kind: "token", password } });
});
afterAll(() => registry.stop());
afterEach(() => {
  registry.log.length = 0;
});

const files = (): Record<string, string> => ({
  "slipway.yaml": `slipway: 1
project: { name: tool }
images:
  - name: ${registry.host}/acme/tool
    base: scratch
    platforms: [linux/amd64, linux/arm64]
    contents: [{ text: "hello", to: /hello }]
    tags: ["{{ version }}", { rolling: true }]
stores:
  registry: { registry: ${registry.host}, username: ada, password: env:REGISTRY_PASSWORD }
  offline: { layout: public/oci }
`,
  ".gitignore": "dist\npublic\n",
});

const whereOf = (cwd: string, secret = password): Where => ({
  cwd,
  env: { ...env, HOME: home, DOCKER_CONFIG: home, REGISTRY_PASSWORD: secret },
});
const run = (cwd: string, args: readonly string[], secret = password) => slipway(args, whereOf(cwd, secret));

test("an image is pushed, and once more is asked for and not sent", async () => {
  const folder = project(files());
  const released = await run(folder, ["release"]);
  expect(released).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`published to registry ${registry.host}`),
  });
  const tags = registry.state.find("acme/tool")?.tags;
  expect([...(tags?.keys() ?? [])].toSorted()).toEqual(["1", "1.0", "1.0.0", "latest"]);
  expect(new Set(tags?.values()).size).toBe(1);
  const layout = JSON.parse(readFileSync(join(folder, "public", "oci", "index.json"), "utf8")) as {
    manifests: { digest: string }[];
  };
  expect(new Set(layout.manifests.map(({ digest }) => digest))).toEqual(new Set(tags?.values()));

  registry.log.length = 0;
  expect(await run(folder, ["publish"])).toMatchObject({
    code: 0,
    stdout: `already in registry ${registry.host}\nalready in layout public/oci\n`,
  });
  const others = registry.log.filter((line) => !line.startsWith("HEAD "));
  expect(others.map((line) => line.replace(/\?.*/, ""))).toEqual(["GET /v2/", "GET /token"]);

  const dist = join(folder, "dist");
  const kept = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const texts = kept.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "latin1"));
  expect(kept.length).toBeGreaterThan(5);
  expect([released.stdout, released.stderr, ...texts].filter((text) => text.includes(password))).toEqual([]);
});

test("a password that is not there, or no good any more, stops the release before anything is made", async () => {
  const folder = project(files());
  const missing = await run(folder, ["release"], "");
  expect(missing).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /^slipway\.yaml:\d+:\d+: error the environment variable REGISTRY_PASSWORD is not set \[key\.missing\]/m,
    ),
  });
  const dead = await run(folder, ["release"], "expired-password");
  expect(dead).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/gives no token[^]*\[store\.denied\][^]*env:REGISTRY_PASSWORD, for the user ada/),
  });
  expect(dead.stderr).not.toContain("expired-password");
  expect(readdirSync(folder)).not.toContain("dist");
});

test("a password that is written out, or alone, is refused where it stands", async () => {
  const written = files()["slipway.yaml"]?.replace("env:REGISTRY_PASSWORD", "hunter2-hunter2") ?? "";
  expect(await run(project({ ...files(), "slipway.yaml": written }), ["check"])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^slipway\.yaml:\d+:\d+: error/m),
  });
  const alone = files()["slipway.yaml"]?.replace("username: ada, ", "") ?? "";
  expect(await run(project({ ...files(), "slipway.yaml": alone }), ["check"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("expected: `username` and `password` together, or neither"),
  });
});

describe("a release that was made", () => {
  let folder = "";
  beforeAll(async () => {
    folder = project(files());
    expect(await run(folder, ["release", "--skip", "publish"])).toMatchObject({ code: 0 });
  });
  beforeEach(() => {
    const { tags, manifests, blobs } = registry.state.repository("acme/tool");
    for (const kept of [tags, manifests, blobs]) kept.clear();
  });
  const tags = (): readonly string[] => [...registry.state.repository("acme/tool").tags.keys()].toSorted();
  const all = ["1", "1.0", "1.0.0", "latest"];

  test.each([
    ["a blob is on its way", /^PUT .*blobs\/uploads/, "SIGKILL", null],
    ["a manifest is on its way", /^PUT .*manifests\/sha256/, "SIGKILL", null],
    ["a tag moves", /^PUT .*manifests\/1\.0/, "SIGKILL", null],
    ["a blob is on its way, by Ctrl-C", /^PUT .*blobs\/uploads/, "SIGINT", 130],
  ] as const)("goes on to the registry after it was ended while %s", async (_, on, signal, code) => {
    registry.faults.add({ on, act: { silent: true } });
    const started = startSlipway(["publish"], whereOf(folder));
    await vi.waitFor(() => expect(registry.faults.left()).toBe(0), { timeout: 30_000, interval: 20 });
    started.killGroup(signal);
    expect(await started.ended).toMatchObject({ code });
    expect(tags().length).toBeLessThan(all.length);
    const again = await run(folder, ["publish"]);
    expect(again).toEqual({ code: 0, stdout: expect.any(String), stderr: expect.any(String) });
    expect(tags()).toEqual(all);
  });

  test("has no tag there after a push that failed, and all of them after the next", async () => {
    registry.faults.add({ on: /^PUT .*manifests\/sha256/, act: { status: 400 }, times: 2 });
    expect(await run(folder, ["publish"])).toMatchObject({ code: 1, stderr: expect.stringContaining("cannot push") });
    expect(tags()).toEqual([]);
    expect(await run(folder, ["publish"])).toMatchObject({ code: 0 });
    expect(tags()).toEqual(all);
  });
});
