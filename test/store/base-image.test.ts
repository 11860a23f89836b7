/** What is found out about a base image: its digest, and the platforms it has. */
import { hash } from "node:crypto";

import { expect, test } from "vitest";

import { writeImageIndex } from "../../src/format/oci/image-index.ts";
import { writeManifest } from "../../src/format/oci/manifest.ts";
import { mediaTypes } from "../../src/format/oci/media-types.ts";
import { digestOfHex, type Digest } from "../../src/model/artifact.ts";
import type { ManifestBytes, OpenImage } from "../../src/model/image.ts";
import { problemsOf } from "../../src/model/problem.ts";
import { lookAtBase } from "../../src/store/base-image.ts";

const signal = new AbortController().signal;

/** A source that has these under `latest`, and these blobs. */
function opening(top: ManifestBytes | undefined, blobs: ReadonlyMap<Digest, Uint8Array> = new Map()): OpenImage {
  return async () => ({
    name: "latest",
    repository: undefined,
    source: {
      where: "example.com/base",
      manifest: async (name) => (name === "latest" ? top : undefined),
      async *blob({ digest }) {
        yield blobs.get(digest) ?? new Uint8Array(0);
      },
    },
  });
}

const child = (digit: string, platform: object) => ({
  mediaType: mediaTypes.manifest,
  digest: digestOfHex(digit.repeat(64)),
  size: 100,
  platform: platform as { os: string; architecture: string },
});

test("an index has the platforms of its images, and none for what is no image", async () => {
  const index = writeImageIndex({
    manifests: [
      child("a", { os: "linux", architecture: "amd64" }),
      child("b", { os: "linux", architecture: "arm", variant: "v6" }),
      child("c", { os: "windows", architecture: "amd64", "os.version": "10.0.20348.1" }),
      child("d", { os: "unknown", architecture: "unknown" }),
    ],
  });
  expect(await lookAtBase("example.com/base", opening(index), signal)).toEqual({
    digest: index.digest,
    manifests: [
      { platform: { os: "linux", arch: "amd64" }, osVersion: undefined, digest: digestOfHex("a".repeat(64)) },
      {
        platform: { os: "linux", arch: "arm", variant: "6" },
        osVersion: undefined,
        digest: digestOfHex("b".repeat(64)),
      },
      { platform: { os: "windows", arch: "amd64" }, osVersion: "10.0.20348.1", digest: digestOfHex("c".repeat(64)) },
    ],
  });
});

test("one manifest has the platform that its config says", async () => {
  const config = Buffer.from(
    JSON.stringify({ architecture: "arm64", os: "linux", config: {}, rootfs: { type: "layers", diff_ids: [] } }),
  );
  const digest = digestOfHex(hash("sha256", config, "hex"));
  const manifest = writeManifest({ config: { mediaType: mediaTypes.config, digest, size: config.length }, layers: [] });
  expect(await lookAtBase("base", opening(manifest, new Map([[digest, config]])), signal)).toEqual({
    digest: manifest.digest,
    manifests: [{ platform: { os: "linux", arch: "arm64" }, digest: manifest.digest }],
  });
});

test("a name that nothing has is told with the place it was looked for at", async () => {
  const failed = await lookAtBase("base", opening(undefined), signal).catch((thrown: unknown) => problemsOf(thrown));
  expect(failed).toMatchObject([{ code: "store.failed", message: "base: there is no image base" }]);
});
