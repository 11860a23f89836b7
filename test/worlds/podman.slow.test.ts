/** Containers of tests: what they serve is reached, what they keep stays, and nothing of them does. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";

import { needs } from "../judges.ts";
import { pushBase } from "./base-image.ts";
import { containerObstacle, withPodman } from "./podman.ts";
import { withRegistry } from "./registry.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-podman-"));
afterAll(() => rmSync(home, { recursive: true }));

needs(
  "podman",
  "runc",
  "root-bare",
)("runs a server, whose volume stays", async (tools, context) => {
  const obstacle = containerObstacle();
  if (obstacle !== undefined) context.skip(obstacle);
  await withPodman(async ({ podman, serve }) => {
    await podman("import", "--quiet", busyboxTar(tools["root-bare"]), "busybox:1");
    const volume = "--volume=words:/words";
    await podman("run", "--rm", volume, "busybox:1", "/bin/busybox", "sh", "-c", "echo hello > /words/one");
    const command = ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/words"];
    const served = await serve(8080, "busybox:1", [volume, "--stop-signal=KILL"], command);
    const answer = await fetch(`${served.url}/one`);
    expect(await answer.text()).toBe("hello\n");
    await served.stop();
    await expect(fetch(`${served.url}/one`)).rejects.toThrow("fetch failed");
  });
});

needs(
  "podman",
  "runc",
  "docker-registry",
  "base-image",
  "skopeo",
)("pulls the base image for both processors", async (_, context) => {
  const obstacle = containerObstacle();
  if (obstacle !== undefined) context.skip(obstacle);
  await withRegistry("docker-registry", async (registry) => {
    const base = await pushBase(registry);
    const { headers } = await fetch(`${registry.url}/v2/distroless/static/manifests/nonroot`, {
      headers: { accept: "application/vnd.oci.image.index.v1+json" },
    });
    expect(headers.get("docker-content-digest")).toBe(base.digest);
    await withPodman(async ({ podman, pull }) => {
      for (const machine of ["amd64", "arm64"]) {
        const id = await pull(base.reference, `linux/${machine}`);
        const described = await podman("image", "inspect", "--format={{.Architecture}} {{.User}}", id);
        expect(described).toBe(`${machine} 65532\n`);
      }
    });
  });
});

needs(
  "podman",
  "runc",
  "qemu-aarch64",
  "go",
)("runs what is built for arm64", async (_, context) => {
  const obstacle = containerObstacle();
  if (obstacle !== undefined) context.skip(obstacle);
  await withPodman(async ({ podman, runArm64 }) => {
    await podman("import", "--quiet", "--arch=arm64", '--change=ENTRYPOINT ["/who", "are"]', arm64Tar(), "who:1");
    expect(await runArm64("who:1", "you")).toMatchObject({ status: 0, stdout: "arm64 [are you]\n" });
  });
});

const program = `package main

import (
	"fmt"
	"os"
	"runtime"
)

func main() { fmt.Println(runtime.GOARCH, os.Args[1:]) }
`;

function arm64Tar(): string {
  const tar = join(home, "who.tar");
  writeFileSync(join(home, "main.go"), program);
  const env = { ...process.env, GOARCH: "arm64", CGO_ENABLED: "0" };
  execFileSync("go", ["build", "-o", "who", "main.go"], { cwd: home, env });
  execFileSync("tar", ["-C", home, "-cf", tar, "who"]);
  return tar;
}

function busyboxTar(root: string): string {
  const tar = join(home, "busybox.tar");
  mkdirSync(join(home, "root/bin"), { recursive: true });
  mkdirSync(join(home, "root/words"));
  copyFileSync(join(root, "bin/busybox"), join(home, "root/bin/busybox"));
  execFileSync("tar", ["-C", join(home, "root"), "-cf", tar, "."]);
  return tar;
}
