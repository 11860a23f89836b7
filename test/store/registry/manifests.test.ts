/** Manifests, tags and referrers: compared with their digests, found page by page, and noted where there is no API for it. */
import { describe, expect, test } from "vitest";

import { deleteManifest, findManifest, pullManifest, pushManifest } from "../../../src/store/registry/manifests.ts";
import { pullBlob } from "../../../src/store/registry/blobs.ts";
import { listReferrers, pushReferrer, referrersTag } from "../../../src/store/registry/referrers.ts";
import { repositoryTarget } from "../../../src/store/registry/repository-image.ts";
import { copyImage } from "../../../src/store/copy-image.ts";
import type { Repository } from "../../../src/store/registry/repository.ts";
import { startFakeRegistry } from "../../servers/registry.ts";
import { collect } from "../../format/contents.ts";
import { referrerOf, sourceOf, testImage } from "../images.ts";
import { problemOf, repositoryOf, useRegistry } from "./world.ts";

const registry = useRegistry({ page: 2 });
const image = await testImage();

async function filled(repository: Repository): Promise<Repository> {
  await copyImage({ from: image.source, to: repositoryTarget(repository), root: image.index });
  await pushManifest(repository, "1.0.0", image.index);
  return repository;
}

describe("a manifest", () => {
  test("is found by tag and by digest, and comes with its type", async () => {
    const repository = await filled(repositoryOf(registry().host));
    for (const name of ["1.0.0", image.index.digest]) {
      expect(await findManifest(repository, name)).toBe(image.index.digest);
      expect(await pullManifest(repository, name)).toMatchObject({
        ...image.index,
        bytes: Buffer.from(image.index.bytes),
      });
    }
    expect(await findManifest(repository, "2.0.0")).toBeUndefined();
    expect(await pullManifest(repository, "2.0.0")).toBeUndefined();
  });

  test("is pulled where the registry says no digest", async () => {
    const repository = await filled(repositoryOf(registry().host));
    registry().faults.add({ on: /^HEAD .*1\.0\.0/, act: { headers: { "docker-content-digest": "" } } });
    expect(await findManifest(repository, "1.0.0")).toBe(image.index.digest);
  });

  test.each([
    ["cut short", { truncate: 3 }],
    ["with other bytes", { garble: true }],
  ] as const)("%s is not taken", async (_, act) => {
    const repository = await filled(repositoryOf(registry().host));
    registry().faults.add({ on: /^GET .*manifests/, act, times: 2 });
    for (const name of ["1.0.0", image.index.digest])
      expect(await problemOf(pullManifest(repository, name))).toMatchObject({ code: "verify.mismatch" });
  });

  test("larger than any may be is not read to its end", async () => {
    registry().faults.add({ on: /^GET .*manifests/, act: { status: 200, body: " ".repeat(4 * 1024 * 1024 + 1) } });
    const problem = await problemOf(pullManifest(repositoryOf(registry().host), "huge"));
    expect(problem.message).toContain("larger than 4194304 bytes");
  });

  test("that was not kept as it was sent is noticed", async () => {
    const repository = await filled(repositoryOf(registry().host));
    const other = { "docker-content-digest": `sha256:${"0".repeat(64)}` };
    registry().faults.add({ on: /^PUT .*manifests/, act: { headers: other } });
    const problem = await problemOf(pushManifest(repository, "1.0.0", image.index));
    expect(problem).toMatchObject({ code: "verify.mismatch", message: expect.stringContaining("kept sha256:000") });
  });

  test("is pushed again where the registry has not yet seen what it refers to, and after a lost answer", async () => {
    const repository = await filled(repositoryOf(registry().host));
    const early = { status: 404, body: '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}' };
    registry().faults.add({ on: /^PUT/, act: early }, { on: /^PUT/, act: { after: 500 } });
    expect(await pushManifest(repository, "1.0.0", image.index)).toEqual({ notedSubject: false });
  });

  test("that is none is refused, whatever the registry calls it", async () => {
    const repository = await filled(repositoryOf(registry().host));
    registry()
      .state.repository("acme/tool")
      .manifests.set("sha256:x", { mediaType: "text/html", bytes: Buffer.from("<html>") });
    registry().state.repository("acme/tool").tags.set("page", "sha256:x");
    registry().faults.add({ on: /page/, act: { headers: { "docker-content-digest": "" } } });
    expect(await problemOf(pullManifest(repository, "page"))).toMatchObject({ code: "format.invalid" });
  });

  test("is removed once", async () => {
    const repository = await filled(repositoryOf(registry().host, { path: "acme/gone" }));
    expect(await deleteManifest(repository, image.index.digest)).toBe("done");
    expect(await deleteManifest(repository, image.index.digest)).toBe("already");
    registry().faults.add({ on: /^DELETE/, act: { status: 405 } });
    expect(await problemOf(deleteManifest(repository, "1.0.0"))).toMatchObject({ code: "store.failed" });
  });
});

describe("a blob", () => {
  const layer = async (): Promise<{ digest: typeof image.shared; size: number; repository: Repository }> => ({
    repository: await filled(repositoryOf(registry().host)),
    digest: image.shared,
    size: image.blobs.get(image.shared)?.size ?? 0,
  });

  test("that breaks off goes on where it broke", async () => {
    const { repository, ...blob } = await layer();
    registry().faults.add({ on: /^GET .*blobs/, act: { cut: 1000 } }, { on: /^GET .*blobs/, act: { cut: 500 } });
    expect((await collect(pullBlob(repository, blob))).length).toBe(blob.size);
    expect(registry().log.filter((line) => line.startsWith("GET") && line.includes("blobs")).length).toBe(3);
  });

  test("that breaks off is read again where the registry gives no parts", async () => {
    const server = await startFakeRegistry({ ranges: false });
    const repository = await filled(repositoryOf(server.host));
    const blob = { digest: image.shared, size: image.blobs.get(image.shared)?.size ?? 0 };
    server.faults.add({ on: /^GET .*blobs/, act: { cut: 1000 } });
    expect((await collect(pullBlob(repository, blob))).length).toBe(blob.size);
    await server.stop();
  });

  test("that breaks off again and again is given up", async () => {
    const { repository, ...blob } = await layer();
    registry().faults.add({ on: /^GET .*blobs/, act: { cut: 0 }, times: 4 });
    expect(await problemOf(collect(pullBlob(repository, blob)))).toMatchObject({ code: "store.unreachable" });
  });

  test.each([
    ["with other bytes", { garble: true }],
    ["cut short", { truncate: 3 }],
  ] as const)("%s fails at its end", async (_, act) => {
    const { repository, ...blob } = await layer();
    registry().faults.add({ on: /^GET .*blobs/, act });
    expect(await problemOf(collect(pullBlob(repository, blob)))).toMatchObject({ code: "verify.mismatch" });
  });

  test("that is not there is said to be missing where its image is", async () => {
    const { repository, ...blob } = await layer();
    registry().faults.add({ on: /^GET .*blobs/, act: { status: 404 } });
    expect((await problemOf(collect(pullBlob(repository, blob)))).message).toContain("does not have the blob");
  });
});

describe("referrers", () => {
  const notes = ["first", "second"].map((text) => referrerOf(image.index, text));

  async function noted(repository: Repository): Promise<void> {
    await filled(repository);
    for (const { manifest, blobs } of notes) {
      for (const [digest, { size, open }] of blobs)
        await repositoryTarget(repository).putBlob({ digest, size, open }, undefined);
      await pushReferrer(repository, manifest, image.index.digest);
      await pushReferrer(repository, manifest, image.index.digest);
    }
  }
  const expected = notes.map(({ manifest: { digest, mediaType, bytes } }) => ({
    digest,
    mediaType,
    size: bytes.length,
    artifactType: "application/vnd.example.note",
  }));

  test("are noted by the registry that can", async () => {
    const server = await startFakeRegistry({ referrers: true });
    const repository = repositoryOf(server.host);
    await noted(repository);
    expect(await listReferrers(repository, image.index.digest)).toMatchObject(expected);
    expect(await findManifest(repository, referrersTag(image.index.digest))).toBeUndefined();
    await server.stop();
  });

  test("come page by page; pages that go round in a circle, or lead to another host, end", async () => {
    const server = await startFakeRegistry({ referrers: true });
    const repository = repositoryOf(server.host, { path: "acme/circle" });
    await noted(repository);
    const path = `/v2/acme/circle/referrers/${image.index.digest}`;
    const link = (to: string) => ({ headers: { link: `<${to}>; rel="next"` } });
    server.faults.add({ on: /referrers/, act: link(`${path}?page=2`), times: 2 });
    expect(await listReferrers(repository, image.index.digest)).toMatchObject([...expected, ...expected]);
    server.faults.add({ on: /referrers/, act: link("http://other.example/") });
    expect(await listReferrers(repository, image.index.digest)).toMatchObject(expected);
    await server.stop();
  });

  test("are listed under a tag where it cannot, each once", async () => {
    const repository = repositoryOf(registry().host, { path: "acme/noted" });
    await noted(repository);
    expect(referrersTag(image.index.digest)).toMatch(/^sha256-[0-9a-f]{64}$/);
    expect(await listReferrers(repository, image.index.digest)).toMatchObject(expected);
    expect(await listReferrers(repository, image.platforms[0].digest)).toEqual([]);
  });

  test("are all listed where several are pushed at once", async () => {
    const repository = await filled(repositoryOf(registry().host, { path: "acme/at-once" }));
    const target = repositoryTarget(repository);
    const pushes = notes.map(({ manifest, blobs }) =>
      copyImage({ from: sourceOf([manifest], blobs), to: target, root: manifest }),
    );
    await Promise.all(pushes);
    const listed = await listReferrers(repository, image.index.digest);
    expect(new Set(listed.map(({ digest }) => digest))).toEqual(new Set(expected.map(({ digest }) => digest)));
  });

  test("are listed by a push that goes on where another was stopped before it listed them", async () => {
    const repository = await filled(repositoryOf(registry().host, { path: "acme/stopped" }));
    const target = repositoryTarget(repository);
    const [{ manifest, blobs } = referrerOf(image.index, "")] = notes;
    for (const [digest, { size, open }] of blobs) await target.putBlob({ digest, size, open }, undefined);
    await pushManifest(repository, manifest.digest, manifest);
    expect(await listReferrers(repository, image.index.digest)).toEqual([]);
    await copyImage({ from: sourceOf([manifest], blobs), to: target, root: manifest });
    expect(await listReferrers(repository, image.index.digest)).toMatchObject(expected.slice(0, 1));
  });

  test("are listed again where another machine wrote the list at the same moment", async () => {
    const repository = await filled(repositoryOf(registry().host, { path: "acme/raced" }));
    const [{ manifest, blobs } = referrerOf(image.index, "")] = notes;
    for (const [digest, { size, open }] of blobs)
      await repositoryTarget(repository).putBlob({ digest, size, open }, undefined);
    registry().faults.add({ on: /^PUT .*sha256-/, act: { status: 201 } }); // as if it was overwritten at once
    await pushReferrer(repository, manifest, image.index.digest);
    expect((await listReferrers(repository, image.index.digest)).map(({ digest }) => digest)).toEqual([
      manifest.digest,
    ]);
  });
});
