/** A small Release in a folder, with an archive of every format, made by the project's own writers from made-up programs. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createCompressor } from "../../src/format/compressor.ts";
import { archives } from "../../src/make/archives/table.ts";
import { closeRelease, type SignFile } from "../../src/make/close.ts";
import { createContents } from "../../src/make/content.ts";
import type { TreeEntry } from "../../src/make/tree.ts";
import type { Artifact, ExpectedArtifact } from "../../src/model/artifact.ts";
import type { Json, JsonObject } from "../../src/model/json.ts";
import type { Plan } from "../../src/model/plan.ts";
import type { ChecksumsPlan, SignaturePlan } from "../../src/model/release-plan.ts";
import type { Platform } from "../../src/model/platform.ts";
import { type CacheFolder, openCache } from "../../src/store/cache.ts";
import { writeReleaseFolder, type WriteReleaseRequest } from "../../src/store/release-folder.ts";

/** A Plan as `release` would decide it, without its Steps. */
export const plan: Plan = {
  slipway: 1,
  by: "0.0.0",
  project: "tool",
  version: "1.2.3",
  tag: "v1.2.3",
  previousTag: "v1.2.2",
  commit: "0123456789abcdef0123456789abcdef01234567",
  commitTime: 1_769_774_400,
  epoch: 1_769_774_400,
  isSnapshot: false,
  isNightly: false,
  isPrerelease: false,
  isDirty: false,
  steps: [],
  release: {
    folder: "dist/1.2.3",
    layout: "flat",
    title: "tool v1.2.3",
    channel: "stable",
    checksums: [{ name: "checksums.txt", algorithm: "sha256", split: false }],
    index: "index.json",
    signatureList: "",
    signatures: [],
    provenance: "",
  },
  publish: [],
  announce: [],
  skipped: [],
};

/** Each format with a platform, so that no two have one. */
const platforms: readonly (readonly [format: string, Platform])[] = [
  ["tar.gz", { os: "linux", arch: "amd64" }],
  ["tar.zst", { os: "linux", arch: "arm64" }],
  ["tar.xz", { os: "linux", arch: "arm", variant: "7" }],
  ["tar", { os: "freebsd", arch: "amd64" }],
  ["zip", { os: "windows", arch: "amd64" }],
  ["gz", { os: "darwin", arch: "amd64" }],
  ["binary", { os: "darwin", arch: "arm64" }],
];

export interface WorldOptions {
  readonly checksums?: readonly ChecksumsPlan[];
  readonly index?: string;
  readonly layout?: "flat" | "by-platform";
  readonly signatures?: readonly SignaturePlan[];
  readonly signatureList?: string;
  /** Left out: {@link sign}. */
  readonly sign?: SignFile;
  /** Bytes of each made-up program. */
  readonly programSize?: number;
  /** Only these formats. */
  readonly formats?: readonly string[];
  /** What the Plan says otherwise, such as another version. */
  readonly of?: Partial<Omit<Plan, "release">>;
}

export interface MadeRelease {
  readonly cache: CacheFolder;
  readonly plan: Plan;
  readonly made: ReadonlyMap<string, readonly Artifact[]>;
  /** Everything that is listed, release.json last. */
  readonly artifacts: readonly Artifact[];
  write(folder: string, more?: Partial<WriteReleaseRequest>): Promise<"done" | "already">;
}

/** Makes the Release in a cache in `home`. */
export async function makeRelease(home: string, options: WorldOptions = {}): Promise<MadeRelease> {
  const {
    checksums = plan.release.checksums,
    index = plan.release.index,
    layout = "flat",
    programSize = 3000,
  } = options;
  const cache = openCache(join(home, "cache"), { maxBytes: 1e12 });
  const compressor = createCompressor({ workers: 0 });
  const contents = createContents(cache, compressor);
  const made = new Map<string, readonly Artifact[]>();

  const keep = async (
    step: string,
    expected: ExpectedArtifact,
    bytes: AsyncIterable<Uint8Array> | string,
  ): Promise<Artifact> => {
    const path = join(await cache.scratch(), "made");
    await writeFile(path, bytes);
    const artifact = { ...expected, ...(await cache.adopt(path)), refs: [] };
    made.set(step, [artifact]);
    return artifact;
  };

  for (const [format, platform] of platforms) {
    if (options.formats?.includes(format) === false) continue;
    const kind = archives.get(format);
    if (kind === undefined) throw new Error(format);
    const target = Object.values(platform).join("_");
    const step = `build/${target}`;
    const text = `${target} ${programText(programSize)}`;
    const program = await keep(step, { name: "tool", type: "binary", platform, listed: false, attributes: {} }, text);
    const content = contents.ofArtifact(program);
    const common = { mtime: plan.epoch, owner: "root", group: "root" };
    const entries: readonly TreeEntry[] = [
      ...(kind.single
        ? []
        : [
            {
              ...common,
              type: "file",
              path: "README.md",
              mode: 0o644,
              content: contents.ofBytes(Buffer.from("read\n")),
            } as const,
          ]),
      { ...common, type: "file", path: "tool", mode: 0o755, content },
    ];
    const name = `tool_${target}${kind.extension}`;
    const path = kind.makes === "binary" ? name : "tool";
    const expected = {
      name,
      type: kind.makes,
      platform,
      listed: true,
      attributes: { format },
      contains: [{ path, step, output: "tool" }],
    };
    await keep(
      `archive/${name}`,
      expected,
      kind.write(entries, compressor, () => {}),
    );
  }
  await keep(
    "notes",
    { name: "notes.md", type: "notes", listed: true, attributes: {} },
    "### Features\n\n- a (0123456)\n",
  );
  await keep("file/0", { name: "install.sh", type: "file", listed: true, attributes: {} }, "#!/bin/sh\nexit 0\n");
  await compressor.close();

  const { signatures = [], signatureList = "" } = options;
  const decided = {
    ...plan,
    ...options.of,
    release: { ...plan.release, checksums, index, layout, signatures, signatureList },
  };
  const artifacts = await closeRelease({ plan: decided, made, cache, render, sign: options.sign ?? sign });
  return {
    cache,
    plan: decided,
    made,
    artifacts,
    write: (folder, more = {}) =>
      writeReleaseFolder({ folder, layout, artifacts, from: cache, existing: "refuse", ...more }),
  };
}

/** Signs nothing that a verifier would believe: what was signed, by which kind and key. */
export const sign: SignFile = async ({ kind, key }, { name, digest }) =>
  Buffer.from(`${kind} by ${key} of ${name} ${digest}\n`);

/** As much of Liquid as names of files need. */
export function render(source: string, scope: JsonObject): string {
  return source.replaceAll(/\{\{ ([a-z.]+) \}\}/g, (_, path: string) => {
    const value = path.split(".").reduce<Json | undefined>((from, key) => (from as JsonObject)[key], scope);
    if (typeof value !== "string") throw new Error(`no text called ${path}`);
    return value;
  });
}

/** Text that compresses like a program does: neither all the same nor random. */
function programText(size: number): string {
  let text = "";
  for (let state = 1; text.length < size; state = (state * 48_271) % 2_147_483_647) text += (state % 1000).toString(36);
  return text.slice(0, size);
}
