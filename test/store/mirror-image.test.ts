/** Mirroring one image: between every two places, under the tag that was meant, and nothing half done. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { mirrorImage, type Mirrored } from "../../src/store/mirror-image.ts";
import { readImageArchive } from "../../src/format/oci/archive.ts";
import { inMemory } from "../../src/format/random-access.ts";
import { testImage } from "./images.ts";
import { problemOf, useRegistry } from "./registry/world.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-mirror-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const registry = useRegistry({ referrers: true });
const image = await testImage();
const { digest } = image.index;
beforeAll(() => image.artifact(join(home, "image.tar"), []));

const mirror = (from: string, to: string, { referrers = false } = {}): Promise<Mirrored> =>
  mirrorImage({
    from,
    to,
    referrers,
    insecure: false,
    root: home,
    env: { HOME: home },
    signal: new AbortController().signal,
  });
const at = (name: string): string => `${registry().host}/acme/${name}`;
const tagOf = (repository: string, tag: string): string | undefined =>
  registry().state.find(`acme/${repository}`)?.tags.get(tag);

test("from an archive to a registry, a layout, an archive, and back: one digest, and nothing twice", async () => {
  expect(await mirror("oci-archive:image.tar", at("tool:1.0.0"))).toMatchObject({
    digest,
    outcome: "done",
    manifests: 3,
  });
  expect(await mirror("oci-archive:image.tar", at("tool:1.0.0"))).toMatchObject({ outcome: "already", bytes: 0 });
  expect(await mirror(at("tool:1.0.0"), "oci:layout:kept")).toMatchObject({ digest, outcome: "done" });
  expect(await mirror(at("tool:1.0.0"), "oci:layout:kept")).toMatchObject({ digest, outcome: "already" });
  expect(await mirror("oci:layout:kept", at("copy:2"))).toMatchObject({ digest, tag: "2" });
  expect(await mirror(at("tool:1.0.0"), "oci-archive:out/one.tar")).toMatchObject({ digest });
  expect(await mirror(at("tool:1.0.0"), "oci-archive:out/two.tar")).toMatchObject({ digest });
  const [one, two] = ["one", "two"].map((name) => readFileSync(join(home, "out", `${name}.tar`)));
  expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);
  expect((await readImageArchive(inMemory(one ?? Buffer.alloc(0)))).top).toMatchObject({ digest });
  expect(readdirSync(join(home, "out")).toSorted()).toEqual(["one.tar", "two.tar"]);
  expect(await mirror("oci-archive:out/one.tar", at("tool:1.0.0"))).toMatchObject({ outcome: "already" });
});

test("one platform alone by its digest, which moves no tag where none is written", async () => {
  await mirror("oci-archive:image.tar", at("tool:1.0.0"));
  const [amd64] = image.platforms;
  expect(await mirror(at(`tool@${amd64.digest}`), at("amd64"))).toMatchObject({ digest: amd64.digest, tag: undefined });
  expect([...(registry().state.find("acme/amd64")?.tags ?? [])]).toEqual([]);
  expect(await mirror(at(`tool@${amd64.digest}`), "oci-archive:amd64.tar")).toMatchObject({ manifests: 1 });
});

test("within a registry blobs are mounted, and the tag goes along where none is written", async () => {
  await mirror("oci-archive:image.tar", at("tool:1.0.0"));
  expect(await mirror(at("tool:1.0.0"), at("mounted"))).toMatchObject({
    blobs: 0,
    mounted: image.blobs.size,
    tag: "1.0.0",
  });
  expect(tagOf("mounted", "1.0.0")).toBe(digest);
});

test("a tag that stands for another image is moved: that is what was asked for", async () => {
  const later = await testImage({ version: "2.0.0" });
  await later.artifact(join(home, "later.tar"), []);
  await mirror("oci-archive:later.tar", at("moved:1.0.0"));
  expect(await mirror("oci-archive:image.tar", at("moved:1.0.0"))).toMatchObject({ outcome: "done" });
  expect(tagOf("moved", "1.0.0")).toBe(digest);
});

test.each([
  ["no such image", "HOST/acme/none:1", "oci:x:1", "store.failed", "there is no such image"],
  ["no such file", "oci-archive:none.tar", "oci:x:1", "file.missing", "no such file"],
  ["no tag for a layout", "oci-archive:image.tar", "oci:x", "usage", "what the image is to be called"],
  [
    "a digest as a target",
    "oci-archive:image.tar",
    `oci:x@sha256:${"0".repeat(64)}`,
    "usage",
    "nothing can be copied to",
  ],
  ["docker's archive as a target", "oci-archive:image.tar", "docker-archive:x", "usage", "nothing can be copied to"],
  ["no name of an image", "oci-archive:image.tar", "Acme/Tool", "plan.invalid", "is not the name of an image"],
])("%s is said, and nothing is written", async (_, from, to, code, said) => {
  expect(await problemOf(mirror(from.replace("HOST", registry().host), to))).toMatchObject({
    code,
    message: expect.stringContaining(said),
  });
  expect(existsSync(join(home, "x"))).toBe(false);
});

test("what refers to an image has no place in an archive", async () => {
  const asked = mirror("oci-archive:image.tar", "oci-archive:x", { referrers: true });
  expect(await problemOf(asked)).toMatchObject({ code: "usage", message: expect.stringContaining("holds one image") });
});

test("a source that breaks in the middle leaves no archive, and no half of one", async () => {
  await mirror("oci-archive:image.tar", at("broken:1"));
  registry().faults.add({ on: /^GET .*blobs/, act: { garble: true }, times: 1 });
  expect(await problemOf(mirror(at("broken:1"), "oci-archive:broken/x.tar"))).toMatchObject({
    code: "verify.mismatch",
  });
  expect(readdirSync(join(home, "broken"))).toEqual([]);
});
