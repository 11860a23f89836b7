/** Manifests, indexes and configs: written in one form, read strictly. */
import fc from "fast-check";
import { expect, test } from "vitest";

import { readImageConfig, writeImageConfig } from "../../../src/format/oci/config.ts";
import { readImageIndex, writeImageIndex } from "../../../src/format/oci/image-index.ts";
import { readManifest, writeManifest } from "../../../src/format/oci/manifest.ts";
import { isIndexType, layerCompression, mediaTypes, ociTwin } from "../../../src/format/oci/media-types.ts";
import { imagePlatform, platformOfImage } from "../../../src/format/oci/platform.ts";
import { formatPlatform, parsePlatform } from "../../../src/model/platform.ts";
import { Problem } from "../../../src/model/problem.ts";
import { digestOf } from "./images.ts";

const digest = digestOf(Buffer.from("x"));
const descriptor = { mediaType: mediaTypes.config, digest, size: 1 };
const given = (mediaType: string, text: string) => ({ mediaType, digest, bytes: Buffer.from(text) });

test("a manifest is written with the keys in the specification's order and comes back", () => {
  const manifest = {
    config: descriptor,
    layers: [{ ...descriptor, annotations: { b: "2", a: "1" } }],
    annotations: { z: "" },
  };
  const written = writeManifest(manifest);
  expect(Buffer.from(written.bytes).toString()).toBe(
    `{"schemaVersion":2,"mediaType":"${mediaTypes.manifest}","config":{"mediaType":"${mediaTypes.config}","digest":"${digest}","size":1},` +
      `"layers":[{"mediaType":"${mediaTypes.config}","digest":"${digest}","size":1,"annotations":{"a":"1","b":"2"}}],"annotations":{"z":""}}`,
  );
  expect(readManifest(written)).toMatchObject(manifest);
  expect(written.digest).toBe(digestOf(written.bytes));
});

test("an index keeps the platforms of its manifests", () => {
  const platform = { os: "windows", architecture: "amd64", "os.version": "10.0.17763.1" };
  const written = writeImageIndex({ manifests: [{ ...descriptor, platform }] });
  expect(readImageIndex(written).manifests[0]?.platform).toEqual(platform);
  expect(Buffer.from(written.bytes).toString()).toContain(
    `"platform":{"architecture":"amd64","os":"windows","os.version":"10.0.17763.1"}`,
  );
});

test("a config comes back as it was written, and what is empty is left out", () => {
  const config = {
    Env: ["A=1"],
    ExposedPorts: { "9/tcp": {}, "8/tcp": {} },
    Cmd: [],
    OnBuild: ["x"],
    Healthcheck: { Retries: 3 },
  };
  const file = {
    architecture: "arm",
    os: "linux",
    variant: "v7",
    config,
    diffIds: [digest],
    history: [{ empty_layer: true }],
  };
  const bytes = writeImageConfig(file);
  expect(bytes.toString()).toBe(
    `{"architecture":"arm","os":"linux","variant":"v7","config":{"ExposedPorts":{"8/tcp":{},"9/tcp":{}},"Env":["A=1"],` +
      `"Healthcheck":{"Retries":3},"OnBuild":["x"]},"rootfs":{"type":"layers","diff_ids":["${digest}"]},"history":[{"empty_layer":true}]}`,
  );
  const { Cmd: _, ...rest } = config;
  expect(readImageConfig(bytes, digest)).toMatchObject({ ...file, config: rest });
});

test("Docker's nulls are nothing", () => {
  const bytes = Buffer.from(
    `{"architecture":"amd64","os":"linux","config":{"Cmd":null,"Env":null,"Labels":null},"history":null,"rootfs":{"type":"layers","diff_ids":null}}`,
  );
  expect(writeImageConfig(readImageConfig(bytes, digest)).toString()).toBe(
    `{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}`,
  );
});

test("Docker's manifests and lists are read too", () => {
  const text = JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.dockerManifest,
    config: descriptor,
    layers: [],
  });
  expect(readManifest(given(mediaTypes.dockerManifest, text)).layers).toEqual([]);
  const list = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.dockerIndex, manifests: [descriptor] });
  expect(readImageIndex(given(mediaTypes.dockerIndex, list)).manifests).toHaveLength(1);
  expect(isIndexType(mediaTypes.dockerIndex)).toBe(true);
  expect(ociTwin(mediaTypes.dockerGzipLayer)).toBe(mediaTypes.gzipLayer);
  expect(layerCompression(mediaTypes.dockerForeignLayer)).toBe("gzip");
  expect(layerCompression("application/vnd.cncf.helm.chart.content.v1.tar+gzip")).toBeUndefined();
});

const whole = { schemaVersion: 2, config: descriptor, layers: [descriptor] };

const refused: readonly (readonly [string, string, string])[] = [
  ["schema version 1", JSON.stringify({ ...whole, schemaVersion: 1 }), "schemaVersion"],
  ["no config", JSON.stringify({ ...whole, config: undefined }), "config"],
  ["a size that is a text", JSON.stringify({ ...whole, config: { ...descriptor, size: "1" } }), "config.size"],
  ["a negative size", JSON.stringify({ ...whole, layers: [{ ...descriptor, size: -1 }] }), "layers[0].size"],
  ["a digest of another kind", JSON.stringify({ ...whole, config: { ...descriptor, digest: "sha512:00" } }), "sha256:"],
  [
    "a digest that climbs",
    JSON.stringify({ ...whole, config: { ...descriptor, digest: "sha256:../../x" } }),
    "sha256:",
  ],
  ["layers that are no list", JSON.stringify({ ...whole, layers: {} }), "layers"],
  ["another type inside", JSON.stringify({ ...whole, mediaType: mediaTypes.index }), "says that it is"],
  ["manifests as well", JSON.stringify({ ...whole, manifests: [] }), "manifest and an index in one"],
  ["a key twice", `{"layers":[],${JSON.stringify(whole).slice(1)}`, 'the key "layers" twice'],
  ["a key twice, once escaped", `{"\\u006cayers":[],${JSON.stringify(whole).slice(1)}`, 'the key "layers" twice'],
  ["no JSON", "{", "not JSON"],
  ["a list", "[]", "expected object"],
  ["bytes that are no text", "\xff", "not"],
  ["5 MiB", JSON.stringify({ ...whole, annotations: { a: "x".repeat(5 * 1024 * 1024) } }), "larger than"],
];

for (const [what, text, says] of refused)
  test(`a manifest with ${what} is refused`, () => {
    const reading = (): unknown =>
      readManifest({ ...given(mediaTypes.manifest, ""), bytes: Buffer.from(text, "latin1") });
    expect(reading).toThrow(says);
    expect(reading).toThrow(expect.objectContaining({ code: "format.invalid" }));
  });

test("an index that is a manifest as well is refused", () => {
  const text = JSON.stringify({ schemaVersion: 2, manifests: [], layers: [] });
  expect(() => readImageIndex(given(mediaTypes.index, text))).toThrow("index and a manifest in one");
});

test("the same key in two objects is no repetition, nor is a key within a text", () => {
  const text = JSON.stringify({ ...whole, annotations: { config: '"config":1,"config":2', layers: "{" } });
  expect(readManifest(given(mediaTypes.manifest, text)).annotations).toHaveProperty("layers", "{");
});

test("JSON that is nested without end is refused before anybody walks it", () => {
  const nested = (depth: number): Buffer =>
    Buffer.from(
      `{"architecture":"amd64","os":"linux","config":{"Other":${"[".repeat(depth)}${"]".repeat(depth)}},"rootfs":{"type":"layers"}}`,
    );
  const config = (depth: number): unknown => writeImageConfig(readImageConfig(nested(depth), digestOf(nested(depth))));
  expect(config(90)).toBeInstanceOf(Uint8Array);
  expect(() => config(100_000)).toThrow("nested more than 100 deep");
});

test("whatever JSON stands there, it is read or refused with a Problem", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      for (const read of [
        () => readManifest(given(mediaTypes.manifest, text)),
        () => readImageIndex(given(mediaTypes.index, text)),
        () => readImageConfig(Buffer.from(text), digest),
      ])
        expect(thrownBy(read) instanceof Problem).toBe(true);
    }),
    { numRuns: 200 },
  );
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}

test("platforms are the same in both words", () => {
  const same = {
    "linux/amd64": { os: "linux", architecture: "amd64" },
    "linux/amd64/v3": { os: "linux", architecture: "amd64", variant: "v3" },
    "linux/arm64": { os: "linux", architecture: "arm64" },
    "linux/arm/7": { os: "linux", architecture: "arm", variant: "v7" },
    "windows/amd64": { os: "windows", architecture: "amd64" },
  };
  for (const [text, image] of Object.entries(same)) {
    expect(imagePlatform(parsePlatform(text))).toEqual(image);
    expect(formatPlatform(platformOfImage(image) ?? { os: "", arch: "" })).toBe(text);
  }
  const read = (architecture: string, variant?: string) => {
    const platform = platformOfImage({ os: "linux", architecture, variant });
    return platform === undefined ? undefined : formatPlatform(platform);
  };
  expect(read("arm64", "v8")).toBe("linux/arm64");
  expect(read("amd64", "v1")).toBe("linux/amd64");
  expect(read("arm")).toBe("linux/arm/7");
  expect(read("x86_64")).toBe("linux/amd64");
  expect(read("unknown")).toBeUndefined();
  expect(imagePlatform({ os: "linux", arch: "amd64", variant: "musl" })).toEqual({
    os: "linux",
    architecture: "amd64",
  });
});
