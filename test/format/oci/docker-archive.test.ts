/** Archives of `docker save`, as skopeo and podman write them and as Docker did before version 25. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { expect, test } from "vitest";

import { writeImageConfig } from "../../../src/format/oci/config.ts";
import { readDockerArchive } from "../../../src/format/oci/docker-archive.ts";
import { writeDockerList } from "../../../src/format/oci/docker-list.ts";
import { readManifest } from "../../../src/format/oci/manifest.ts";
import { mediaTypes } from "../../../src/format/oci/media-types.ts";
import { readImageIndex } from "../../../src/format/oci/image-index.ts";
import { inMemory } from "../../../src/format/random-access.ts";
import { plain } from "../../../src/format/plain.ts";
import { tarSegments } from "../../../src/format/tar/write.ts";
import { needs } from "../../judges.ts";
import { collect, contentOf, run, scratch } from "../contents.ts";
import { archiveOf, digestOf, smallImage, tarOf } from "./images.ts";

const layer = tarOf({ "etc/motd": "hello" });

const configOf = (bytes: readonly Uint8Array[], architecture = "amd64"): Uint8Array =>
  writeImageConfig({ architecture, os: "linux", config: {}, diffIds: bytes.map(digestOf), history: [] });

needs("skopeo")("skopeo's is read: layers as they are, with the digests of the config", async ({ skopeo }) => {
  const folder = scratch();
  writeFileSync(join(folder, "oci.tar"), await archiveOf(await smallImage()));
  run(skopeo, ["copy", "-q", `oci-archive:${folder}/oci.tar`, `docker-archive:${folder}/docker.tar:example.com/a:1`]);
  const { top, source } = await readDockerArchive(inMemory(readFileSync(join(folder, "docker.tar"))));
  const manifest = await source("x").manifest("");
  if (manifest === undefined) throw new Error("no manifest");
  expect(manifest.digest).toBe(top.digest);
  const { layers, config } = readManifest(manifest);
  expect(layers).toHaveLength(1);
  for (const each of [config, ...layers]) expect(digestOf(await collect(source("x").blob(each)))).toBe(each.digest);
});

test("the old layout is read, where a layer that comes twice is a link", async () => {
  const bytes = await layer;
  const config = configOf([bytes, bytes]);
  const attributes = { mode: 0o644, mtime: 0 };
  const archive = await collect(
    plain(
      tarSegments(
        [
          { ...attributes, type: "directory", path: "aa/" },
          { ...attributes, type: "file", path: "aa/layer.tar", content: contentOf(bytes) },
          { ...attributes, type: "directory", path: "bb/" },
          { ...attributes, type: "symlink", path: "bb/layer.tar", target: "../aa/layer.tar" },
          { ...attributes, type: "file", path: "cc.json", content: contentOf(config) },
          {
            ...attributes,
            type: "file",
            path: "manifest.json",
            content: contentOf(
              writeDockerList([{ config: "cc.json", names: ["a:1"], layers: ["aa/layer.tar", "bb/layer.tar"] }]),
            ),
          },
        ],
        { dialect: "pax" },
      ),
    ),
  );
  const { source } = await readDockerArchive(inMemory(archive));
  const manifest = await source("x").manifest("");
  expect(manifest === undefined ? [] : readManifest(manifest).layers).toEqual(
    [bytes, bytes].map((each) => ({
      mediaType: mediaTypes.layer,
      digest: digestOf(bytes),
      size: each.length,
      artifactType: undefined,
      platform: undefined,
      annotations: undefined,
    })),
  );
});

test("layers that were saved compressed are known as such", async () => {
  const bytes = await layer;
  const packed = gzipSync(bytes);
  const list = writeDockerList([{ config: "c.json", names: [], layers: ["l"] }]);
  const archive = await tarOf({ "c.json": configOf([bytes]), l: packed, "manifest.json": list });
  const { source } = await readDockerArchive(inMemory(archive));
  const manifest = await source("x").manifest("");
  expect(manifest === undefined ? [] : readManifest(manifest).layers).toMatchObject([
    { mediaType: mediaTypes.gzipLayer, digest: digestOf(packed), size: packed.length },
  ]);
});

test("images of several platforms are an index, our own archives among them", async () => {
  const { top, source } = await readDockerArchive(inMemory(await archiveOf(await smallImage())));
  expect(top.mediaType).toBe(mediaTypes.index);
  const index = await source("x").manifest(top.digest);
  expect(index === undefined ? [] : readImageIndex(index).manifests).toMatchObject([
    { platform: { architecture: "amd64" } },
    { platform: { architecture: "arm64" } },
  ]);
});

test("an archive is refused that holds no image, two of one platform, or not what it names", async () => {
  const bytes = await layer;
  const image = (config: string, layers: readonly string[]) => ({ config, names: [], layers });
  const refusals = [
    [{}, [], "names no image"],
    [{ a: configOf([bytes]), l: bytes }, [image("a", ["l"]), image("a", ["l"])], "several images of one platform"],
    [{ a: configOf([bytes]) }, [image("a", ["l"])], "names l, which is not in the archive"],
    [{ a: configOf([]), l: bytes }, [image("a", ["l"])], "0 diff_ids for 1 layers"],
    [{}, [image("a", [])], "no a"],
  ] as const;
  for (const [files, images, says] of refusals) {
    const archive = await tarOf({ ...files, "manifest.json": writeDockerList(images) });
    await expect(readDockerArchive(inMemory(archive))).rejects.toThrow(says);
  }
});
