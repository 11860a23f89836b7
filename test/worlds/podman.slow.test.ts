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

needs(
  "podman",
  "runc",
  "root-bare",
)("runs a server, whose volume stays", async (tools, context) => {
  const obstacle = containerObstacle();
  if (obstacle !== undefined) context.skip(obstacle);
  await withPodman(async (podman) => {
    await podman.podman("import", "--quiet", busyboxTar(tools["root-bare"]), "busybox:1");
    const write = ["--rm", "--volume=words:/words", "busybox:1", "/bin/busybox", "sh", "-c", "echo hello > /words/one"];
    await podman.podman("run", ...write);
    const command = ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/words"];
    const served = await podman.serve(8080, "busybox:1", ["--volume=words:/words", "--stop-signal=KILL"], command);
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
  "qemu-aarch64",
  "go",
)("runs what is built on the base image of the other processor", async (_, context) => {
  const obstacle = containerObstacle();
  if (obstacle !== undefined) context.skip(obstacle);
  await withRegistry("docker-registry", async (registry) => {
    const base = await pushBase(registry);
    await withPodman(async (podman) => {
      for (const [platform, machine] of [
        ["linux/amd64", "amd64"],
        ["linux/arm64", "arm64"],
      ] as const) {
        const id = await podman.pull(base.reference, platform);
        expect(await podman.podman("image", "inspect", "--format={{.Architecture}} {{.User}}", id)).toBe(
          `${machine} 65532\n`,
        );
      }
      const folder = mkdtempSync(join(tmpdir(), "slipway-arm64-"));
      writeFileSync(join(folder, "main.go"), program);
      execFileSync("go", ["build", "-o", "who", "main.go"], {
        cwd: folder,
        env: { ...process.env, GOARCH: "arm64", CGO_ENABLED: "0" },
      });
      execFileSync("tar", ["-C", folder, "-cf", join(folder, "who.tar"), "who"]);
      const change = '--change=ENTRYPOINT ["/who", "are"]';
      await podman.podman("import", "--quiet", "--arch=arm64", change, join(folder, "who.tar"), "who:1");
      expect(await podman.runArm64("who:1", "you")).toMatchObject({ status: 0, stdout: "arm64 [are you]\n" });
      rmSync(folder, { recursive: true });
    });
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
