/** Archives made again from a registry: the same bytes, or none. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { writeImageIndex } from "../../src/format/oci/image-index.ts";
import { describeManifest } from "../../src/format/oci/manifest.ts";
import type { Artifact } from "../../src/model/artifact.ts";
import type { ImageSource, ManifestBytes } from "../../src/model/image.ts";
import { pullArchive } from "../../src/store/pull-archive.ts";
import { archiveOf, digestOf } from "../format/oci/images.ts";
import { referrerOf, sourceOf, testImage } from "./images.ts";
import { problemOf } from "./registry/world.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-pull-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const image = await testImage();
const [amd64, arm64] = image.platforms;
const repository = "ghcr.io/acme/tool";
const epoch = 1_769_774_400;
let count = 0;
const fresh = (): string => join(home, `${(count += 1)}.tar`);

/** As the maker of images writes and lists it; `tagged` platforms have a tag of their own. */
async function made(tagged: boolean): Promise<{ artifact: Artifact; bytes: Uint8Array }> {
  const name = `${repository}:1.0.0`;
  const dockerNames = new Map([
    [amd64.digest, [`${name}-amd64`]],
    [arm64.digest, [`${name}-arm64`]],
  ]);
  const top = describeManifest(image.index);
  const manifests = [image.index, ...image.platforms];
  const bytes = await archiveOf({ top, name, manifests, blobs: image.blobs, dockerNames, mtime: epoch });
  const own = [
    { name: `${name}-amd64`, digest: amd64.digest, rolling: "" },
    { name: `${name}-arm64`, digest: arm64.digest, rolling: "" },
  ];
  const names = [{ name, digest: image.index.digest, rolling: "" }, ...(tagged ? own : [])];
  const platforms = [
    { platform: "linux/amd64", digest: amd64.digest },
    { platform: "linux/arm64", digest: arm64.digest },
  ];
  return { artifact: listed(bytes, { digest: image.index.digest, names, platforms }), bytes };
}

function listed(bytes: Uint8Array, attributes: Artifact["attributes"]): Artifact {
  const held = { digest: digestOf(bytes), size: bytes.length };
  return { name: "tool_image.tar", type: "image", listed: true, attributes, refs: [], ...held };
}

const pull = async (artifact: Artifact, source: ImageSource, path = fresh()): Promise<Uint8Array> => {
  await pullArchive({ artifact, epoch, open: () => source, path });
  return readFileSync(path);
};

test.each([
  ["whose platforms have tags of their own", true],
  ["whose platforms are known by the index alone", false],
])("an image %s is the archive that was released", async (_, tagged) => {
  const { artifact, bytes } = await made(tagged);
  expect(Buffer.compare(await pull(artifact, image.source), bytes)).toBe(0);
});

test("what is attached to an image has no index in a registry: it is made again", async () => {
  const [first, second] = [referrerOf(image.index, "one"), referrerOf(image.index, "two")];
  const manifests: readonly ManifestBytes[] = [first.manifest, second.manifest];
  const blobs = new Map([...first.blobs, ...second.blobs]);
  const index = writeImageIndex({ manifests: manifests.map(describeManifest) });
  const parts = { top: describeManifest(index), name: "", manifests: [index, ...manifests], blobs };
  const bytes = await archiveOf({ ...parts, dockerNames: new Map(), mtime: epoch });
  const names = manifests.map(({ digest }) => ({ name: `${repository}@${digest}`, digest, rolling: "" }));
  const artifact = listed(bytes, { digest: index.digest, names, platforms: [] });
  expect(Buffer.compare(await pull(artifact, sourceOf(manifests, blobs)), bytes)).toBe(0);

  const other = listed(bytes, { digest: image.index.digest, names, platforms: [] });
  const failed = await problemOf(pull(other, sourceOf(manifests, blobs)));
  expect(failed).toMatchObject({ code: "verify.unavailable", message: expect.stringContaining("is in no registry") });
});

test("the first of its repositories that has all of it is taken", async () => {
  const { artifact, bytes } = await made(false);
  const names = ["docker.io/acme/tool:1.0.0", `${repository}:1.0.0`].map((name) => ({
    name,
    digest: image.index.digest,
    rolling: "",
  }));
  const asked: string[] = [];
  const path = fresh();
  const open = ({ registry }: { readonly registry: string }): ImageSource => {
    asked.push(registry);
    return registry === "docker.io" ? sourceOf([image.index], new Map()) : image.source;
  };
  const attributes = { ...artifact.attributes, names };
  // It is called by its first name, so it is another archive: that is noticed at its end.
  const failed = await problemOf(pullArchive({ artifact: { ...artifact, attributes }, epoch, open, path }));
  expect(asked).toEqual(["docker.io", "ghcr.io"]);
  expect(failed.code).toBe("verify.mismatch");
  expect(existsSync(path)).toBe(false);
  expect(bytes.length).toBe(artifact.size);
});

test.each([
  ["that nobody has", sourceOf([], new Map()), "store.failed", "does not have sha256:"],
  [
    "of which a platform is missing",
    sourceOf([image.index, amd64], image.blobs),
    "store.failed",
    `does not have ${arm64.digest}`,
  ],
] as const)("an image %s is told", async (_, source, code, said) => {
  const { artifact } = await made(true);
  const path = fresh();
  expect(await problemOf(pull(artifact, source, path))).toMatchObject({ code, message: expect.stringContaining(said) });
  expect(existsSync(path)).toBe(false);
});

test.each([
  ["of which the release says nothing", {}, "what it is to be called"],
  [
    "without a digest",
    { names: [{ name: "ghcr.io/a/b:1", digest: image.index.digest, rolling: "" }] },
    "which image it is",
  ],
  [
    "with a name that is none",
    { digest: image.index.digest, names: [{ name: "-", digest: image.index.digest, rolling: "" }] },
    "is not the name of an image",
  ],
])("an image %s is a Problem, and nobody is asked", async (_, attributes, said) => {
  const { artifact } = await made(true);
  const failed = await problemOf(pull({ ...artifact, attributes }, sourceOf([], new Map())));
  expect(failed.message).toContain(said);
});

test("what would be larger than the archive is not pulled", async () => {
  const { artifact } = await made(true);
  const blobs: string[] = [];
  const source: ImageSource = {
    ...image.source,
    blob(descriptor) {
      blobs.push(descriptor.digest);
      return image.source.blob(descriptor);
    },
  };
  const failed = await problemOf(pull({ ...artifact, size: 4000 }, source));
  expect(failed).toMatchObject({
    code: "verify.mismatch",
    message: expect.stringContaining("larger than its archive"),
  });
  expect(blobs).toEqual([]);
});
