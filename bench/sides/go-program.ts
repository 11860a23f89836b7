/** A Go program of the examples in an image of two platforms: how Slipway is told, and how ko. */

import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../test/setup/imports.ts";
import { programOf } from "../harness/peer.ts";
import type { ImageWorld } from "./images.ts";

/** Each builds it with flags of its own, so the bytes differ. */
export const theProgram = { glob: "*/engram", same: false } as const;

export function fillWithGo(source: string, { host, base }: ImageWorld): void {
  cpSync(join(ROOT, "examples", "engram"), source, { recursive: true });
  cpSync(join(ROOT, "examples", "engram", "go.mod"), join(source, "prebuilt", "unused"));
  writeFileSync(
    join(source, "slipway.yaml"),
    `slipway: 1
project: { name: engram }
builds:
  - go: ./cmd/engram
    for: [linux/amd64, linux/arm64]
archives: []
images:
  - name: "{{ env.TO }}"
    base: ${base}
    tags: [latest]
stores: { local: { registry: "${host}" } }
publish: [local]
`,
  );
}

/** ko in the same sources, with Go's cache as warm as Slipway's. */
export function byKo({ base, folder }: ImageWorld): string {
  const project = join(folder, "source");
  return [
    `cd ${project}`,
    `export KO_DOCKER_REPO=$TO KO_DEFAULTBASEIMAGE=${base} GOFLAGS=-mod=mod CGO_ENABLED=0`,
    `${programOf("ko")} build --bare --insecure-registry --sbom=none --platform=linux/amd64,linux/arm64 ./cmd/engram`,
  ].join("\n");
}
