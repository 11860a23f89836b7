/** Copying images: children first, nothing twice, from and to whatever holds them. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

import { copyImage } from "../../src/store/copy-image.ts";
import type { ImageTarget } from "../../src/store/image-target.ts";
import { layoutSource } from "../../src/store/layout/read.ts";
import { layoutTarget } from "../../src/store/layout/write.ts";
import { repositorySource, repositoryTarget } from "../../src/store/registry/repository-image.ts";
import { imageOpener } from "../../src/store/open-image.ts";
import { digestOf } from "../format/oci/images.ts";
import { referrerOf, sourceOf, testImage } from "./images.ts";
import { problemOf, repositoryOf, useRegistry } from "./registry/world.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-copy-image-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const registry = useRegistry();
const image = await testImage();
const other = await testImage({ version: "2.0.0" });
const signal = new AbortController().signal;
const open = imageOpener({ root: home, env: { HOME: home } });

/** Notes what is done, in order. */
function recording(): ImageTarget & { readonly done: string[] } {
  const done: string[] = [];
  return {
    done,
    where: "a record",
    registry: undefined,
    source: image.source,
    has: async () => false,
    putBlob: async ({ digest, open: read }) => {
      for await (const _ of read());
      done.push(digest);
      return "done";
    },
    putManifest: async ({ digest }) => void done.push(digest),
    look: async () => undefined,
    tag: async () => void done.push("tag"),
  };
}

test("what is referred to is there first, and each blob is sent once", async () => {
  const to = recording();
  const copied = await copyImage({ from: image.source, to, root: image.index });
  expect(to.done.at(-1)).toBe(image.index.digest);
  expect(new Set(to.done).size).toBe(to.done.length);
  expect(copied).toMatchObject({ manifests: 3, blobs: image.blobs.size, mounted: 0 });
  for (const { digest, bytes } of image.platforms)
    for (const [blob] of image.blobs)
      if (Buffer.from(bytes).includes(blob)) expect(to.done.indexOf(blob)).toBeLessThan(to.done.indexOf(digest));
});

test("what is there already is asked for and not sent: only HEAD requests, and the ping", async () => {
  const to = (path: string): ImageTarget => repositoryTarget(repositoryOf(registry().host, { path }));
  await copyImage({ from: image.source, to: to("acme/again"), root: image.index });
  registry().log.length = 0;
  const copied = await copyImage({ from: image.source, to: to("acme/again"), root: image.index });
  expect(copied).toEqual({ manifests: 0, blobs: 0, mounted: 0, bytes: 0 });
  expect(registry().log).toEqual(["GET /v2/", `HEAD /v2/acme/again/manifests/${image.index.digest}`]);
});

test("a copy that was ended in the middle is gone on with", async () => {
  const to = repositoryTarget(repositoryOf(registry().host, { path: "acme/ended" }));
  const controller = new AbortController();
  const from = {
    ...image.source,
    manifest: async (name: string) => {
      if (name === image.platforms[1].digest) controller.abort(new Error("ended"));
      return image.source.manifest(name);
    },
  };
  await expect(copyImage({ from, to, root: image.index, signal: controller.signal })).rejects.toThrow("ended");
  expect(await to.look(image.index.digest)).toBeUndefined();
  registry().log.length = 0;
  expect(await copyImage({ from: image.source, to, root: image.index })).toMatchObject({ manifests: 2, blobs: 2 });
});

test("an image whose source is not whole goes nowhere", async () => {
  const to = repositoryTarget(repositoryOf(registry().host, { path: "acme/broken" }));
  const without = sourceOf([image.index, image.platforms[0]], image.blobs);
  expect((await problemOf(copyImage({ from: without, to, root: image.index }))).message).toContain(
    `memory has no ${image.platforms[1].digest}, which its index lists`,
  );
  expect(await to.has(image.index.digest)).toBe(false);
});

test("from registry to registry, to a layout, and back, with what is said about it", async () => {
  const [here, there, back] = ["acme/one", "acme/two", "acme/three"].map((path) =>
    repositoryOf(registry().host, { path }),
  );
  if (here === undefined || there === undefined || back === undefined) throw new Error("three repositories");
  const note = referrerOf(image.platforms[0], "about amd64");
  await copyImage({ from: image.source, to: repositoryTarget(here), root: image.index });
  const noted = sourceOf([note.manifest], note.blobs);
  await copyImage({ from: noted, to: repositoryTarget(here), root: note.manifest });

  const root = image.index;
  const folder = join(home, "with-notes");
  const request = { root, referrers: true };
  expect(await copyImage({ ...request, from: repositorySource(here), to: repositoryTarget(there) })).toMatchObject({
    manifests: 4,
  });
  expect(await copyImage({ ...request, from: repositorySource(there), to: layoutTarget(folder) })).toMatchObject({
    manifests: 4,
  });
  expect(await copyImage({ ...request, from: layoutSource(folder), to: repositoryTarget(back) })).toMatchObject({
    manifests: 4,
  });
  expect(await copyImage({ ...request, from: layoutSource(folder), to: repositoryTarget(back) })).toMatchObject({
    manifests: 0,
  });
  const found = await repositorySource(back).referrers?.(image.platforms[0].digest);
  expect(found?.map(({ digest }) => digest)).toEqual([note.manifest.digest]);
});

describe("an image layout", () => {
  const tagged = async (folder: string, tag: string, which = image): Promise<void> => {
    const target = layoutTarget(folder);
    await copyImage({ from: which.source, to: target, root: which.index });
    await target.tag(tag, which.index);
  };

  test("holds several images, and nothing else changes when one is added or moved", async () => {
    const folder = join(home, "several");
    await tagged(folder, "1");
    await tagged(folder, "2", other);
    await tagged(folder, "latest");
    await tagged(folder, "latest", other);
    const source = layoutSource(folder);
    expect((await source.manifest("1"))?.digest).toBe(image.index.digest);
    expect((await source.manifest("2"))?.digest).toBe(other.index.digest);
    expect((await source.manifest("latest"))?.digest).toBe(other.index.digest);
    expect(await source.manifest("3")).toBeUndefined();
    expect(readdirSync(folder).toSorted()).toEqual(["blobs", "index.json", "oci-layout"]);
    expect(await problemOf(source.manifest(""))).toMatchObject({ code: "plan.invalid" });
  });

  test("is the same bytes in whatever order images came", async () => {
    const [one, two] = [join(home, "order-1"), join(home, "order-2")];
    await tagged(one, "1");
    await tagged(one, "2", other);
    await tagged(two, "2", other);
    await tagged(two, "1");
    expect(readFileSync(join(one, "index.json"))).toEqual(readFileSync(join(two, "index.json")));
  });

  test("whose blob is damaged is written again, and is noticed by who reads it", async () => {
    const folder = join(home, "damaged");
    await tagged(folder, "1");
    const path = join(folder, "blobs", "sha256", image.index.digest.slice("sha256:".length));
    writeFileSync(path, "{}");
    expect(await problemOf(layoutSource(folder).manifest("1"))).toMatchObject({ code: "verify.mismatch" });
    await tagged(folder, "1");
    expect((await layoutSource(folder).manifest("1"))?.digest).toBe(image.index.digest);
  });

  test("is gone on with where whoever began it was stopped before it named anything", async () => {
    const folder = join(home, "begun");
    await tagged(folder, "1");
    rmSync(join(folder, "index.json"));
    expect(await layoutTarget(folder).look("1")).toBeUndefined();
    await tagged(folder, "1");
    expect(await layoutTarget(folder).look("1")).toBe(image.index.digest);
  });

  test("is not written into a folder of other things", async () => {
    writeFileSync(join(home, "index.json"), "{}");
    const target = layoutTarget(home);
    const problem = await problemOf(copyImage({ from: image.source, to: target, root: image.index }));
    expect(problem).toMatchObject({ code: "format.invalid", message: expect.stringContaining("no image layout") });
    expect(existsSync(join(home, "blobs"))).toBe(false);
    rmSync(join(home, "index.json"));
  });
});

describe("an image is opened by its reference", () => {
  test("in a registry, by tag, by digest, and as latest", async () => {
    const target = repositoryTarget(repositoryOf(registry().host, { path: "acme/opened" }));
    await copyImage({ from: image.source, to: target, root: image.index });
    await target.tag("1", image.index);
    await target.tag("latest", image.index);
    for (const suffix of [":1", "", `@${image.index.digest}`, `:1@${image.index.digest}`]) {
      const opened = await open(`${registry().host}/acme/opened${suffix}`, signal);
      expect(opened.repository).toBe(`${registry().host}/acme/opened`);
      expect((await opened.source.manifest(opened.name))?.digest).toBe(image.index.digest);
    }
    expect(registry().log.filter((line) => line === "GET /v2/").length).toBe(2);
  });

  test("in a layout and in archives", async () => {
    const target = layoutTarget(join(home, "layout"));
    await copyImage({ from: image.source, to: target, root: image.index });
    await target.tag("1", image.index);
    await image.artifact(join(home, "image.tar"), []);
    for (const reference of [
      "oci:layout",
      "oci:layout:1",
      `oci:layout@${image.index.digest}`,
      "oci-archive:image.tar",
    ]) {
      const { source, name, repository } = await open(reference, signal);
      expect(repository).toBeUndefined();
      expect((await source.manifest(name))?.digest).toBe(image.index.digest);
      const layer = { digest: image.shared, size: image.blobs.get(image.shared)?.size ?? 0 };
      const chunks: Buffer[] = [];
      for await (const chunk of source.blob(layer)) chunks.push(Buffer.from(chunk));
      expect(digestOf(Buffer.concat(chunks))).toBe(image.shared);
    }
    const docker = await open("docker-archive:image.tar", signal);
    expect((await docker.source.manifest(docker.name))?.mediaType).toContain("index");
  });

  test.each(["oci:", "oci:a:", "Acme/Tool", "ghcr.io/acme/tool:", "oci-archive:"])(
    "and not as %s",
    async (reference) => {
      expect(await problemOf(open(reference, signal))).toMatchObject({ code: "plan.invalid" });
    },
  );

  test("and is not opened where there is none", async () => {
    expect(await problemOf(open("oci-archive:none.tar", signal))).toMatchObject({ code: "file.missing" });
    const { source, name } = await open("oci:none:1", signal);
    expect(await source.manifest(name)).toBeUndefined();
  });
});
