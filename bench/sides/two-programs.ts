/** Two programs of 43 and 42 MB in an image of two platforms: how Slipway is told, and how crane. */

import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { programOf } from "../harness/peer.ts";
import { fivePrograms } from "../harness/programs.ts";
import { architectures, type ImageWorld } from "./images.ts";

/** Both sides put the very same bytes in. */
export const theTool = { glob: "*usr/local/bin/tool", same: true } as const;

export function fillWithTwo(source: string, { host, base }: ImageWorld): void {
  mkdirSync(join(source, "prebuilt"));
  for (const arch of architectures)
    copyFileSync(join(fivePrograms(), `linux_${arch}`), join(source, "prebuilt", `linux_${arch}`));
  writeFileSync(
    join(source, "slipway.yaml"),
    `slipway: 1
project: { name: tool }
builds:
  - prebuilt: prebuilt/{{ os }}_{{ arch }}
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

/** A tar archive and `crane append` for each platform, and an index over both. */
export function byCrane({ base, folder }: ImageWorld): string {
  const crane = programOf("crane");
  const lines = architectures.flatMap((arch) => {
    const program = join(fivePrograms(), `linux_${arch}`);
    const root = join(folder, `root-${arch}`);
    mkdirSync(join(root, "usr/local/bin"), { recursive: true });
    copyFileSync(program, join(root, "usr/local/bin/tool"));
    const tar = join(folder, `${arch}.tar`);
    return [
      `tar --sort=name --owner=0 --group=0 --mtime=@0 -C ${root} -cf ${tar} .`,
      `${crane} append --platform linux/${arch} -b ${base} -f ${tar} -t $TO:${arch}`,
    ];
  });
  const manifests = architectures.map((arch) => `-m $TO:${arch}`).join(" ");
  return [...lines, `${crane} index append ${manifests} -t $TO:latest`].join("\n");
}

/** The same by buildah, from a Containerfile, without compressing twice. */
export function byBuildah({ base, folder }: ImageWorld): string {
  const buildah = programOf("buildah");
  for (const arch of architectures) {
    const context = join(folder, `context-${arch}`);
    mkdirSync(context, { recursive: true });
    copyFileSync(join(fivePrograms(), `linux_${arch}`), join(context, "tool"));
    writeFileSync(join(context, "Containerfile"), `FROM ${base}\nCOPY tool /usr/local/bin/tool\n`);
  }
  const options = `--root ${join(folder, "containers")} --runroot ${join(folder, "running")} --storage-driver vfs`;
  const lines = architectures.map(
    (arch) =>
      `${buildah} ${options} bud --tls-verify=false --isolation chroot --platform linux/${arch} --manifest $TO ${join(folder, `context-${arch}`)}`,
  );
  return [
    `${buildah} ${options} rmi -a -f 2>/dev/null || true`,
    ...lines,
    `${buildah} ${options} manifest push --all --tls-verify=false $TO docker://$TO:latest`,
  ].join("\n");
}
