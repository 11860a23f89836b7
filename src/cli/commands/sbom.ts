/** `slipway sbom FILE`: the SBOM of one program, or of one lock file. */
import { readFile, stat, writeFile } from "node:fs/promises";
import { basename } from "node:path";

import { digestOfFile } from "../../format/file.ts";
import { artifactPrefix, packageNode, type Sbom, type SbomPackage, uniqueNodes } from "../../format/sbom/model.ts";
import { isLockFile, readLockFile } from "../../format/lockfiles/table.ts";
import { packagesIn } from "../../make/sboms/packages-in.ts";
import { hexOf } from "../../model/artifact.ts";
import { onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import { readTime } from "../../model/time.ts";
import { exit, type ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";
import { sayResult } from "../output/say.ts";
import { counted } from "../output/words.ts";
import { programVersion } from "../program-version.ts";

/** Loaded when they write. */
const writers: ReadonlyMap<string, () => Promise<(sbom: Sbom) => Promise<string>>> = new Map([
  ["spdx", async () => (await import("../../format/sbom/spdx.ts")).writeSpdx],
  ["cyclonedx", async () => (await import("../../format/sbom/cyclonedx.ts")).writeCycloneDx],
]);

export async function sbom(options: Options, [path = ""]: readonly string[]): Promise<ExitCode> {
  const format = options.format ?? "spdx";
  const writer = writers.get(format);
  if (writer === undefined)
    throw new Problem("usage", `--format: there is no format "${format}"`, { expected: "spdx or cyclonedx" });
  const [write, described] = await Promise.all([writer(), describe(path)]);
  const text = await write(described);
  const { output } = options;
  if (output === undefined) {
    process.stdout.write(text);
    return exit.ok;
  }
  await onDisk(output, () => writeFile(output, text));
  const packages = described.nodes.length - 1;
  sayResult(options, { path: output, packages }, () => `${counted(packages, "package")} in ${output}`);
  return exit.ok;
}

/** The file, and all that is known to be in it. */
async function describe(path: string): Promise<Sbom> {
  const name = basename(path);
  const found = await onDisk(path, () => stat(path));
  if (!found.isFile())
    throw new Problem("usage", `${path} is no file`, { expected: "a program, or a lock file such as Cargo.lock" });
  const [packages, { digest }] = await Promise.all([packagesOf(path), digestOfFile(path)]);
  const nodes = packages.map(packageNode);
  const root = {
    id: `${artifactPrefix}${name}`,
    purpose: isLockFile(path) ? "file" : "application",
    name,
    file: name,
    hashes: { sha256: hexOf(digest) },
    dependsOn: [...new Set(nodes.map(({ id }) => id))],
  } as const;
  return {
    name,
    epoch: clock(found.mtimeMs),
    tool: { name: "slipway", version: programVersion() },
    root: root.id,
    nodes: uniqueNodes([root, ...nodes]),
    remarks: nodes.length > 0 ? [] : ["The file does not say what it was made from."],
  };
}

async function packagesOf(path: string): Promise<readonly SbomPackage[]> {
  if (!isLockFile(path)) return packagesIn(path, basename(path));
  return readLockFile(path, await onDisk(path, () => readFile(path)));
}

/** Seconds since 1970: SOURCE_DATE_EPOCH, or when the file was changed; so the same file gives the same bytes. */
function clock(changed: number): number {
  const given = readTime(process.env["SOURCE_DATE_EPOCH"] ?? "");
  return Math.floor((given ?? changed) / 1000);
}
