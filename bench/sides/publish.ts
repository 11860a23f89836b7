/** A Release of 60 artifacts and 500 MB, published to a bucket and a registry of this machine: by Slipway, and its files copied by rclone. */

import { execFileSync } from "node:child_process";
import { createCipheriv } from "node:crypto";
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { objectUser, startObjectServer } from "../../test/worlds/object-server.ts";
import { startRegistry } from "../../test/worlds/registry.ts";
import { repositoryOf } from "../../test/worlds/repository.ts";
import type { Contest } from "../harness/benchmark.ts";
import { compiledSlipway } from "../harness/compiled.ts";
import { programOf } from "../harness/peer.ts";

const bucket = "releases";
const megabyte = 1_000_000;

const config = (url: string, host: string): string => `slipway: 1
project: { name: bench }
images:
  - name: ${host}/bench/tool
    base: scratch
    platforms: [linux/amd64]
    contents: [{ from: layer/blob, to: /blob }]
    tags: ["{{ version }}"]
release:
  files: [{ from: "payload/*" }]
stores:
  bucket: { s3: ${bucket}, endpoint: "${url}", path: slipway, accessKey: env:KEY, secretKey: env:SECRET }
  registry: { registry: "${host}" }
publish: [{ store: bucket, except: [images] }, registry]
`;

/** With `again` everything is there already, on both sides. */
export async function publishContest(folder: string, again: boolean): Promise<Contest> {
  const server = await startObjectServer("minio", [bucket]);
  const registry = await startRegistry("distribution");
  const slipway = compiledSlipway(folder);
  const project = projectOf(folder, config(server.url, registry.host));
  const login = { KEY: objectUser.accessKey, SECRET: objectUser.secretKey };
  const env = { ...login, SLIPWAY_CACHE: join(folder, "cache") };
  const words = { cwd: project, env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "inherit"] as const };
  execFileSync(slipway, ["release", "--skip", "publish"], { ...words, stdio: [...words.stdio] });
  const release = join(project, "dist", "1.0.0");
  measureUp(release);

  const rclone = programOf("rclone");
  const remote = {
    RCLONE_CONFIG: "/dev/null",
    RCLONE_CONFIG_HERE_TYPE: "s3",
    RCLONE_CONFIG_HERE_PROVIDER: "Minio",
    RCLONE_CONFIG_HERE_ENDPOINT: server.url,
    RCLONE_CONFIG_HERE_ACCESS_KEY_ID: login.KEY,
    RCLONE_CONFIG_HERE_SECRET_ACCESS_KEY: login.SECRET,
    RCLONE_CONFIG_HERE_NO_CHECK_BUCKET: "true",
  };
  const forget = (): void => {
    server.empty(bucket);
    registry.empty();
  };
  const ours = { command: slipway, args: ["publish"], cwd: project, env };
  const peer = { command: rclone, args: ["copy", release, `here:${bucket}/peer`], env: remote };
  if (again) {
    for (const { command, args, ...rest } of [ours, peer])
      execFileSync(command, args, {
        ...rest,
        env: { ...process.env, ...rest.env },
        stdio: ["ignore", "ignore", "pipe"],
      });
  }
  return {
    ours: again ? ours : { ...ours, reset: forget },
    peer: again ? peer : { ...peer, reset: forget },
    check() {
      const run = (command: string, args: readonly string[], more: Readonly<Record<string, string>>): void => {
        execFileSync(command, args, {
          cwd: project,
          env: { ...process.env, ...more },
          stdio: ["ignore", "ignore", "pipe"],
        });
      };
      if (!again) forget();
      run(slipway, ["publish"], env);
      // Every file of the Release but the image lies there with the same bytes, and the image is whole.
      const image = readdirSync(release).filter((name) => name.endsWith(".tar"));
      const without = image.flatMap((name) => ["--exclude", name]);
      run(rclone, ["check", release, `here:${bucket}/slipway`, "--download", ...without], remote);
      run(programOf("crane"), ["validate", "--remote", `${registry.host}/bench/tool:1.0.0`], {});
    },
    async end() {
      await server.stop();
      await registry.stop();
    },
  };
}

/** Files of 1 to 14 MB whose bytes do not repeat, and an image with a layer of 100 MB. */
function projectOf(folder: string, text: string): string {
  const source = join(folder, "source");
  mkdirSync(source);
  writeFileSync(join(source, ".gitignore"), "dist/\npayload/\nlayer/\n");
  writeFileSync(join(source, "slipway.yaml"), text);
  const history = { commits: [{ message: "bench", tags: ["v1.0.0"] }], folder: join(folder, "project") };
  const project = repositoryOf(source, "bench", history);
  for (const name of ["payload", "layer"]) mkdirSync(join(project, name));
  for (let index = 0; index < 55; index += 1)
    writeFileSync(
      join(project, "payload", `part${String(index).padStart(2, "0")}.bin`),
      noise(index, (1 + (index % 14)) * megabyte),
    );
  writeFileSync(join(project, "layer", "blob"), noise(99, 80 * megabyte));
  return project;
}

function noise(seed: number, size: number): Buffer {
  return createCipheriv("aes-256-ctr", Buffer.alloc(32, seed), Buffer.alloc(16)).update(Buffer.alloc(size));
}

function measureUp(release: string): void {
  const sizes = readdirSync(release).map((name) => statSync(join(release, name)).size);
  const sum = sizes.reduce((total, size) => total + size, 0);
  if (sizes.length !== 60 || sum < 480 * megabyte || sum > 520 * megabyte)
    throw new Error(`the release has ${sizes.length} artifacts and ${sum} bytes`);
}
