/** Makes an image like distroless/static, for amd64 and arm64, from Debian's packages: public registries may be out of reach. */

import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { downloadDebian } from "./debian.ts";
import { execute, mayUseApt } from "./machine.ts";
import type { BaseJudge } from "./table.ts";

/** Why the image cannot be made on this machine, or undefined when it can. */
export function baseObstacle(): string | undefined {
  return mayUseApt() ? undefined : "its packages are downloaded by apt, only as root on Debian";
}

const architectures = [{ architecture: "amd64" }, { architecture: "arm64", variant: "v8" }] as const;

/** Makes the OCI layout `layout` below `folder`, whose only image has the tag `nonroot`. The same packages give the same bytes. */
export function makeBase({ layers, env }: BaseJudge, folder: string, say: (line: string) => void): void {
  const layout = join(folder, "layout");
  mkdirSync(join(layout, "blobs", "sha256"), { recursive: true });
  const manifests = architectures.map((platform) => {
    const { architecture } = platform;
    say(`apt-get download ${layers.flatMap(({ packages }) => packages).join(" ")} (${architecture})`);
    const tars = layers.map((layer) => layerTar(layer, architecture, join(folder, architecture)));
    rmSync(join(folder, architecture), { recursive: true });
    const config = {
      created: "1970-01-01T00:00:00Z",
      ...platform,
      os: "linux",
      config: { User: "65532", Env: env, WorkingDir: "/" },
      rootfs: { type: "layers", diff_ids: tars.map(digestOf) },
      history: layers.map(({ packages }) => ({ created: "1970-01-01T00:00:00Z", created_by: packages.join(" ") })),
    };
    const manifest = {
      schemaVersion: 2,
      mediaType: manifestType,
      config: put(layout, "application/vnd.oci.image.config.v1+json", toJson(config)),
      layers: tars.map((tar) =>
        put(layout, "application/vnd.oci.image.layer.v1.tar+gzip", gzipSync(tar, { level: 9 })),
      ),
    };
    return { ...put(layout, manifestType, toJson(manifest)), platform: { ...platform, os: "linux" } };
  });
  const index = put(layout, indexType, toJson({ schemaVersion: 2, mediaType: indexType, manifests }));
  const named = { ...index, annotations: { "org.opencontainers.image.ref.name": "nonroot" } };
  writeFileSync(join(layout, "index.json"), toJson({ schemaVersion: 2, mediaType: indexType, manifests: [named] }));
  writeFileSync(join(layout, "oci-layout"), toJson({ imageLayoutVersion: "1.0.0" }));
}

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const indexType = "application/vnd.oci.image.index.v1+json";

/** What the packages hold for an architecture, finished by the layer's own command, as a tar in the order of its names. */
function layerTar({ packages, finish }: BaseJudge["layers"][number], architecture: string, folder: string): Buffer {
  rmSync(folder, { recursive: true, force: true });
  const downloads = join(folder, "packages");
  downloadDebian(architecture, packages, downloads);
  const root = join(folder, "root");
  mkdirSync(root, { mode: 0o755 });
  for (const name of readdirSync(downloads).toSorted()) execute("dpkg", ["-x", join(downloads, name), root]);
  execute("sh", ["-ec", finish, "sh", root]);
  const options = ["--sort=name", "--mtime=@0", "--numeric-owner", "--format=gnu"];
  return execFileSync("tar", ["-C", root, ...options, "-cf", "-", ...readdirSync(root).toSorted()], {
    maxBuffer: 1 << 30,
  });
}

function put(layout: string, mediaType: string, bytes: Buffer): object {
  const digest = digestOf(bytes);
  writeFileSync(join(layout, "blobs", "sha256", digest.slice("sha256:".length)), bytes);
  return { mediaType, digest, size: bytes.length };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function toJson(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** The digest of the image in a layout that {@link makeBase} made. */
export function baseDigest(layout: string): string {
  const index = JSON.parse(readFileSync(join(layout, "index.json"), "utf8")) as { manifests: { digest: string }[] };
  return index.manifests[0]?.digest ?? "";
}
