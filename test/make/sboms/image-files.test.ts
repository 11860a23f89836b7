/** The lists of packages in an image's layers: what later layers change and take away. */
import { gzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { mediaTypes } from "../../../src/format/oci/media-types.ts";
import { applyLayer, layerFiles } from "../../../src/make/sboms/image-files.ts";
import type { Descriptor, ImageSource } from "../../../src/model/image.ts";
import { digestOf, tarOf } from "../../format/oci/images.ts";

type Layer = Readonly<Record<string, string>>;

async function read(files: Layer, mediaType: string = mediaTypes.layer) {
  const tar = await tarOf(files);
  const bytes = mediaType === mediaTypes.gzipLayer ? gzipSync(tar) : tar;
  const layer: Descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  const source: ImageSource = {
    where: "test",
    manifest: () => Promise.resolve(undefined),
    blob: async function* () {
      yield bytes;
    },
  };
  return layerFiles(layer, source);
}

async function together(...layers: readonly Layer[]): Promise<Layer> {
  const files = new Map<string, Uint8Array>();
  for (const layer of layers) applyLayer(files, await read(layer));
  return Object.fromEntries([...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString()]));
}

describe("the lists of packages in an image", () => {
  it("are found by their paths, however these are written, and nothing else is kept", async () => {
    const files = {
      "./var/lib/dpkg/status": "a",
      "var/lib/dpkg/status.d/tzdata": "b",
      "var/lib/dpkg/status.d/tzdata.md5sums": "sums",
      "var/lib/dpkg/status-old": "old",
      "lib/apk/db/installed": "c",
      "usr/share/doc/tzdata/copyright": "d",
      "usr/share/doc/tzdata/changelog.gz": "log",
      "etc/os-release": "e",
      "var/lib/rpm/rpmdb.sqlite": "database",
      "bin/sh": "shell",
    };
    expect(await together(files)).toEqual({
      "var/lib/dpkg/status": "a",
      "var/lib/dpkg/status.d/tzdata": "b",
      "lib/apk/db/installed": "c",
      "usr/share/doc/tzdata/copyright": "d",
      "etc/os-release": "e",
      "var/lib/rpm/rpmdb.sqlite": "",
    });
  });

  it("are those of the highest layer that has them", async () => {
    expect(await together({ "etc/os-release": "1" }, { "bin/x": "" }, { "etc/os-release": "2" })).toEqual({
      "etc/os-release": "2",
    });
  });

  it("are gone where a later layer takes them, their folder, or everything below away", async () => {
    const base = { "var/lib/dpkg/status.d/a": "a", "var/lib/dpkg/status.d/b": "b", "etc/os-release": "1" };
    expect(Object.keys(await together(base, { "var/lib/dpkg/status.d/.wh.a": "" }))).toEqual([
      "var/lib/dpkg/status.d/b",
      "etc/os-release",
    ]);
    expect(Object.keys(await together(base, { "var/lib/.wh.dpkg": "" }))).toEqual(["etc/os-release"]);
    const opaque = { "var/lib/dpkg/status.d/.wh..wh..opq": "", "var/lib/dpkg/status.d/c": "c" };
    expect(Object.keys(await together(base, opaque))).toEqual(["etc/os-release", "var/lib/dpkg/status.d/c"]);
    expect(await together(base, { ".wh..wh..opq": "" })).toEqual({});
  });

  it("are read out of compressed layers, and damaged ones are refused", async () => {
    const { files } = await read({ "etc/os-release": "1" }, mediaTypes.gzipLayer);
    expect([...files.keys()]).toEqual(["etc/os-release"]);
    await expect(read({ a: "" }, "application/octet-stream")).rejects.toMatchObject({ code: "format.invalid" });
    await expect(read({ a: "" }, mediaTypes.zstdLayer)).rejects.toMatchObject({ code: "format.invalid" });
  });
});
