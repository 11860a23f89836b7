/** Images by Dockerfiles: what podman and buildah build is an image like any other, twice the same. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import type { PlannedDockerfile } from "../../../src/model/image.ts";
import { needs } from "../../judges.ts";
import { run } from "../../format/contents.ts";
import { freshFolder, layerOf, makeImage, noConfig, planned, program, readImages, text, type World } from "./world.ts";

const dockerfile = `FROM scratch AS build
ARG VERSION
COPY busybox /bin/busybox
RUN ["/bin/busybox", "sh", "-c", "echo version $VERSION > /made"]
FROM scratch
ARG TARGETPLATFORM
COPY --from=build /made /made
COPY $TARGETPLATFORM/tool /usr/bin/tool
COPY conf/ /etc/tool/
ENV BY=dockerfile
ENTRYPOINT ["/usr/bin/tool"]
`;

/** Storage of its own, without what needs more rights than a sandbox has. */
function quietEnv(): Record<string, string> {
  const folder = freshFolder();
  mkdirSync(join(folder, "tmp"));
  const storage = join(folder, "storage.conf");
  writeFileSync(storage, `[storage]\ndriver = "vfs"\ngraphroot = "${folder}/graph"\nrunroot = "${folder}/run"\n`);
  return {
    CONTAINERS_STORAGE_CONF: storage,
    STORAGE_DRIVER: "vfs",
    BUILDAH_ISOLATION: "chroot",
    TMPDIR: join(folder, "tmp"),
  };
}

function worldOf(root: string, over: Partial<PlannedDockerfile>, more: Partial<World> = {}): World {
  const written: PlannedDockerfile = {
    file: "build/Dockerfile",
    target: "",
    args: { VERSION: "1.0.0" },
    context: [
      program("tool", "linux/amd64/tool"),
      { source: "glob", from: "conf", to: "conf" },
      program("busybox", "busybox"),
    ],
    tool: "auto",
    ...over,
  };
  const config = { ...noConfig, labels: { a: "1" }, user: "65532:65532" };
  return {
    kind: "dockerfile",
    options: { platforms: [planned({ dockerfile: written, config })], annotations: { note: "x" } },
    files: { "build/Dockerfile": dockerfile, "conf/a.conf": "a\n" },
    inputs: { tool: { bytes: "#!/bin/sh\n" }, busybox: { bytes: readFileSync(join(root, "bin/busybox")) } },
    env: quietEnv(),
    ...more,
  };
}

for (const tool of ["buildah", "podman"] as const)
  needs(tool, "root-bare", "crane")(
    `${tool} builds two stages, and what comes out is ours: annotated, configured${tool === "buildah" ? ", twice the same" : ""}`,
    async ({ "root-bare": root, crane }) => {
      const first = await makeImage(worldOf(root, { tool }));
      const made = first.made();
      expect(run(crane, ["validate", "--tarball", made.path]).toString()).toContain("PASS");
      const [image] = await readImages(made.path);
      expect(image?.manifest.annotations).toEqual({ note: "x" });
      expect(image?.config).toMatchObject({ created: "2026-01-30T12:00:00Z", architecture: "amd64" });
      expect(image?.config.config).toMatchObject({
        Entrypoint: ["/usr/bin/tool"],
        Labels: { a: "1" },
        User: "65532:65532",
      });
      expect(image?.config.config.Env).toContain("BY=dockerfile");
      const files = image?.layers.flat().filter(({ type }) => type === "file");
      expect(files?.map((member) => [member.path, member.text, member.mtime])).toEqual(
        expect.arrayContaining([
          ["made", "version 1.0.0\n", 1_769_774_400],
          ["usr/bin/tool", "#!/bin/sh\n", 1_769_774_400],
          ["etc/tool/a.conf", "a\n", 1_769_774_400],
        ]),
      );
      if (tool === "podman") return; // the same builder, with a slower storage
      const second = (await makeImage(worldOf(root, { tool }))).made();
      expect(second.artifact.digest).toBe(made.artifact.digest);
    },
    120_000,
  );

needs("buildah", "root-bare")(
  "a stage can be the target, and a RUN that fails shows what it said",
  async (tools) => {
    const root = tools["root-bare"];
    const built = await makeImage(worldOf(root, { tool: "buildah", target: "build" }));
    const files = (await readImages(built.made().path))[0]?.layers.flat() ?? [];
    expect(files.map(({ path }) => path)).toContain("bin/busybox");
    const failing = worldOf(
      root,
      { tool: "buildah" },
      {
        files: {
          "build/Dockerfile": 'FROM scratch\nCOPY busybox /sh\nRUN ["/sh", "sh", "-c", "echo no such luck; exit 3"]\n',
          "conf/a.conf": "",
        },
      },
    );
    const { problems } = await makeImage(failing);
    expect(problems).toMatchObject([{ code: "step.failed" }]);
    expect(problems[0]?.lines.join("\n")).toContain("no such luck");
  },
  120_000,
);

/** A project whose busybox is empty: nothing is built of it. */
function emptyRoot(): string {
  const root = freshFolder();
  mkdirSync(join(root, "bin"));
  writeFileSync(join(root, "bin/busybox"), "");
  return root;
}

/** A PATH on which programs are shell scripts; `others`: those of this machine behind them. */
function pathOf(scripts: Readonly<Record<string, string>>, others = false): { readonly PATH: string } {
  const folder = freshFolder();
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return { PATH: others ? `${folder}:${process.env["PATH"] ?? ""}` : folder };
}

test("without a tool the Problem says which there are; a missing Dockerfile is missing before that", async () => {
  const root = emptyRoot();
  const env = pathOf({});
  expect((await makeImage(worldOf(root, {}, { env }))).problems).toMatchObject([
    { code: "tool.missing", expected: "buildx, podman or buildah" },
  ]);
  expect((await makeImage(worldOf(root, { tool: "podman" }, { env }))).problems).toMatchObject([
    { code: "tool.missing", message: expect.stringContaining("podman") as string },
  ]);
  expect((await makeImage(worldOf(root, { file: "none" }, { env }))).problems).toMatchObject([
    { code: "file.missing" },
  ]);
});

// These stand for Docker's: this machine has no daemon that would build.
test("a Docker that cannot write an OCI archive is passed over", async () => {
  const inspect = (said: string, info: string): string =>
    `case "$1" in info) echo '${info}';; *) printf '${said}';; esac`;
  const podman = 'case "$1" in --version) ;; *) echo podman was asked; exit 9;; esac';
  const asked = async (docker: string): Promise<string | undefined> =>
    (await makeImage(worldOf(emptyRoot(), {}, { env: pathOf({ docker, podman }) }))).problems[0]?.message;
  expect(await asked("exit 1")).toMatch(/^podman build /);
  expect(await asked(inspect("Driver: docker\\nError: no daemon\\n", ""))).toMatch(/^podman build /);
  expect(await asked(inspect("Driver: docker\\n", '[["Backing Filesystem","extfs"]]'))).toMatch(/^podman build /);
  const containerd = '[["driver-type","io.containerd.snapshotter.v1"]]';
  expect(await asked(inspect("Driver: docker\\n", containerd))).toMatch(/built-linux-amd64\.tar: no such file/);
  expect(await asked(inspect("Driver: docker-container\\n", ""))).toMatch(/built-linux-amd64\.tar: no such file/);
});

test("buildx comes first, and is asked for an archive without attestations, of the release's time", async () => {
  const layers = [layerOf(text("/a"))];
  const image = (await makeImage({ options: { platforms: [planned({ platform: "linux/arm/7", layers })] } })).made()
    .path;
  const docker = `case "$*" in "buildx inspect") exit 0;; esac
for word; do case "$word" in type=oci,dest=*) dest=\${word#*dest=}; cp '${image}' "\${dest%%,*}";; esac; folder=$word; done
echo "$SOURCE_DATE_EPOCH" "$@"; ls "$folder/linux/arm/v7" || :`;
  const env = pathOf({ docker }, true);
  const world = worldOf(emptyRoot(), {}, { env });
  const [amd64] = world.options.platforms;
  if (amd64 === undefined || amd64.dockerfile === null) throw new Error("a platform");
  const platform = "linux/arm/7";
  const arm = {
    ...amd64,
    platform,
    dockerfile: { ...amd64.dockerfile, context: [program("tool", `${platform}/tool`)] },
  };
  const outcome = await makeImage({ ...world, options: { platforms: [arm] } });
  expect((await readImages(outcome.made().path))[0]?.config).toMatchObject({ architecture: "arm", variant: "v7" });
  const said = outcome.lines.join("\n");
  expect(said).toMatch(/^1769774400 buildx build --provenance=false --sbom=false --output type=oci,dest=/m);
  expect(said).toContain(",rewrite-timestamp=true --platform linux/arm/v7 --file ");
  expect(said).toContain("--build-arg VERSION=1.0.0 ");
  expect(said).toMatch(/^tool$/m);
  expect((await makeImage(world)).problems).toMatchObject([
    { code: "step.failed", message: "buildx built an image for linux/arm, not linux/amd64" },
  ]);
});
