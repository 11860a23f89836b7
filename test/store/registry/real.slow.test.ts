/** Real registries take what is pushed to them, crane and skopeo find it whole, and nothing is sent twice. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";

import { copyImage } from "../../../src/store/copy-image.ts";
import { layoutSource } from "../../../src/store/layout/read.ts";
import { layoutTarget } from "../../../src/store/layout/write.ts";
import { deleteManifest } from "../../../src/store/registry/manifests.ts";
import { listReferrers } from "../../../src/store/registry/referrers.ts";
import { openRepository, type Repository } from "../../../src/store/registry/repository.ts";
import { repositorySource, repositoryTarget } from "../../../src/store/registry/repository-image.ts";
import { pushBlob } from "../../../src/store/registry/upload.ts";
import { judge, needs } from "../../judges.ts";
import { noise } from "../../format/contents.ts";
import { digestOf } from "../../format/oci/images.ts";
import { type Registry, registryKinds, registryUser, startRegistry } from "../../worlds/registry.ts";
import { referrerOf, sourceOf, testImage } from "../images.ts";
import { breaking } from "./breaking.ts";
import { problemOf, repositoryOf } from "./world.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-real-registries-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const image = await testImage();
const { digest } = image.index;
const run = (command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, { encoding: "utf8", stdio: "pipe" });

describe.each(registryKinds)("%s", (kind) => {
  let registry: Registry | undefined;
  beforeAll(async () => {
    if (judge(kind) !== undefined) registry = await startRegistry(kind);
  });
  afterAll(() => registry?.stop());
  const host = (): string => registry?.host ?? "";
  const at = (path: string): Repository => repositoryOf(host(), { path });

  needs(
    kind,
    "crane",
    "skopeo",
  )("keeps an image that crane finds valid, and skopeo copies", async ({ crane, skopeo }) => {
    const target = repositoryTarget(at("acme/tool"));
    expect(await copyImage({ from: image.source, to: target, root: image.index })).toMatchObject({ manifests: 3 });
    await target.tag("1.0.0", image.index);
    expect(await target.look("1.0.0")).toBe(digest);
    const name = `${host()}/acme/tool:1.0.0`;
    expect(run(crane, "digest", name).trim()).toBe(digest);
    run(crane, "validate", "--remote", name);
    run(skopeo, "copy", "-q", "--all", "--src-tls-verify=false", `docker://${name}`, `oci:${join(home, kind)}:1.0.0`);
    expect((await layoutSource(join(home, kind)).manifest("1.0.0"))?.digest).toBe(digest);
    expect(await copyImage({ from: image.source, to: target, root: image.index })).toMatchObject({
      manifests: 0,
      bytes: 0,
    });
    expect(run(crane, "ls", `${host()}/acme/tool`).trim()).toBe("1.0.0");
  });

  needs(kind, "crane")(
    "takes one tag away, or says that it cannot; the image and its other tags stay",
    async ({ crane }) => {
      const target = repositoryTarget(at("acme/untagged"));
      await copyImage({ from: image.source, to: target, root: image.index });
      await target.tag("1.0.0", image.index);
      await target.tag("latest", image.index);
      const outcome = await target.untag?.("1.0.0");
      const isRemoved = kind !== "docker-registry";
      expect(outcome).toEqual(isRemoved ? "done" : { refused: expect.stringContaining("status 400") });
      expect(await target.look("1.0.0")).toBe(isRemoved ? undefined : digest);
      run(crane, "validate", "--remote", `${host()}/acme/untagged:latest`);
      expect(await target.has(digest)).toBe(true);
    },
  );

  needs(kind, "crane")("gives back what crane pushed, and what it mounts", async ({ crane }) => {
    const folder = join(home, `${kind}-pushed`);
    const layout = layoutTarget(folder);
    await copyImage({ from: image.source, to: layout, root: image.index });
    await layout.tag("1", image.index);
    run(crane, "push", "--index", folder, `${host()}/acme/crane:1`);
    const source = repositorySource(at("acme/crane"));
    const root = await source.manifest("1");
    if (root === undefined) throw new Error("crane pushed nothing");
    const to = repositoryTarget(at("acme/mounted"));
    const copied = await copyImage({ from: source, to, root, origin: () => "acme/crane" });
    // The others keep all repositories' blobs in one place: they are there already.
    expect(copied).toMatchObject({ mounted: kind.startsWith("d") ? image.blobs.size : 0, blobs: 0 });
    run(crane, "validate", "--remote", `${host()}/acme/mounted@${root.digest}`);
  });

  needs(kind)("is sent the rest of a blob where the connection broke, in chunks", async () => {
    const bytes = noise(9_000_000, 7);
    const blob = {
      digest: digestOf(bytes),
      size: bytes.length,
      async *open() {
        for (let start = 0; start < bytes.length; start += 65536) yield bytes.subarray(start, start + 65536);
      },
    };
    const proxy = await breaking(host(), 3_000_000);
    try {
      expect(await pushBlob(repositoryOf(proxy.host, { path: "acme/broken" }), blob)).toBe("done");
      expect(proxy.broken()).toBe(1);
    } finally {
      await proxy.stop();
    }
    expect(await pushBlob(at("acme/broken"), blob)).toBe("already");
  });

  needs(kind, "crane")("knows what refers to an image, by its API or by the tag", async ({ crane }) => {
    const target = repositoryTarget(at("acme/noted"));
    const notes = ["one", "two"].map((text) => referrerOf(image.index, text));
    await copyImage({ from: image.source, to: target, root: image.index });
    for (const { manifest, blobs } of notes)
      await copyImage({ from: sourceOf([manifest], blobs), to: target, root: manifest });
    const found = await listReferrers(at("acme/noted"), digest);
    expect(found.map((each) => each.digest).toSorted()).toEqual(
      notes.map(({ manifest }) => manifest.digest).toSorted(),
    );
    for (const { manifest } of notes)
      run(crane, "validate", "--fast", "--remote", `${host()}/acme/noted@${manifest.digest}`);
  });

  needs(kind)("forgets a manifest that is deleted", async () => {
    const target = repositoryTarget(at("acme/gone"));
    await copyImage({ from: image.source, to: target, root: image.index });
    expect(await deleteManifest(at("acme/gone"), digest)).toBe("done");
    expect(await target.has(digest)).toBe(false);
  });
});

describe.each(["basic", "token"] as const)("docker-registry with %s auth", (auth) => {
  needs("docker-registry", "openssl")("lets its user push and mount, and others not", async () => {
    const registry = await startRegistry("docker-registry", { auth });
    try {
      const { username, password } = registryUser;
      const env = {
        HOME: home,
        DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [registry.host]: { username, password } } }),
      };
      const at = (path: string): Repository => repositoryOf(registry.host, { path, env });
      await copyImage({ from: image.source, to: repositoryTarget(at("acme/base")), root: image.index });
      const to = repositoryTarget(at("acme/tool"));
      expect(await copyImage({ from: image.source, to, root: image.index, origin: () => "acme/base" })).toMatchObject({
        mounted: image.blobs.size,
      });
      const nobody = repositoryOf(registry.host, { env: { HOME: home } });
      expect(await problemOf(repositoryTarget(nobody).has(digest))).toMatchObject({ code: "store.denied" });
      const reader = openRepository(at("acme/tool").session, "acme/tool", "pull");
      expect((await repositorySource(reader).manifest(digest))?.digest).toBe(digest);
    } finally {
      await registry.stop();
    }
  });
});
