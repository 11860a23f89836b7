/** The small registry of these tests is one: crane and skopeo push to it, pull from it, and find what they pushed. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { execFile } from "node:child_process";
import { expect } from "vitest";

import { copyImage } from "../../src/store/copy-image.ts";
import { layoutTarget } from "../../src/store/layout/write.ts";
import { needs } from "../judges.ts";
import { testImage } from "../store/images.ts";
import { startFakeRegistry } from "./registry.ts";

needs("crane", "skopeo")("crane and skopeo use it with a login, in chunks and whole", async ({ crane, skopeo }) => {
  const home = mkdtempSync(join(tmpdir(), "slipway-fake-registry-"));
  const registry = await startFakeRegistry({ auth: { kind: "token" }, relative: true, page: 1 });
  const env = { ...process.env, DOCKER_CONFIG: home, REGISTRY_AUTH_FILE: join(home, "config.json") };
  // They must not hold up this process, in which the registry runs.
  const run = async (command: string, ...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)(command, args, { env })).stdout;
  try {
    const image = await testImage();
    const folder = join(home, "layout");
    const layout = layoutTarget(folder);
    await copyImage({ from: image.source, to: layout, root: image.index });
    await layout.tag("1", image.index);

    await run(crane, "auth", "login", registry.host, "-u", "ada", "-p", "secret");
    const name = `${registry.host}/acme/skopeo:1`;
    await run(skopeo, "copy", "-q", "--all", "--dest-tls-verify=false", `oci:${folder}:1`, `docker://${name}`);
    expect((await run(crane, "digest", name)).trim()).toBe(image.index.digest);
    await run(crane, "validate", "--remote", name);
    await run(crane, "copy", name, `${registry.host}/acme/crane:2`);
    await run(crane, "tag", `${registry.host}/acme/crane:2`, "3");
    expect((await run(crane, "ls", `${registry.host}/acme/crane`)).trim().split("\n")).toEqual(["2", "3"]);
    const back = join(home, "back");
    await run(
      skopeo,
      "copy",
      "-q",
      "--all",
      "--src-tls-verify=false",
      `docker://${registry.host}/acme/crane:3`,
      `oci:${back}:3`,
    );
    expect(existsSync(join(back, "blobs", "sha256", image.index.digest.slice(7)))).toBe(true);
  } finally {
    await registry.stop();
    rmSync(home, { recursive: true, force: true });
  }
});
