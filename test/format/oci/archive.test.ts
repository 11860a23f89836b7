/** OCI archives: written and read, by us and by others, and what the reader makes of damaged and hostile ones. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { readImageArchive } from "../../../src/format/oci/archive.ts";
import { readDockerList } from "../../../src/format/oci/docker-list.ts";
import { writeImageIndex } from "../../../src/format/oci/image-index.ts";
import { blobPath, layoutFile, writeLayoutIndex } from "../../../src/format/oci/layout.ts";
import { describeManifest, writeManifest } from "../../../src/format/oci/manifest.ts";
import { mediaTypes } from "../../../src/format/oci/media-types.ts";
import { inMemory } from "../../../src/format/random-access.ts";
import { readTar } from "../../../src/format/tar/read.ts";
import { Problem } from "../../../src/model/problem.ts";
import { needs } from "../../judges.ts";
import { chunked, collect, run, scratch } from "../contents.ts";
import { archiveOf, digestOf, smallImage, tarOf } from "./images.ts";

const read = (bytes: Uint8Array, foreign = false) => readImageArchive(inMemory(bytes), { foreign });

async function names(archive: Uint8Array): Promise<readonly string[]> {
  const paths: string[] = [];
  for await (const { path } of readTar(chunked(archive, 4096))) paths.push(path);
  return paths;
}

/** The files of an archive by path, to be damaged. */
async function filesOf(archive: Uint8Array): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for await (const member of readTar(chunked(archive, 4096)))
    if (member.type === "file") files[member.path] = await collect(member.open());
  return files;
}

test("an archive gives back the image it was written from", async () => {
  const parts = await smallImage();
  const image = await read(await archiveOf(parts));
  expect(image.top).toMatchObject(parts.top);
  expect([...image.manifests.keys()].toSorted()).toEqual(parts.manifests.map(({ digest }) => digest).toSorted());
  expect([...image.manifests.keys()][0]).toBe(parts.top.digest);
  expect([...image.blobs.keys()].toSorted()).toEqual([...parts.blobs.keys()].toSorted());
  const source = image.source("the archive");
  for (const name of ["", "1", parts.top.digest])
    expect(await source.manifest(name)).toMatchObject({ digest: parts.top.digest });
  expect(await source.manifest("2")).toBeUndefined();
  for (const [digest, { size, open }] of parts.blobs)
    expect(Buffer.compare(await collect(source.blob({ digest, size })), await collect(open()))).toBe(0);
});

test("its members stand in one order: layout, index, Docker's list, manifests, configs, layers", async () => {
  const parts = await smallImage();
  const paths = await names(await archiveOf(parts));
  const manifests = parts.manifests.map(({ digest }) => blobPath(digest)).toSorted();
  expect(paths.slice(0, 3)).toEqual(["oci-layout", "index.json", "manifest.json"]);
  expect(paths.slice(3, 6)).toEqual(manifests);
  const files = await filesOf(await archiveOf(parts));
  const list = readDockerList(files["manifest.json"] ?? new Uint8Array());
  expect(paths.slice(6, 8)).toEqual(list.map(({ config }) => config).toSorted());
  expect(paths.slice(8)).toEqual(list.flatMap(({ layers }) => layers).toSorted());
  expect(list.map((image) => image.names)).toEqual([["example.com/tool:1-amd64"], ["example.com/tool:1-arm64"]]);
});

needs("skopeo")("skopeo copies each platform out of it, and finds the same digests", async ({ skopeo }) => {
  const parts = await smallImage();
  const folder = scratch();
  const path = join(folder, "image.tar");
  writeFileSync(path, await archiveOf(parts));
  const raw = run(skopeo, ["inspect", "--raw", `oci-archive:${path}`]);
  expect(digestOf(Buffer.from(raw))).toBe(parts.top.digest);
  for (const arch of ["amd64", "arm64"]) {
    const copied = join(folder, arch);
    run(skopeo, ["copy", "-q", "--override-arch", arch, `oci-archive:${path}:1`, `dir:${copied}`]);
    const loaded = join(folder, `docker-${arch}`);
    run(skopeo, ["copy", "-q", `docker-archive:${path}:example.com/tool:1-${arch}`, `dir:${loaded}`]);
    expect(JSON.parse(run(skopeo, ["inspect", "--config", `dir:${loaded}`]).toString())).toMatchObject({
      architecture: arch,
    });
  }
});

/** What may be wrong with an archive, and what is said of it. */
const damages: readonly (readonly [string, (files: Record<string, Uint8Array>, top: string) => void, string])[] = [
  ["a file that nothing refers to", (files) => (files["extra"] = Buffer.from("x")), "nothing refers to it"],
  [
    "a blob that nothing refers to",
    (files) => (files[blobPath(digestOf(Buffer.from("x")))] = Buffer.from("x")),
    "nothing refers to it",
  ],
  ["no layout file", (files) => delete files["oci-layout"], "no oci-layout"],
  [
    "a layout of another version",
    (files) => (files["oci-layout"] = Buffer.from('{"imageLayoutVersion":"2"}')),
    "oci-layout",
  ],
  ["no index", (files) => delete files["index.json"], "no index.json"],
  ["two images", (files) => (files["index.json"] = twice(files["index.json"])), "2 images"],
  ["no image", (files) => (files["index.json"] = writeLayoutIndex([])), "0 images"],
  ["a missing blob", (files, top) => delete files[top], "is not in the archive"],
  ["a shorter blob", (files, top) => (files[top] = Buffer.from("{}")), "2 bytes in the archive"],
  ["changed JSON", (files, top) => (files[top] = Buffer.from(files[top] ?? []).fill(32, 5, 6)), "other bytes"],
  [
    "a list for Docker that names what is not there",
    (files) => (files["manifest.json"] = Buffer.from('[{"Config":"x","Layers":[]}]')),
    "none of the manifests'",
  ],
  [
    "a list for Docker that leaves a layer out",
    (files) => {
      const [image] = readDockerList(files["manifest.json"] ?? new Uint8Array());
      files["manifest.json"] = Buffer.from(JSON.stringify([{ Config: image?.config, Layers: [] }]));
    },
    "none of the manifests'",
  ],
];

function twice(index: Uint8Array | undefined): Uint8Array {
  const read = JSON.parse(Buffer.from(index ?? []).toString()) as { manifests: object[] };
  return Buffer.from(JSON.stringify({ ...read, manifests: [...read.manifests, ...read.manifests] }));
}

for (const [what, damage, says] of damages)
  test(`an archive with ${what} is refused`, async () => {
    const parts = await smallImage(["amd64"]);
    const files = await filesOf(await archiveOf(parts));
    damage(files, blobPath(parts.top.digest));
    await expect(read(await tarOf(files))).rejects.toMatchObject({
      code: "format.invalid",
      message: expect.stringContaining(says) as string,
    });
  });

test("a layer that was changed is found out while it is read", async () => {
  const parts = await smallImage(["amd64"]);
  const files = await filesOf(await archiveOf(parts));
  const [layer = ""] = Object.keys(files).slice(-1);
  files[layer] = Buffer.from(files[layer] ?? []).fill(1, 0, 1);
  const image = await read(await tarOf(files));
  const [[digest, { size }] = [parts.top.digest, { size: 0 }]] = [...image.blobs].slice(-1);
  await expect(collect(image.source("x").blob({ digest, size }))).rejects.toMatchObject({ code: "verify.mismatch" });
});

test("indexes nested without end are refused", async () => {
  let top = writeImageIndex({ manifests: [] });
  const files: Record<string, Uint8Array> = {};
  for (let depth = 0; depth < 20; depth++) {
    files[blobPath(top.digest)] = top.bytes;
    top = writeImageIndex({ manifests: [describeManifest(top)] });
  }
  files[blobPath(top.digest)] = top.bytes;
  files["oci-layout"] = layoutFile;
  files["index.json"] = writeLayoutIndex([describeManifest(top)]);
  await expect(read(await tarOf(files))).rejects.toThrow("too deep");
});

test("an archive of another program may hold more, and lack platforms", async () => {
  const parts = await smallImage();
  const files = await filesOf(await archiveOf(parts));
  const [, arm64] = parts.manifests.slice(1);
  if (arm64 !== undefined) delete files[blobPath(arm64.digest)];
  await expect(read(await tarOf(files))).rejects.toThrow("is not in the archive");
  const image = await read(await tarOf({ ...files, repositories: "{}" }), true);
  expect(image.manifests.size).toBe(2);
});

test("artifacts that are no images have no list for Docker", async () => {
  const config = Buffer.from("{}");
  const layer = Buffer.from("chart");
  const descriptor = (mediaType: string, bytes: Uint8Array) => ({
    mediaType,
    digest: digestOf(bytes),
    size: bytes.length,
  });
  const manifest = writeManifest({
    config: descriptor("application/vnd.cncf.helm.config.v1+json", config),
    layers: [descriptor("application/vnd.cncf.helm.chart.content.v1.tar+gzip", layer)],
  });
  const small = await smallImage([]);
  const { contentOf } = await import("../contents.ts");
  const blobs = new Map([config, layer].map((bytes) => [digestOf(bytes), contentOf(bytes)]));
  const archive = await archiveOf({ ...small, top: describeManifest(manifest), manifests: [manifest], blobs });
  expect((await names(archive)).slice(0, 3)).toEqual(["oci-layout", "index.json", blobPath(manifest.digest)]);
  expect((await read(archive)).blobs.size).toBe(2);
  expect(manifest.mediaType).toBe(mediaTypes.manifest);
});

test("whatever is changed in an archive, it is read whole or refused with a Problem", async () => {
  const archive = await archiveOf(await smallImage(["amd64"]));
  await fc.assert(
    fc.asyncProperty(fc.nat(archive.length - 1), fc.integer({ min: 1, max: 255 }), async (at, xor) => {
      const changed = Buffer.from(archive);
      changed[at] = (changed[at] ?? 0) ^ xor;
      const thrown = await read(changed).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(thrown === undefined || thrown instanceof Problem).toBe(true);
    }),
    { numRuns: 150 },
  );
});
