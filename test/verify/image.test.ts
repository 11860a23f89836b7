/** Verification of images: every byte, every reference, and what the Release says of their digests. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { blobPath } from "../../src/format/oci/layout.ts";
import type { ImageParts } from "../../src/format/oci/write-archive.ts";
import { readTar } from "../../src/format/tar/read.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { checkImage } from "../../src/verify/image.ts";
import { chunked, collect } from "../format/contents.ts";
import { archiveOf, digestOf, smallImage, tarOf } from "../format/oci/images.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-verify-image-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Files = Record<string, Uint8Array>;

let parts: ImageParts;
const files: Files = {};
let truth: JsonObject = {};
beforeAll(async () => {
  parts = await smallImage();
  for await (const member of readTar(chunked(await archiveOf(parts), 4096)))
    if (member.type === "file") files[member.path] = await collect(member.open());
  const [index, ...images] = parts.manifests.map(({ digest }) => digest);
  truth = {
    format: "oci",
    digest: index ?? "",
    names: [{ name: "example.com/tool:1", digest: index ?? "", rolling: "" }],
    platforms: images.map((digest, at) => ({ platform: ["linux/amd64", "linux/arm64"][at] ?? "", digest })),
  };
});

let count = 0;

/** What is said of the archive with other files, or by a Release that says otherwise. */
async function check(
  damage: (files: Files) => void = () => {},
  attributes: JsonObject | undefined = truth,
): Promise<string> {
  const damaged = { ...files };
  damage(damaged);
  const path = join(folder, `${count++}.tar`);
  writeFileSync(path, await tarOf(damaged));
  return checkImage({ attributes }, path);
}

function flipped(bytes: Uint8Array | undefined, at = 0): Uint8Array {
  const copy = Buffer.from(bytes ?? []);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

const layerIn = (all: Files): string => Object.keys(all).at(-1) ?? "";

test("an image that is what the Release says is told by its digest", async () => {
  expect(await check()).toBe(`${parts.top.digest}, 3 manifests, 4 blobs`);
  const { names: _, platforms: __, ...least } = truth;
  expect(await check(() => {}, least)).toContain(parts.top.digest);
});

test.each<readonly [string, (all: Files) => void, string, string]>([
  ["a flipped byte in a layer", (all) => (all[layerIn(all)] = flipped(all[layerIn(all)])), "verify.mismatch", "digest"],
  [
    "a flipped last byte of a layer",
    (all) => (all[layerIn(all)] = flipped(all[layerIn(all)], (all[layerIn(all)]?.length ?? 1) - 1)),
    "verify.mismatch",
    "digest",
  ],
  [
    "a flipped byte in a manifest",
    (all) => (all[blobPath(parts.top.digest)] = flipped(all[blobPath(parts.top.digest)], 20)),
    "format.invalid",
    "other bytes",
  ],
  ["a missing layer", (all) => delete all[layerIn(all)], "format.invalid", "is not in the archive"],
  ["an extra file", (all) => (all["extra"] = Buffer.from("x")), "format.invalid", "nothing refers to it"],
  [
    "an extra blob",
    (all) => (all[blobPath(digestOf(Buffer.from("x")))] = Buffer.from("x")),
    "format.invalid",
    "nothing refers to it",
  ],
  ["no index", (all) => delete all["index.json"], "format.invalid", "no index.json"],
])("%s fails", async (_, damage, code, says) => {
  await expect(check(damage)).rejects.toMatchObject({ code, message: expect.stringContaining(says) as string });
});

const other = `sha256:${"0".repeat(64)}`;

test.each<readonly [string, (said: JsonObject) => JsonObject | undefined, string, string]>([
  ["another digest", (said) => ({ ...said, digest: other }), "verify.mismatch", "the Release says sha256:000"],
  [
    "a name whose digest is not inside",
    (said) => ({ ...said, names: [{ name: "example.com/tool:2", digest: other, rolling: "" }] }),
    "verify.mismatch",
    "example.com/tool:2 is said to be sha256:000",
  ],
  [
    "a platform whose digest is not inside",
    (said) => ({ ...said, platforms: [{ platform: "linux/arm64", digest: other }] }),
    "verify.mismatch",
    "linux/arm64 is said to be sha256:000",
  ],
  ["no digest", () => ({ format: "oci" }), "format.invalid", "does not say which image"],
  ["names that are no list", (said) => ({ ...said, names: 5 }), "format.invalid", "does not say which image"],
])("a Release that says %s fails", async (_, say, code, says) => {
  await expect(check(() => {}, say(truth))).rejects.toMatchObject({
    code,
    message: expect.stringContaining(says) as string,
  });
});

test("a file that is gone, and one that is no archive, are Problems", async () => {
  await expect(checkImage({ attributes: truth }, join(folder, "gone.tar"))).rejects.toMatchObject({
    code: "file.missing",
  });
  writeFileSync(join(folder, "text.tar"), "not a tar archive");
  await expect(checkImage({ attributes: truth }, join(folder, "text.tar"))).rejects.toMatchObject({
    code: "format.invalid",
  });
});
