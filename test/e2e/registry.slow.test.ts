/** A release goes to a registry and a layout: made once, pushed once, and its password is nowhere. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { type FakeRegistry, startFakeRegistry } from "../servers/registry.ts";
import { shell } from "../worlds/shell.ts";
import { slipway } from "../worlds/slipway.ts";

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

const files = (more = ""): Record<string, string> => ({
  "slipway.yaml": `slipway: 1
project: { name: tool }
images:
  - name: ${registry.host}/acme/tool
    base: scratch
    platforms: [linux/amd64, linux/arm64]
    contents: [{ text: "hello", to: /hello }]
    tags: ["{{ version }}", { rolling: true }]
stores:
  registry: { registry: ${registry.host}, username: ada, password: env:REGISTRY_PASSWORD${more} }
  offline: { layout: public/oci }
`,
  ".gitignore": "dist\npublic\n",
});

const run = (cwd: string, args: readonly string[], secret = password) =>
  slipway(args, { cwd, env: { ...env, HOME: home, DOCKER_CONFIG: home, REGISTRY_PASSWORD: secret } });

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

test("a release that is stopped while it pushes has moved no tag, and goes on", async () => {
  const folder = project(files(", existing: replace"));
  registry.state.find("acme/tool")?.tags.clear();
  expect(await run(folder, ["release", "--skip", "publish"])).toMatchObject({ code: 0 });
  registry.state.find("acme/tool")?.blobs.clear();
  registry.state.find("acme/tool")?.manifests.clear();
  registry.faults.add({ on: /^PUT .*manifests\/sha256/, act: { status: 400 }, times: 2 });
  expect(await run(folder, ["publish"])).toMatchObject({ code: 1, stderr: expect.stringContaining("cannot push") });
  expect(registry.state.find("acme/tool")?.tags.size).toBe(0);
  expect(await run(folder, ["publish"])).toMatchObject({ code: 0 });
  expect(registry.state.find("acme/tool")?.tags.size).toBe(4);
});
