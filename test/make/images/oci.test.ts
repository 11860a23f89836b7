/** Images made from programs and files: layers, config, index, names, and the same bytes each time. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";

import { expect, test } from "vitest";

import { makePlatformImage } from "../../../src/make/images/platform-image.ts";
import type { MakeContext } from "../../../src/make/maker.ts";
import { Problem } from "../../../src/model/problem.ts";
import { needs } from "../../judges.ts";
import { contentOf, run } from "../../format/contents.ts";
import {
  freshFolder,
  layerOf,
  makeImage,
  noConfig,
  openArchive,
  planned,
  program,
  readImages,
  text,
  type World,
} from "./world.ts";

const tool = { tool: { bytes: "#!/bin/sh\n" } };

const both = ["linux/amd64", "linux/arm64"].map((platform) =>
  planned({ platform, layers: [layerOf(program("tool", "/usr/local/bin/tool"))] }),
);

test("an image of two platforms is an index of two images, each with a layer that runs", async () => {
  const made = (await makeImage({ options: { platforms: both }, inputs: tool })).made();
  const archive = await openArchive(made.path);
  expect(made.attributes).toMatchObject({
    format: "oci",
    digest: archive.top.digest,
    mediaType: archive.top.mediaType,
  });
  expect(made.attributes.names).toEqual([
    { name: "example.com/acme/tool:1.0.0", digest: archive.top.digest, rolling: "" },
  ]);
  expect(made.attributes.platforms.map(({ platform }) => platform)).toEqual(["linux/amd64", "linux/arm64"]);
  const images = await readImages(made.path);
  expect(images.map(({ config }) => config.architecture)).toEqual(["amd64", "arm64"]);
  for (const { layers, config } of images) {
    expect(config).toMatchObject({ created: "2026-01-30T12:00:00Z", os: "linux" });
    expect(config.history).toEqual([{ created: "2026-01-30T12:00:00Z", created_by: "slipway" }]);
    expect(layers).toEqual([
      [
        expect.objectContaining({ path: "usr/", type: "directory", mode: 0o755 }),
        expect.objectContaining({ path: "usr/local/" }),
        expect.objectContaining({ path: "usr/local/bin/" }),
        expect.objectContaining({ path: "usr/local/bin/tool", mode: 0o755, uid: 0, owner: "", mtime: 1_769_774_400 }),
      ],
    ]);
  }
});

test("two runs with nothing in common but the input give the same bytes", async () => {
  const options = {
    platforms: both.map((image) => ({ ...image, add: ["ca-certificates", "passwd", "group", "nsswitch"] })),
  };
  const first = (await makeImage({ options, inputs: tool })).made();
  const second = (await makeImage({ options, inputs: tool })).made();
  expect(second.artifact.digest).toBe(first.artifact.digest);
});

test("a second run takes what was made, and a file that changed makes it anew", async () => {
  const cache = join(freshFolder(), "cache");
  const platforms = [planned({ layers: [layerOf({ source: "glob", from: "data/*", to: "/srv" })] })];
  const world = { options: { platforms }, cache };
  expect((await makeImage({ ...world, files: { "data/a": "1" } })).state).toBe("made");
  expect((await makeImage({ ...world, files: { "data/a": "1" } })).state).toBe("cached");
  expect((await makeImage({ ...world, files: { "data/a": "2" } })).state).toBe("made");
});

test("what a container runs with stands in the config, sorted where order means nothing", async () => {
  const config = {
    ...noConfig,
    entrypoint: ["/tool"],
    cmd: ["serve"],
    env: { B: "2", A: "1" },
    user: "65532:65532",
    workdir: "/srv",
    expose: ["9090/tcp", "8080/tcp"],
    volumes: ["/data"],
    labels: { b: "2", a: "1" },
    stopSignal: "SIGINT",
    healthcheck: { test: ["CMD", "/tool", "health"], interval: 30e9, timeout: null, startPeriod: null, retries: 3 },
  };
  const platforms = [planned({ config, layers: [layerOf(program("tool", "/tool"))] })];
  const annotations = { "org.opencontainers.image.version": "1.0.0" };
  const made = (await makeImage({ options: { platforms, annotations }, inputs: tool })).made();
  const [image] = await readImages(made.path);
  expect(image?.config.config).toEqual({
    User: "65532:65532",
    ExposedPorts: { "8080/tcp": {}, "9090/tcp": {} },
    Env: ["A=1", "B=2"],
    Entrypoint: ["/tool"],
    Cmd: ["serve"],
    Volumes: { "/data": {} },
    WorkingDir: "/srv",
    Labels: { a: "1", b: "2" },
    StopSignal: "SIGINT",
    Healthcheck: { Test: ["CMD", "/tool", "health"], Interval: 30e9, Retries: 3 },
  });
  expect(image?.manifest.annotations).toEqual(annotations);
});

test("an archive has the first name of the whole image, and none where only platforms have names", async () => {
  const tags = [{ tag: "1.0.0", rolling: "" }];
  const named = both.map((image) => ({ ...image, tags: [{ tag: image.platform.slice(6), rolling: "" }] }));
  const topOf = async (options: World["options"]) =>
    (await openArchive((await makeImage({ options, inputs: tool })).made().path)).top.annotations;
  expect(await topOf({ platforms: named, tags })).toMatchObject({
    "io.containerd.image.name": "example.com/acme/tool:1.0.0",
  });
  expect(await topOf({ platforms: named, tags: [] })).toBeUndefined();
});

test("a layer that cannot be written is told once the others are gathered, and ends nothing before", async () => {
  const gathered: string[] = [];
  const context = {
    epoch: 0,
    contentOfBytes: (bytes: Uint8Array) => contentOf(bytes),
    render: () => "",
    root: freshFolder(),
    async contentOfFile(path: string) {
      await nextTurn();
      gathered.push(path);
      return contentOf("slow");
    },
  } as unknown as MakeContext;
  writeFileSync(join(context.root, "slow"), "");
  const layers = [layerOf(text("/a")), layerOf({ source: "glob", from: "slow", to: "/slow" })];
  const write = (): Promise<never> => Promise.reject(new Problem("disk.full", "no room"));
  const making = makePlatformImage(planned({ layers }), {}, write, context);
  await expect(making).rejects.toMatchObject({ code: "disk.full" });
  expect(gathered).toHaveLength(1);
});

test("without an index the manifest is the top, and every tag names it", async () => {
  const tags = [
    { tag: "1.0.0", rolling: "" },
    { tag: "latest", rolling: "1.0.0" },
  ];
  const repositories = ["example.com/a", "example.com/b"];
  const platforms = [planned({ layers: [layerOf(program("tool", "/tool"))], tags: [{ tag: "amd64", rolling: "" }] })];
  const made = (await makeImage({ options: { platforms, tags, repositories }, inputs: tool })).made();
  const { digest, platforms: digests, names } = made.attributes;
  expect(digests).toEqual([{ platform: "linux/amd64", digest }]);
  expect(names.map(({ name }) => name)).toEqual([
    "example.com/a:1.0.0",
    "example.com/a:latest",
    "example.com/b:1.0.0",
    "example.com/b:latest",
    "example.com/a:amd64",
    "example.com/b:amd64",
  ]);
  expect(names.every((name) => name.digest === digest)).toBe(true);
  expect(names[1]?.rolling).toBe("1.0.0");
});

test("layers stand one on the other, and a folder that the first has is as it was there", async () => {
  const layers = [
    layerOf({ source: "dir", from: "", to: "/data", mode: 0o700, owner: "65532", group: "65532" }, text("/etc/a", "a")),
    { ...layerOf(text("/data/b", "b", { mode: 0o600, owner: "65532" })), compression: "zstd" as const },
    { ...layerOf(text("/c", "c")), compression: "none" as const },
  ];
  const [image] = await readImages((await makeImage({ options: { platforms: [planned({ layers })] } })).made().path);
  expect(image?.manifest.layers.map(({ mediaType }) => mediaType.split("tar")[1])).toEqual(["+gzip", "+zstd", ""]);
  expect(image?.layers[1]).toEqual([
    expect.objectContaining({ path: "data/", mode: 0o700, uid: 65_532, gid: 65_532 }),
    expect.objectContaining({ path: "data/b", mode: 0o600, uid: 65_532, gid: 0, text: "b" }),
  ]);
});

test("a layer whose files have a time of their own is the same in every release", async () => {
  const layers = [layerOf(text("/srv/a/b", "x", { mtime: 0 })), layerOf(text("/srv/a/c", "x"))];
  const layersAt = async (clock: number) => {
    const { path } = (await makeImage({ options: { platforms: [planned({ layers })] }, clock })).made();
    return (await readImages(path))[0]?.manifest.layers.map(({ digest }) => digest) ?? [];
  };
  const [first, second] = await Promise.all([layersAt(1_700_000_000), layersAt(1_800_000_000)]);
  expect(first[0]).toBe(second[0]);
  expect(first[1]).not.toBe(second[1]);
});

test("an entry that selects nothing leaves its layer out, and the others are made", async () => {
  const layers = [layerOf({ source: "glob", from: "none/*", to: "/x", optional: true }), layerOf(text("/a"))];
  const [image] = await readImages((await makeImage({ options: { platforms: [planned({ layers })] } })).made().path);
  expect(image?.layers).toHaveLength(1);
});

const refusals: readonly (readonly [string, Parameters<typeof planned>[0], string, string])[] = [
  ["nothing in it", {}, "plan.empty", "would be empty"],
  ["a named owner", { layers: [layerOf(text("/a", "a", { owner: "acme" }))] }, "plan.invalid", "who acme is"],
  ["nonroot without passwd", { layers: [layerOf(text("/a", "a", { owner: "nonroot" }))] }, "plan.invalid", "nonroot"],
  ["a whiteout", { layers: [layerOf(text("/etc/.wh.passwd"))] }, "plan.invalid", ".wh."],
  ["one path twice", { layers: [layerOf(text("/a"), text("/a"))] }, "plan.collision", "two files would go to a"],
  ["a file in a file", { layers: [layerOf(text("/a")), layerOf(text("/a/b"))] }, "plan.collision", "which is a file"],
  [
    "a folder that becomes a file",
    { layers: [layerOf(text("/a/b")), layerOf(text("/a"))] },
    "plan.collision",
    "directory",
  ],
  ["an unknown addition", { add: ["shadow"] }, "plan.invalid", "nothing that can be added"],
];

for (const [what, over, code, says] of refusals)
  test(`an image with ${what} is refused`, async () => {
    const { problems } = await makeImage({ options: { platforms: [planned(over)] } });
    expect(problems).toMatchObject([{ code, message: expect.stringContaining(says) as string }]);
  });

test("what is wrong with several platforms is told together", async () => {
  const [amd64, arm64] = both;
  const platforms = [
    { ...planned(amd64), layers: [layerOf(text("/a"), text("/a"))] },
    { ...planned(arm64), layers: [layerOf(text("/b"), text("/b"))] },
  ];
  const { problems } = await makeImage({ options: { platforms } });
  expect(problems.map(({ message }) => message)).toEqual(["two files would go to a", "two files would go to b"]);
});

test("Docker's names tell platforms apart", async () => {
  const platforms = ["linux/amd64", "linux/arm/7"].map((platform) =>
    planned({ platform, layers: [layerOf(text("/a"))] }),
  );
  const [first, second] = platforms;
  if (first === undefined || second === undefined) throw new Error("two platforms");
  const own = { ...second, tags: [{ tag: "1.0.0-pi", rolling: "" }] };
  for (const [images, expected] of [
    [platforms, ["example.com/acme/tool:1.0.0-amd64", "example.com/acme/tool:1.0.0-armv7"]],
    [
      [first, own],
      ["example.com/acme/tool:1.0.0-amd64", "example.com/acme/tool:1.0.0-pi"],
    ],
    [[first], ["example.com/acme/tool:1.0.0"]],
  ] as const) {
    const { path } = (await makeImage({ options: { platforms: images } })).made();
    const list = JSON.parse(run("tar", ["-xOf", path, "manifest.json"]).toString()) as { RepoTags: string[] }[];
    expect(list.flatMap(({ RepoTags }) => RepoTags)).toEqual(expected);
  }
});

test("a Windows image has its files where Windows looks for them", async () => {
  const platforms = [planned({ platform: "windows/amd64", layers: [layerOf(program("tool", "/app/tool.exe"))] })];
  const [image] = await readImages((await makeImage({ options: { platforms }, inputs: tool })).made().path);
  expect(image?.layers[0]?.map(({ path }) => path)).toEqual(["Files/", "Files/app/", "Files/app/tool.exe", "Hives/"]);
  expect(image?.layers[0]?.[2]?.pax).toEqual({
    "MSWINDOWS.rawsd": "AQAAgBQAAAAkAAAAAAAAAAAAAAABAgAAAAAABSAAAAAhAgAAAQIAAAAAAAUgAAAAIQIAAA==",
  });
});

needs("skopeo", "umoci")("umoci unpacks it with its modes, owners and config", async ({ skopeo, umoci }) => {
  const config = { ...noConfig, entrypoint: ["/bin/tool"], user: "65532:65532" };
  const layers = [layerOf(program("tool", "/bin/tool"), text("/etc/tool.conf", "x", { mode: 0o640, owner: "65532" }))];
  const { path } = (
    await makeImage({ options: { platforms: [planned({ config, layers, add: ["passwd", "group"] })] }, inputs: tool })
  ).made();
  const folder = freshFolder();
  mkdirSync(join(folder, "out"));
  run(skopeo, ["copy", "-q", `oci-archive:${path}`, `oci:${folder}/layout:v1`]);
  run(umoci, ["unpack", "--image", `${folder}/layout:v1`, `${folder}/out`]);
  const rootfs = join(folder, "out", "rootfs");
  const seen = run("find", [rootfs, "-mindepth", "1", "-printf", "%P %m %U:%G %T@\n"])
    .toString()
    .trim()
    .split("\n")
    .toSorted();
  const time = "1769774400.0000000000";
  expect(seen).toEqual(
    [
      `bin 755 0:0 ${time}`,
      `bin/tool 755 0:0 ${time}`,
      `etc 755 0:0 ${time}`,
      `etc/group 644 0:0 ${time}`,
      `etc/passwd 644 0:0 ${time}`,
      `etc/tool.conf 640 65532:0 ${time}`,
      `home 755 0:0 ${time}`,
      `home/nonroot 700 65532:65532 ${time}`,
    ].toSorted(),
  );
  expect(JSON.parse(run("cat", [join(folder, "out", "config.json")]).toString())).toMatchObject({
    process: { args: ["/bin/tool"], user: { uid: 65_532, gid: 65_532 } },
  });
});
