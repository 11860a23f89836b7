/** The engram example's image: pushed to a registry, pulled and loaded from there and from the Release, and run. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";

import { pushBase } from "../worlds/base-image.ts";
import { exampleBase } from "../worlds/example.ts";
import { type ReleasedExample, releasedExample } from "../worlds/released-example.ts";
import { slipway } from "../worlds/slipway.ts";

const programs = ["go", "skopeo", "base-image", "qemu-aarch64", "faketime"] as const;

const test = releasedExample("engram", programs, async ({ registry }) => ({
  instead: {
    "ghcr.io": registry.host,
    [exampleBase]: (await pushBase(registry)).reference,
    // Only what the image is made of: the rest has tests of its own.
    'for: ["{linux,darwin}/{amd64,arm64}", windows/amd64]': "for: linux/{amd64,arm64}",
    "formats: [deb, rpm]": "formats: [deb, rpm]\n    when: false",
  },
}));

const repositoryOf = ({ registry }: ReleasedExample): string => `${registry.host}/hyperengineering/engram`;
const imageOf = (example: ReleasedExample): string => `${repositoryOf(example)}:v1.0.0`;
const archiveOf = ({ repository }: Pick<ReleasedExample, "repository">): string =>
  join(repository, "dist/1.0.0/engram_1.0.0_image.tar");
const text = (command: string, ...args: readonly string[]): string => execFileSync(command, args, { encoding: "utf8" });

const versionLine = ({ repository }: ReleasedExample): string =>
  `engram 1.0.0 (commit: ${text("git", "-C", repository, "rev-parse", "--short=7", "HEAD").trim()}, built: 2026-01-30T12:02:00Z)\n`;

interface Referrers {
  readonly manifests: readonly { readonly artifactType: string; readonly digest: string }[];
}

interface Index {
  readonly manifests: readonly {
    readonly digest: string;
    readonly platform: { readonly os: string; readonly architecture: string };
  }[];
}

describe("engram's image", () => {
  test("is an index of both architectures, each of which has a tag of its own", (example, { crane }) => {
    const image = imageOf(example);
    expect(() => text(crane, "validate", "--remote", image)).not.toThrow();
    const { manifests } = JSON.parse(text(crane, "manifest", image)) as Index;
    expect(manifests.map(({ platform }) => `${platform.os}/${platform.architecture}`)).toEqual([
      "linux/amd64",
      "linux/arm64",
    ]);
    const names = text(crane, "ls", repositoryOf(example)).trim().split("\n");
    // The last one leads to what is said of the image, where a registry knows no referrers.
    const referrers = text(crane, "digest", image).trim().replace(":", "-");
    const tags = ["1", "1.0", "latest", "v1.0.0", "v1.0.0-amd64", "v1.0.0-arm64"];
    expect(names.toSorted()).toEqual([...tags, referrers].toSorted());
    for (const { digest, platform } of manifests)
      expect(text(crane, "digest", `${image}-${platform.architecture}`).trim()).toBe(digest);
    const index = text(crane, "digest", image);
    for (const tag of ["1", "1.0", "latest"])
      expect(text(crane, "digest", `${repositoryOf(example)}:${tag}`)).toBe(index);
    const listed = readFileSync(join(example.repository, "dist/1.0.0/checksums.txt"), "utf8");
    expect(listed).toContain("engram_1.0.0_image.tar");
  });

  test("has the SBOMs of the release beside it, byte for byte", (example, { crane }) => {
    const repository = repositoryOf(example);
    const referrers = text(crane, "digest", imageOf(example)).trim().replace(":", "-");
    const { manifests } = JSON.parse(text(crane, "manifest", `${repository}:${referrers}`)) as Referrers;
    const found = manifests.map(({ artifactType, digest }) => {
      const { layers } = JSON.parse(text(crane, "manifest", `${repository}@${digest}`)) as {
        readonly layers: readonly { readonly digest: string }[];
      };
      return [artifactType, layers.map((layer) => text(crane, "blob", `${repository}@${layer.digest}`)).join("")];
    });
    const sbom = (name: string): string => readFileSync(join(example.repository, "dist/1.0.0", name), "utf8");
    expect(Object.fromEntries(found)).toEqual({
      "application/spdx+json": sbom("sbom.spdx.json"),
      "application/vnd.cyclonedx+json": sbom("sbom.cdx.json"),
    });
  });

  test("says its version, on either processor, and is smaller than 30 MB", async (example) => {
    const { podman } = example;
    const amd64 = await podman.pull(imageOf(example));
    const described = await podman.podman("image", "inspect", amd64);
    const [{ Size, Config } = { Size: Infinity, Config: {} }] = JSON.parse(described) as readonly {
      readonly Size: number;
      readonly Config: unknown;
    }[];
    expect(Size).toBeLessThan(30e6);
    expect(Config).toMatchObject({
      User: "65532:65532",
      ExposedPorts: { "8080/tcp": {} },
      Volumes: { "/data": {} },
      Labels: {
        "org.opencontainers.image.title": "Engram",
        "org.opencontainers.image.version": "1.0.0",
        "org.opencontainers.image.licenses": "MIT",
        "org.opencontainers.image.created": "2026-01-30T12:02:00Z",
      },
    });
    expect(await podman.podman("run", "--rm", amd64, "version")).toBe(versionLine(example));
    const arm64 = await podman.pull(imageOf(example), "linux/arm64");
    expect(await podman.runArm64(arm64, "version")).toMatchObject({ status: 0, stdout: versionLine(example) });
  });

  test("pulled is the one that is loaded from the archive of the Release", async (example, { skopeo }) => {
    const { podman, registry } = example;
    const archive = archiveOf(example);
    for (const arch of ["amd64", "arm64"]) {
      const named = `docker-archive:${archive}:${imageOf(example)}-${arch}`;
      const copied = `${registry.host}/copied:${arch}`;
      text(skopeo, "copy", "--quiet", "--dest-tls-verify=false", named, `docker://${copied}`);
      const pulled = await podman.pull(imageOf(example), `linux/${arch}`);
      expect(await podman.pull(copied, `linux/${arch}`)).toBe(pulled);
      expect((await podman.podman("pull", "--quiet", named)).trim()).toBe(pulled);
    }
  });

  test("keeps its database in the volume over a restart, and is no root", async (example) => {
    const { podman } = example;
    const image = await podman.pull(imageOf(example));
    const start = async (): ReturnType<typeof podman.serve> => {
      const served = await podman.serve(8080, image, ["--volume=engram_data:/data", "--read-only"]);
      await vi.waitFor(() => fetch(`${served.url}/health`), { timeout: 10_000, interval: 20 });
      return served;
    };
    const first = await start();
    const health = await fetch(`${first.url}/health`);
    expect(await health.json()).toEqual({ lore: 0, status: "healthy", version: "1.0.0" });
    const body = JSON.stringify({ content: "rivers bend", source: "test" });
    expect((await fetch(`${first.url}/api/v1/lore`, { method: "POST", body })).status).toBe(201);
    expect(await podman.podman("top", first.id, "huser")).toMatch(/^HUSER\s+65532\s*$/);
    await first.stop();
    const second = await start();
    const found = await fetch(`${second.url}/api/v1/lore?q=rivers`);
    expect(await found.json()).toMatchObject({ lore: [{ content: "rivers bend" }] });
    await second.stop();
  });

  test("is the same image when it is released from another clone in another year", async (example, { faketime }) => {
    const clone = join(example.folder, "clone");
    text("git", "clone", "--quiet", `file://${example.repository}`, clone);
    const { code, stdout, stderr } = await slipway(["release"], {
      cwd: clone,
      env: { CI: "true", SLIPWAY_CACHE: join(example.folder, "cache") },
      through: [faketime, "-f", "+400d"],
    });
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`already in registry ${example.registry.host}`);
    const again = readFileSync(archiveOf({ repository: clone }));
    expect(again.equals(readFileSync(archiveOf(example)))).toBe(true);
  });
});
