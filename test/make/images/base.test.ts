/** Images on a base: its layers as they are, its config under ours, and files put where its links lead. */
import { join } from "node:path";

import { expect, test } from "vitest";

import { readImageIndex } from "../../../src/format/oci/image-index.ts";
import { mediaTypes } from "../../../src/format/oci/media-types.ts";
import type { ImageStepOptions, PlannedImage } from "../../../src/model/image.ts";
import { baseAnnotations } from "../../../src/make/images/annotations.ts";
import { needs } from "../../judges.ts";
import { run } from "../../format/contents.ts";
import { baseOf, file, folder, link, reference, type TestBase } from "./bases.ts";
import {
  freshFolder,
  layerOf,
  makeImage,
  noConfig,
  openArchive,
  planned,
  readImages,
  text,
  type World,
} from "./world.ts";

const merged = [
  folder("usr"),
  folder("usr/bin"),
  folder("usr/lib"),
  folder("tmp", 0o1777),
  folder("srv"),
  folder("srv/own", 0o750, 1000),
  link("bin", "usr/bin"),
  link("lib", "/usr/lib"),
  link("loop", "loop"),
  file("etc/passwd"),
];

function worldOn(base: TestBase, over: Partial<PlannedImage> = {}, more: Partial<World> = {}): World {
  const image = planned({ base: base.planned, layers: [layerOf(text("/opt/a"))], ...over });
  const options: World["options"] & Partial<ImageStepOptions> = { platforms: [image] };
  return { options, images: { [reference]: base.open }, ...more };
}

async function ourLayer(base: TestBase, ...paths: readonly string[]) {
  const { path } = (await makeImage(worldOn(base, { layers: [layerOf(...paths.map((to) => text(to)))] }))).made();
  const [image] = await readImages(path);
  return image?.layers.at(-1) ?? [];
}

test("the base's layers come first, byte for byte, and its history stays", async () => {
  const base = await baseOf([merged, [file("etc/motd")]], {
    over: { history: [{ created_by: "a" }, { created_by: "b" }, { created_by: "c", empty_layer: true }] },
  });
  const [image] = await readImages((await makeImage(worldOn(base))).made().path);
  expect(image?.manifest.layers.slice(0, 2)).toMatchObject(base.layers);
  expect(image?.config.diffIds).toHaveLength(3);
  expect(image?.config.history.map(({ created_by }) => created_by)).toEqual(["a", "b", "c", "slipway"]);
});

test("a base without history gets an entry for each of its layers", async () => {
  const [image] = await readImages((await makeImage(worldOn(await baseOf([merged])))).made().path);
  expect(image?.config.history.map(({ created_by }) => created_by)).toEqual(["base image", "slipway"]);
});

test("Docker's media types become OCI's, and the layers' digests stay", async () => {
  const base = await baseOf([merged], { docker: true });
  const [image] = await readImages((await makeImage(worldOn(base))).made().path);
  expect(image?.manifest.config.mediaType).toBe(mediaTypes.config);
  expect(image?.manifest.layers[0]).toMatchObject({ digest: base.layers[0]?.digest, mediaType: mediaTypes.gzipLayer });
});

test("our config stands over the base's", async () => {
  const base = await baseOf([merged], {
    over: {
      variant: "v2",
      config: {
        User: "1:1",
        Env: ["PATH=/bin", "LANG=C"],
        Entrypoint: ["/bin/sh"],
        Cmd: ["-c", "true"],
        Labels: { a: "1", b: "1" },
        ExposedPorts: { "80/tcp": {} },
        StopSignal: "SIGQUIT",
        OnBuild: ["RUN x"],
      },
    },
  });
  const config = { ...noConfig, env: { LANG: "C.UTF-8", A: "1" }, labels: { b: "2" }, expose: ["8080/tcp"] };
  const kept = await readImages((await makeImage(worldOn(base, { config }))).made().path);
  expect(kept[0]?.config).toMatchObject({
    variant: "v2",
    config: {
      User: "1:1",
      Env: ["PATH=/bin", "LANG=C.UTF-8", "A=1"],
      Entrypoint: ["/bin/sh"],
      Cmd: ["-c", "true"],
      Labels: { a: "1", b: "2" },
      ExposedPorts: { "80/tcp": {}, "8080/tcp": {} },
      StopSignal: "SIGQUIT",
      OnBuild: ["RUN x"],
    },
  });
  const other = await readImages(
    (await makeImage(worldOn(base, { config: { ...config, entrypoint: ["/tool"] } }))).made().path,
  );
  expect(other[0]?.config.config).toMatchObject({ Entrypoint: ["/tool"] });
  expect(other[0]?.config.config.Cmd).toBeUndefined();
});

test("a Windows image is of its base's version of Windows", async () => {
  const base = await baseOf([[folder("Files"), folder("Hives")]], {
    over: { os: "windows", "os.version": "10.0.20348.2700" },
  });
  const platforms = [planned({ platform: "windows/amd64", base: base.planned, layers: [layerOf(text("/app/a"))] })];
  const { path } = (
    await makeImage({ options: { platforms, index: true }, images: { [reference]: base.open } })
  ).made();
  const { manifests, top } = await openArchive(path);
  const index = manifests.get(top.digest);
  expect(index === undefined ? [] : readImageIndex(index).manifests).toMatchObject([
    { platform: { os: "windows", architecture: "amd64", "os.version": "10.0.20348.2700" } },
  ]);
  expect((await readImages(path))[0]?.config["os.version"]).toBe("10.0.20348.2700");
});

test("annotations name the base, by the digest of what stands where they do", async () => {
  const base = await baseOf([merged]);
  const image = planned({ base: base.planned, layers: [layerOf(text("/a"))] });
  const { path } = (
    await makeImage({ options: { platforms: [image], index: true }, images: { [reference]: base.open } })
  ).made();
  const { manifests, top } = await openArchive(path);
  const annotations = [...manifests.values()].map(
    ({ bytes }) => (JSON.parse(Buffer.from(bytes).toString()) as { annotations: unknown }).annotations,
  );
  const name = { "org.opencontainers.image.base.name": reference };
  expect(top.mediaType).toBe(mediaTypes.index);
  expect(annotations).toEqual([
    { ...name, "org.opencontainers.image.base.digest": base.planned.index },
    { ...name, "org.opencontainers.image.base.digest": base.manifest.digest },
  ]);
});

test("folders above a file are as the base has them, and 0755 where they are new", async () => {
  const layer = await ourLayer(await baseOf([merged]), "/tmp/x", "/srv/own/new/x");
  expect(layer.map(({ path, mode, uid, mtime }) => [path, mode, uid, mtime])).toEqual([
    ["srv/", 0o755, 0, 1_600_000_000],
    ["srv/own/", 0o750, 1000, 1_600_000_000],
    ["srv/own/new/", 0o755, 0, 1_769_774_400],
    ["srv/own/new/x", 0o644, 0, 1_769_774_400],
    ["tmp/", 0o1777, 0, 1_600_000_000],
    ["tmp/x", 0o644, 0, 1_769_774_400],
  ]);
});

test("what goes through a link of the base goes where the link leads", async () => {
  const layer = await ourLayer(await baseOf([merged]), "/bin/tool", "/lib/deep/x");
  expect(layer.map(({ path }) => path)).toEqual([
    "usr/",
    "usr/bin/",
    "usr/bin/tool",
    "usr/lib/",
    "usr/lib/deep/",
    "usr/lib/deep/x",
  ]);
});

test("two names of one place collide, and links in a circle are refused", async () => {
  const base = await baseOf([merged]);
  const problems = async (...paths: readonly string[]) =>
    (await makeImage(worldOn(base, { layers: [layerOf(...paths.map((to) => text(to)))] }))).problems;
  expect(await problems("/bin/x", "/usr/bin/x")).toMatchObject([{ code: "plan.collision" }]);
  expect(await problems("/loop/x")).toMatchObject([{ code: "format.invalid" }]);
  expect(await problems("/etc/passwd/x")).toMatchObject([{ code: "plan.collision" }]);
  expect(await problems("/usr")).toMatchObject([{ code: "plan.collision" }]);
});

test("whiteouts of the base's later layers are seen", async () => {
  const later = [file("usr/.wh.lib", ""), file("srv/.wh..wh..opq", ""), folder("srv/other", 0o711)];
  const layer = await ourLayer(await baseOf([merged, later]), "/usr/lib/x", "/srv/own/x", "/srv/other/x");
  expect(layer.map(({ path, mode, mtime }) => [path, mode, mtime])).toEqual([
    ["srv/", 0o755, 1_600_000_000],
    ["srv/other/", 0o711, 1_600_000_000],
    ["srv/other/x", 0o644, 1_769_774_400],
    ["srv/own/", 0o755, 1_769_774_400],
    ["srv/own/x", 0o644, 1_769_774_400],
    ["usr/", 0o755, 1_600_000_000],
    ["usr/lib/", 0o755, 1_769_774_400],
    ["usr/lib/x", 0o644, 1_769_774_400],
  ]);
});

test("the base is fetched once: another image on it needs no network", async () => {
  const cache = join(freshFolder(), "cache");
  const base = await baseOf([merged]);
  const first = (await makeImage(worldOn(base, {}, { cache }))).made();
  const asked = base.asked();
  expect(asked).toBe(3);
  const offline = { [reference]: () => Promise.reject(new Error("no network")) };
  const second = await makeImage(worldOn(base, { layers: [layerOf(text("/b"))] }, { cache, images: offline }));
  expect(second.made().attributes.digest).not.toBe(first.attributes.digest);
  expect(base.asked()).toBe(asked);
});

test("a base that is named by its digest alone gets no tag in annotations", () => {
  const digest = `sha256:${"0".repeat(64)}`;
  const nameOf = (written: string) =>
    baseAnnotations({ reference: written, digest, index: digest }, digest)["org.opencontainers.image.base.name"];
  expect(nameOf(`example.com/base@${digest}`)).toBe(`example.com/base@${digest}`);
  expect(nameOf(`example.com/base:1@${digest}`)).toBe("example.com/base:1");
  expect(nameOf("base")).toBe("docker.io/library/base:latest");
  expect(nameOf("oci:build/base")).toBeUndefined();
});

test("a base that calls its architecture otherwise is still of that architecture", async () => {
  const base = await baseOf([merged], { over: { architecture: "x86_64" } });
  expect((await readImages((await makeImage(worldOn(base))).made().path))[0]?.config.architecture).toBe("amd64");
});

test("a layer of a base with paths longer than any system opens is refused", async () => {
  const deep = await baseOf([[file(`${"a/".repeat(3000)}x`, "")]]);
  expect((await makeImage(worldOn(deep))).problems).toMatchObject([
    { code: "format.invalid", message: expect.stringContaining("longer paths") as string },
  ]);
});

test("a base that is not what was planned is refused", async () => {
  const lie = (which: (base: TestBase) => string | undefined) => async (): Promise<readonly unknown[]> => {
    const honest = await baseOf([merged]);
    const digest = which(honest);
    const base = await baseOf([merged], {
      damage: (bytes, of) => (of === digest ? Buffer.concat([bytes, Buffer.from(" ")]) : bytes),
    });
    return (await makeImage(worldOn(base))).problems;
  };
  expect(await lie(({ manifest }) => manifest.digest)()).toMatchObject([{ code: "verify.mismatch" }]);
  expect(await lie(({ layers }) => layers[0]?.digest)()).toMatchObject([{ code: "verify.mismatch" }]);
  const other = await baseOf([merged], { over: { architecture: "arm64" } });
  expect((await makeImage(worldOn(other))).problems).toMatchObject([{ code: "plan.target" }]);
  const wrongDiff = await baseOf([merged], { over: { diffIds: [other.manifest.digest] } });
  expect((await makeImage(worldOn(wrongDiff))).problems).toMatchObject([{ code: "verify.mismatch" }]);
  const few = await baseOf([merged], { over: { diffIds: [] } });
  expect((await makeImage(worldOn(few))).problems).toMatchObject([{ code: "format.invalid" }]);
  const gone = await baseOf([merged]);
  const planned = { ...gone.planned, digest: gone.planned.index };
  expect((await makeImage(worldOn(gone, { base: planned }))).problems).toMatchObject([{ code: "store.failed" }]);
});

needs("skopeo", "umoci")("umoci unpacks the whole: links of the base stay links", async ({ skopeo, umoci }) => {
  const base = await baseOf([merged]);
  const layers = [layerOf(text("/bin/tool"), text("/tmp/x"))];
  const { path } = (await makeImage(worldOn(base, { layers }))).made();
  const out = freshFolder();
  run(skopeo, ["copy", "-q", `oci-archive:${path}`, `oci:${out}/layout:v1`]);
  run(umoci, ["unpack", "--image", `${out}/layout:v1`, `${out}/bundle`]);
  const seen = run("find", [join(out, "bundle", "rootfs"), "-mindepth", "1", "-printf", "%y %m %P %l\n"]).toString();
  expect(seen).toContain("l 777 bin usr/bin\n");
  expect(seen).toContain("f 644 usr/bin/tool \n");
  expect(seen).toContain("d 1777 tmp \n");
});
