/** What other programs make of our images: crane compares every digest, podman loads and runs them, skopeo copies them. */
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { judge, needs } from "../../judges.ts";
import { run } from "../../format/contents.ts";
import { containerObstacle, type Podman, startPodman } from "../../worlds/podman.ts";
import { baseOf, folder, link, reference } from "./bases.ts";
import { freshFolder, layerOf, makeImage, noConfig, planned, program, readImages, text } from "./world.ts";

let podman: Awaited<ReturnType<typeof startPodman>> | undefined;

beforeAll(async () => {
  if (containerObstacle() === undefined && judge("podman") !== undefined && judge("runc") !== undefined)
    podman = await startPodman();
}, 60_000);

afterAll(() => podman?.stop());

/** An image that runs busybox as nobody special. */
async function busyboxImage(root: string, base?: Awaited<ReturnType<typeof baseOf>>) {
  const config = { ...noConfig, entrypoint: ["/bin/busybox"], cmd: ["id"], user: "65532:65532" };
  const layers = [
    layerOf(program("busybox", "/bin/busybox", { mode: 0o755 })),
    {
      ...layerOf(text("/tmp/of/ours", "hello\n"), text("/etc/motd", "hi\n", { mode: 0o600, owner: "nonroot" })),
      compression: "zstd" as const,
    },
  ];
  const image = planned({ config, layers, add: ["passwd", "group"], base: base?.planned ?? null });
  const inputs = { busybox: { bytes: readFileSync(join(root, "bin/busybox")) } };
  const images = base === undefined ? {} : { [reference]: base.open };
  return (await makeImage({ options: { platforms: [image] }, inputs, images })).made();
}

function started(skip: (note: string) => void): Podman {
  if (podman === undefined) skip(containerObstacle() ?? "podman is not there");
  return podman as Podman;
}

needs("crane")("crane finds nothing wrong with any byte, whatever compresses the layers", async ({ crane }) => {
  for (const compression of ["gzip", "none"] as const) {
    const layers = [{ ...layerOf(text("/a"), text("/b/c", "x".repeat(500_000))), compression }];
    const { path } = (await makeImage({ options: { platforms: [planned({ layers })] } })).made();
    expect(run(crane, ["validate", "--tarball", path]).toString()).toContain("PASS");
  }
});

needs(
  "podman",
  "runc",
  "root-bare",
  "skopeo",
)(
  "podman runs it, and it is the same image whether loaded from Docker's list or from the layout",
  async ({ skopeo, "root-bare": root }, { skip }) => {
    const { podman: run_ } = started(skip);
    const made = await busyboxImage(root);
    const loaded = await run_("load", "--quiet", "--input", made.path);
    expect(loaded).toContain("example.com/acme/tool:1.0.0");
    expect(await run_("run", "--rm", "--network=none", "example.com/acme/tool:1.0.0")).toBe(
      "uid=65532(nonroot) gid=65532(nonroot) groups=65532(nonroot)\n",
    );
    const of = async (from: string): Promise<string> => {
      const copied = join(freshFolder(), "copied");
      run(skopeo, ["copy", "-q", from, `dir:${copied}`]);
      return run(skopeo, ["inspect", "--config", `dir:${copied}`]).toString();
    };
    expect(await of(`docker-archive:${made.path}`)).toBe(await of(`oci-archive:${made.path}`));
    const id = (await run_("image", "inspect", "--format={{.Id}}", "example.com/acme/tool:1.0.0")).trim();
    expect((await readImages(made.path))[0]?.manifest.config.digest).toBe(`sha256:${id}`);
  },
  60_000,
);

needs("podman", "runc", "root-bare")(
  "podman finds links and folders of the base as they were, and our files behind them",
  async ({ "root-bare": root }, { skip }) => {
    const { podman: run_ } = started(skip);
    const base = await baseOf([[folder("usr"), folder("usr/bin"), folder("tmp", 0o1777), link("bin", "usr/bin")]]);
    const made = await busyboxImage(root, base);
    await run_("load", "--quiet", "--input", made.path);
    const script =
      "busybox stat -c '%n %A %U' /bin /bin/busybox /usr/bin/busybox /tmp /tmp/of/ours /etc/motd /home/nonroot";
    const said = await run_(
      "run",
      "--rm",
      "--network=none",
      "example.com/acme/tool:1.0.0",
      "sh",
      "-c",
      `PATH=/bin; ${script}`,
    );
    expect(said.split("\n")).toEqual([
      "/bin lrwxrwxrwx root",
      "/bin/busybox -rwxr-xr-x root",
      "/usr/bin/busybox -rwxr-xr-x root",
      "/tmp drwxrwxrwt root",
      "/tmp/of/ours -rw-r--r-- root",
      "/etc/motd -rw------- nonroot",
      "/home/nonroot drwx------ nonroot",
      "",
    ]);
  },
  60_000,
);

test("a layer of 256 MB takes no more memory than a small one", async () => {
  const mebibyte = 1024 * 1024;
  const before = process.memoryUsage().rss;
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  try {
    const layer = layerOf({ source: "glob", from: "zeros", to: "/zeros" });
    await makeImage({
      options: { platforms: [planned({ layers: [{ ...layer, compression: "none" }] })] },
      prepare(root) {
        writeFileSync(join(root, "zeros"), "");
        truncateSync(join(root, "zeros"), 256 * mebibyte);
      },
    });
  } finally {
    clearInterval(watch);
  }
  expect(most - before).toBeLessThan(160 * mebibyte);
}, 60_000);
