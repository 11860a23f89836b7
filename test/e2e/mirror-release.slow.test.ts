/** A release with images is mirrored: from where it is public to folders, registries, layouts and buckets, and whole. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { needs } from "../judges.ts";
import { type FakeRegistry, startFakeRegistry } from "../servers/registry.ts";
import { type Site, startSite } from "../servers/site.ts";
import { objectUser, startObjectServer } from "../worlds/object-server.ts";
import { toolFiles } from "../worlds/project.ts";
import { withRegistry } from "../worlds/registry.ts";
import { digestsIn, shell } from "../worlds/shell.ts";
import { slipway } from "../worlds/slipway.ts";

const { project, fresh, home, env: cached } = shell();
const env = {
  ...cached,
  HOME: home,
  AWS_ACCESS_KEY_ID: objectUser.accessKey,
  AWS_SECRET_ACCESS_KEY: objectUser.secretKey,
};
let origin: FakeRegistry;
let lan: FakeRegistry;
let site: Site;
let folder: string;
beforeAll(async () => {
  [origin, lan] = [await startFakeRegistry(), await startFakeRegistry()];
  folder = project(
    toolFiles({
      "slipway.yaml": `slipway: 1
project: { name: tool }
builds:
  - name: tool
    command: sh build.sh {{ target }} out/{{ target }}/tool
    outputs: out/{{ target }}/tool
    inputs: build.sh
    for: [linux/amd64, linux/arm64]
archives: [{ name: "tool_{{ os }}_{{ arch }}" }]
images:
  - name: ${origin.host}/acme/tool
    base: scratch
    platforms: "linux/{amd64,arm64}"
    contents: [{ from: "build:tool", to: /usr/bin/tool }]
    tags: ["{{ version }}", "{{ version }}-{{ arch }}", { rolling: true }]
stores:
  hub: { registry: "${origin.host}" }
  site: { folder: "public/{{ version }}" }
  part: { folder: out/part }
publish: [hub, { store: site, except: [images] }, { store: part, except: [archives] }]
`,
    }),
  );
  expect(await run("release")).toMatchObject({ code: 0 });
  site = await startSite(join(folder, "public", "1.0.0"));
});
afterAll(async () => {
  await site?.stop();
  await Promise.all([origin.stop(), lan.stop()]);
});
const run = (...args: readonly string[]) => slipway(args, { cwd: folder, env });
const mirror = (...args: readonly string[]) => run("mirror", ...args);

test("into a folder and a registry at once: the folder is what was made, and the registry has every tag", async () => {
  const to = fresh();
  const mirrored = await mirror(site.url, to, `${lan.host}/mirror`);
  expect(mirrored).toMatchObject({
    code: 0,
    stderr: "",
    stdout: `published to folder ${to}, 7 files\npublished to registry ${lan.host}/mirror, 3 tags\n`,
  });
  expect(digestsIn(to)).toEqual(digestsIn(join(folder, "dist", "1.0.0")));
  const [theirs, ours] = [origin.state.find("acme/tool"), lan.state.find("mirror/acme/tool")];
  expect(ours?.tags.size).toBe(6);
  expect(Object.fromEntries(ours?.tags ?? [])).toEqual(Object.fromEntries(theirs?.tags ?? []));
  expect(await mirror(to, `docker://${lan.host}/mirror`)).toMatchObject({
    code: 0,
    stdout: `already in registry ${lan.host}/mirror\n`,
  });
});

test("images stay where they are where nobody takes them, or nobody is to; that is said", async () => {
  const [without, asked] = [fresh(), origin.log.length];
  const { code, stdout } = await mirror(site.url, without, "--no-images", "--json");
  expect({ code, data: JSON.parse(stdout) as object }).toMatchObject({
    code: 0,
    data: { to: [without], left: ["tool_1.0.0_image.tar"], places: [{ outcome: "done" }] },
  });
  expect(existsSync(join(without, "tool_1.0.0_image.tar"))).toBe(false);
  expect(await mirror(site.url, "site")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^already in .*\nleft where it is: tool_1\.0\.0_image\.tar.* as one more TO takes it/,
    ),
  });
  expect(origin.log.length).toBe(asked);
});

test("an image that is not what the release lists goes nowhere, and neither does the rest", async () => {
  const held = origin.state.find("acme/tool");
  const [[digest, blob] = ["", Buffer.alloc(0)]] = [...(held?.blobs ?? [])];
  held?.blobs.set(digest, Buffer.alloc(blob.length, "x"));
  try {
    const to = fresh();
    const { code, stderr } = await mirror(site.url, to, "oci:out/none");
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("Nothing was sent") });
    expect(stderr).toContain("--no-images");
    expect([existsSync(to), existsSync(join(folder, "out", "none"))]).toEqual([false, false]);
  } finally {
    held?.blobs.set(digest, blob);
  }
});

describe("it says what was meant, and asks nobody", () => {
  test.each([
    [["sitte", "./x"], 64, /sitte is no store[^]*\(hub, site, part\)[^]*did you mean "site"\?/],
    [["dist/9.9.9", "./x"], 1, /dist\/9\.9\.9 holds no release/],
    [["site", "prat"], 64, /prat is no store that the config publishes to[^]*did you mean "part"\?/],
    [
      ["part", "./x"],
      64,
      /slipway\.yaml:\d+:\d+: error part does not have all of the release[^]*one of: site, the folder/,
    ],
    [["site", "oci:x:1.0.0"], 64, /no layout for the images of a release/],
    [["oci:x", "oci:a:1", "oci:b:1"], 64, /one place at a time/],
  ] as const)("%j", async (args, code, said) => {
    expect(await mirror(...args)).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(said) });
    expect(existsSync(join(folder, "x"))).toBe(false);
  });
});

needs(
  "distribution",
  "crane",
  "skopeo",
  "minio",
)(
  "judged: a real registry, an image layout and a bucket have what was released",
  async ({ crane, skopeo }) => {
    const [bucket] = [await startObjectServer("minio", ["releases"])];
    try {
      await withRegistry("distribution", async ({ host }) => {
        const elsewhere = fresh();
        mkdirSync(elsewhere);
        writeFileSync(
          join(elsewhere, "slipway.yaml"),
          `slipway: 1
project: { name: tool }
stores:
  bucket: { s3: releases, endpoint: "${bucket.url}", path: "tool/{{ version }}" }
publish: [bucket]
`,
        );
        execFileSync("git", ["clone", "-q", "--bare", folder, join(elsewhere, ".git")]);
        execFileSync("git", ["config", "core.bare", "false"], { cwd: elsewhere });
        const ran = await slipway(["mirror", site.url, "bucket", host, "oci:images"], { cwd: elsewhere, env });
        expect(ran).toMatchObject({ code: 0, stderr: "" });
        expect(digestsIn(join(elsewhere, "images"))).not.toEqual({});
        const image = `${host}/acme/tool:1.0.0`;
        execFileSync(crane, ["validate", "--remote", image], { stdio: "pipe" });
        const digest = origin.state.find("acme/tool")?.tags.get("1.0.0");
        expect(execFileSync(crane, ["digest", image]).toString().trim()).toBe(digest);
        const inspected = execFileSync(skopeo, ["inspect", "--raw", `oci:${elsewhere}/images:1.0.0`]);
        expect(inspected).toEqual(
          execFileSync(skopeo, ["inspect", "--raw", "--tls-verify=false", `docker://${image}`]),
        );
        const kept = existsSync(join(bucket.kept("releases"), "tool", "1.0.0", "release.json"));
        expect(kept).toBe(true);
        const again = fresh();
        expect(
          await slipway(["mirror", "bucket", again, "--set-version", "1.0.0"], { cwd: elsewhere, env }),
        ).toMatchObject({
          code: 0,
        });
        expect(digestsIn(again)).toEqual(digestsIn(join(folder, "dist", "1.0.0")));
        expect(readFileSync(join(again, "release.json")).length).toBeGreaterThan(0);
      });
    } finally {
      await bucket.stop();
    }
  },
  60_000,
);

test("what was taken back is neither mirrored nor announced; tags are watched as such", async () => {
  expect(await run("watch", "hub", "--once")).toMatchObject({ code: 0, stdout: "same    hub: 3 tags\n" });
  expect(await run("yank", "1.0.0", "--to", "site", "--why", "it eats disks")).toMatchObject({ code: 0 });
  const to = fresh();
  const mirrored = await mirror("site", to);
  expect(mirrored).toMatchObject({ code: 1, stderr: expect.stringContaining("taken back from folder") });
  expect(mirrored.stderr).toContain("it eats disks");
  expect(existsSync(to)).toBe(false);
  const copies = [join(folder, "public", "1.0.0"), join(folder, "dist", "1.0.0")];
  for (const copy of copies) {
    const again = await mirror(copy, to);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("it eats disks") });
  }
  const announced = await run("announce", "1.0.0");
  expect(announced).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("was taken back from site: it eats disks"),
  });
});

test("what keeps HEAD from being released is said where a snapshot is checked instead", async () => {
  writeFileSync(join(folder, "stray"), "");
  const { stdout } = await run("check");
  expect(stdout).toContain("checked as a snapshot: the working tree differs from the commit\n");
});
