/** What is planned for images: platforms, bases, layers, what containers run with, and above all their names. */
import { expect, test } from "vitest";

import type { Digest } from "../../src/model/artifact.ts";
import type { Facts } from "../../src/model/facts.ts";
import type { ImageStepOptions } from "../../src/model/image.ts";
import type { Plan } from "../../src/model/plan.ts";
import { problemsOf } from "../../src/model/problem.ts";
import { facts, planText } from "../worlds/planning.ts";

const digest = (digit: string): Digest => `sha256:${digit.repeat(64)}`;

const bases: Facts["bases"] = {
  "example.com/base:1": {
    digest: digest("a"),
    manifests: [
      { platform: { os: "linux", arch: "amd64" }, digest: digest("b") },
      { platform: { os: "linux", arch: "arm64" }, digest: digest("c") },
    ],
  },
};

const head = `slipway: 1
project: { name: tool, license: MIT, homepage: https://example.com, description: "a tool" }
builds:
  - fake: ./cmd/tool
    for: ["linux/{amd64,arm64}", windows/amd64]
archives: []
`;

function planned(images: string, more: Partial<Facts> = {}): Plan {
  return planText(`${head}images:\n${images}`, { facts: { bases, ...more } });
}

function optionsIn({ steps }: Plan, id = "tool"): ImageStepOptions {
  return steps.find((step) => step.id === `image/${id}`)?.options as unknown as ImageStepOptions;
}

function messages(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (thrown) {
    return problemsOf(thrown)?.map(({ code, message, place }) => `${place?.line} ${code} ${message}`) ?? [];
  }
  return [];
}

const version = (text: string, releasedVersions: readonly string[] = [text], tag = `v${text}`): Partial<Facts> => {
  const [core = "", prerelease = ""] = text.split("-");
  const [major = 0, minor = 0, patch = 0] = core.split(".").map(Number);
  return {
    version: { version: text, rawVersion: core, major, minor, patch, prerelease, metadata: "" },
    git: { ...facts.git, tag, releasedVersions },
  };
};

const tags = (images: string, more: Partial<Facts> = {}): readonly string[] =>
  optionsIn(planned(images, more)).tags.map(({ tag }) => tag);

test("an entry with a name and a base is an image of every linux program, which it runs", () => {
  const plan = planned("  - { name: example.com/acme/tool, base: 'example.com/base:1' }");
  const step = plan.steps.find(({ id }) => id === "image/tool");
  expect(step?.outputs.map(({ name, type }) => [name, type])).toEqual([["tool_1.2.3_image.tar", "image"]]);
  expect(step?.needs).toEqual(["build/tool/linux/amd64", "build/tool/linux/arm64"]);
  const { platforms, index, repositories } = optionsIn(plan);
  expect({ index, repositories }).toEqual({ index: true, repositories: ["example.com/acme/tool"] });
  expect(platforms.map(({ platform, base, config }) => [platform, base?.digest, config.entrypoint])).toEqual([
    ["linux/amd64", digest("b"), ["/usr/local/bin/tool"]],
    ["linux/arm64", digest("c"), ["/usr/local/bin/tool"]],
  ]);
  expect(platforms[0]?.layers).toMatchObject([
    { compression: "gzip", files: [{ from: "build/tool/linux/amd64", to: "/usr/local/bin/tool", mode: 0o755 }] },
  ]);
});

test("labels and annotations say what the project says, and the user's go over them", () => {
  const options = optionsIn(
    planned(`  - name: example.com/acme/tool
    base: scratch
    labels: { org.opencontainers.image.title: Tool, org.opencontainers.image.url: "", own: "{{ arch }}" }`),
  );
  expect(options.annotations).toMatchObject({
    "org.opencontainers.image.title": "tool",
    "org.opencontainers.image.licenses": "MIT",
    "org.opencontainers.image.version": "1.2.3",
    "org.opencontainers.image.revision": facts.git.commit,
    "org.opencontainers.image.source": "https://example.com/acme/tool",
    "org.opencontainers.image.created": "2026-01-30T12:00:00Z",
  });
  const labels = options.platforms[1]?.config.labels;
  expect(labels).toMatchObject({ "org.opencontainers.image.title": "Tool", own: "arm64" });
  expect(labels).not.toHaveProperty("org.opencontainers.image.url");
});

const plain = "  - { name: example.com/acme/tool, base: scratch }";

test("a release is its tag, X.Y, X and latest", () => {
  expect(tags(plain)).toEqual(["v1.2.3", "1.2", "1", "latest"]);
});

test("nothing before 1.0.0 is latest", () => {
  expect(tags(plain, version("0.4.0"))).toEqual(["v0.4.0", "0.4", "0"]);
});

test("what is asked for by its name is there before 1.0.0 as well", () => {
  const named = `  - { name: example.com/acme/tool, base: scratch, tags: ["{{ tag }}", latest] }`;
  expect(tags(named, version("0.4.0"))).toEqual(["v0.4.0", "latest"]);
});

test.each([
  ["a pre-release moves nothing", version("2.0.0-rc.1", ["1.2.3"]), ["v2.0.0-rc.1"]],
  ["a maintenance release of 1.2 moves 1.2 only", version("1.2.4", ["1.2.3", "1.3.0", "2.0.0"]), ["v1.2.4", "1.2"]],
  ["one of 1 moves 1 and 1.3", version("1.3.1", ["1.3.0", "2.0.0"]), ["v1.3.1", "1.3", "1"]],
  ["1.10 is later than 1.9", version("1.9.9", ["1.10.0"]), ["v1.9.9", "1.9"]],
  ["a snapshot has its commit", { isSnapshot: true }, ["snapshot-0123456"]],
  ["a nightly is nightly", { isNightly: true }, ["nightly"]],
])("%s", (_, more, expected) => {
  expect(tags(plain, more)).toEqual(expected);
});

test("a rolling tag knows the version that moves it", () => {
  expect(optionsIn(planned(plain)).tags).toEqual([
    { tag: "v1.2.3", rolling: "" },
    { tag: "1.2", rolling: "1.2.3" },
    { tag: "1", rolling: "1.2.3" },
    { tag: "latest", rolling: "1.2.3" },
  ]);
});

test("a tag with the architecture is of that platform's image; one that renders empty is left out", () => {
  const options = optionsIn(
    planned(`  - name: [example.com/acme/tool, docker.io/acme/tool]
    base: scratch
    tags: ["{{ tag }}", "{{ tag }}-{{ arch }}", "{% if isPrerelease %}next{% endif %}"]`),
  );
  expect(options.repositories).toEqual(["example.com/acme/tool", "docker.io/acme/tool"]);
  expect(options.tags.map(({ tag }) => tag)).toEqual(["v1.2.3"]);
  expect(options.platforms.map((one) => one.tags.map(({ tag }) => tag))).toEqual([["v1.2.3-amd64"], ["v1.2.3-arm64"]]);
});

test("contents take programs of other targets where they say so", () => {
  const [image] = optionsIn(
    planned(`  - name: example.com/acme/tool
    base: scratch
    platforms: [linux/amd64]
    entrypoint: [/tool]
    contents:
      - { from: "build:tool", to: /tool }
      - { from: "build:tool", for: [linux/arm64, windows/*], to: /dist/ }`),
  ).platforms;
  expect(image?.layers[0]?.files.map(({ from, to }) => [from, to])).toEqual([
    ["build/tool/linux/amd64", "/tool"],
    ["build/tool/linux/arm64", "/dist/tool"],
    ["build/tool/windows/amd64", "/dist/tool.exe"],
  ]);
});

test("a package that goes to the root is unpacked there, and with another folder it is a file", () => {
  const text = `${head}packages:\n  - { formats: [deb], maintainer: "A <a@example.com>" }\nimages:
  - name: example.com/acme/tool
    base: scratch
    platforms: [linux/amd64]
    add: [passwd, passwd]
    contents: [{ from: "package:deb", to: / }, { from: "package:deb", to: /srv/ }, { from: "build:tool", to: / }]`;
  const options = optionsIn(planText(text, { facts: { bases } }));
  expect(options.platforms[0]?.add).toEqual(["passwd"]);
  expect(options.platforms[0]?.layers[0]?.files.map(({ to }) => to)).toEqual([
    "/",
    expect.stringMatching(/^\/srv\/tool.*\.deb$/),
    "/tool",
  ]);
});

test("a broken entry says what is wrong with it, and the next is still read", () => {
  expect(
    messages(() =>
      planned(`  - { name: example.com/acme/Tool, base: scratch }
  - { name: example.com/acme/tool }
  - { name: example.com/acme/a, base: scratch, user: nobody }
  - { name: example.com/acme/b, base: scratch, expose: [http] }
  - { name: example.com/acme/c, base: scratch, tags: ["a+b"] }
  - { name: "example.com/acme/d:1", base: scratch }
  - { name: example.com/acme/e, base: 'example.com/base:1', platforms: [linux/s390x], from: [] }
  - { name: example.com/acme/f, base: scratch, dockerfile: Dockerfile }
  - { name: example.com/acme/g, base: "{{ project.vendor }}" }`),
    ),
  ).toEqual([
    `8 plan.invalid "example.com/acme/Tool" is not the name of an image`,
    "9 plan.invalid an image needs a `base`",
    `10 plan.invalid user: "nobody" is no number`,
    `11 plan.invalid expose: "http" is no port`,
    `12 plan.invalid "a+b" cannot be a tag`,
    `13 plan.invalid name: "example.com/acme/d:1" has a tag`,
    "14 plan.target base: example.com/base:1 has no image for linux/s390x",
    "15 plan.invalid `dockerfile` says itself what the image is made of",
    "16 plan.invalid base: no image is named",
  ]);
});

test("what a layer holds is checked before anything is built", () => {
  const absent = ["missing.txt", "Dockerfile"];
  expect(
    messages(() =>
      planned(
        `  - name: example.com/acme/tool
    base: scratch
    contents:
      - { from: missing.txt, to: /missing.txt }
      - { text: a, to: a }
      - { text: a, to: /twice }
      - { text: b, to: /twice }
      - { text: b, to: /b, owner: www-data, group: "33" }
      - { text: b, to: /c, type: config }
  - { name: example.com/acme/built, dockerfile: Dockerfile }`,
        { absent },
      ),
    ),
  ).toEqual([
    '16 plan.invalid type: "config" says nothing to an image',
    '12 plan.invalid "a" has no place in the image',
    '15 plan.invalid "www-data" is nobody in the image',
    "14 plan.collision two files would be installed as /twice",
    "11 file.missing missing.txt is not there",
    "17 file.missing Dockerfile is not there",
  ]);
});

test("an entry that is skipped leaves the next one", () => {
  const plan = planned(`  - { name: example.com/acme/a, base: scratch, when: false }\n${plain}`);
  expect(plan.steps.map(({ id }) => id)).toContain("image/tool");
  expect(plan.skipped).toMatchObject([{ what: "images[0]" }]);
});

test("two images of one name need an id", () => {
  const twice = `${plain}\n  - { name: example.org/tool, base: scratch, file: other.tar }`;
  expect(messages(() => planned(twice))).toEqual(["9 plan.collision two images are called tool"]);
  expect(
    optionsIn(planned(twice.replace("base: scratch, file", "id: other, base: scratch, file")), "other"),
  ).toBeDefined();
});

test("no two images have one name, and no two platforms one tag", () => {
  const variants = `${head.replace('"linux/{amd64,arm64}", windows/amd64', "linux/arm/6, linux/arm/7")}images:
  - { name: example.com/acme/tool, base: scratch, tags: ["{{ tag }}-{{ os }}"] }
${plain.replace("tool,", "tool, id: b,")}
${plain.replace("tool,", "tool, id: c,")}
${plain.replace("tool,", "tool, id: d, tags: [other],")}`;
  expect(messages(() => planText(variants, { facts: { bases } }))).toEqual([
    '8 plan.collision the tag "v1.2.3-linux" would stand for linux/arm/6 and for linux/arm/7',
    "10 plan.collision two images would be called example.com/acme/tool:v1.2.3: b and c",
  ]);
});

test("a tag of a platform is not the index's as well", () => {
  const both = `  - { name: example.com/acme/tool, base: scratch, tags: [edge, "{% if arch == 'arm64' %}edge{% endif %}"] }`;
  expect(messages(() => planned(both))).toEqual([
    '8 plan.collision the tag "edge" would stand for all platforms and for linux/arm64',
  ]);
});

test("a repository that is written twice is pushed to once", () => {
  const twice = "  - { name: [example.com/acme/tool, example.com/acme/tool], base: scratch }";
  expect(optionsIn(planned(twice)).repositories).toEqual(["example.com/acme/tool"]);
});

test("targets that differ in their C library only are one platform to an image", () => {
  const libraries = (platforms: string): string =>
    `${head.replace('"linux/{amd64,arm64}", windows/amd64', "linux/amd64, linux/amd64/musl")}images:
  - { name: example.com/acme/tool, base: scratch, platforms: ${platforms} }`;
  expect(messages(() => planText(libraries('["linux/*"]'), { facts: { bases } }))).toEqual([
    "8 plan.target linux/amd64 and linux/amd64/musl are one platform to an image",
  ]);
  const { steps } = planText(libraries("[linux/amd64/musl]"), { facts: { bases } });
  expect(steps.map(({ id }) => id)).toContain("image/tool");
});

test("platforms that are only taken away are taken from those of linux", () => {
  const without = `  - { name: example.com/acme/tool, base: scratch, platforms: ["!linux/arm64"] }`;
  expect(optionsIn(planned(without)).platforms.map(({ platform }) => platform)).toEqual(["linux/amd64"]);
});

test("what contradicts itself or would be empty is refused, and the next entry is still read", () => {
  expect(
    messages(() =>
      planned(`  - { name: example.com/acme/a, base: scratch, index: false }
  - { name: example.com/acme/b, base: scratch, contents: [] }
  - { name: example.com/acme/c, base: scratch, user: "4294967296" }
  - { name: example.com/acme/d, base: scratch, contents: [{ text: a, to: /a, owner: "4294967295" }] }
  - { name: example.com/acme/Tool, base: scratch }`),
    ),
  ).toEqual([
    "8 plan.invalid index: 2 platforms need an index",
    "9 plan.empty the image would be empty",
    '10 plan.invalid user: "4294967296" is too large a number',
    '11 plan.invalid "4294967295" is nobody in the image',
    '12 plan.invalid "example.com/acme/Tool" is not the name of an image',
  ]);
});

test("all that is wrong with what a container runs with is told at once", () => {
  const wrong =
    "{ name: example.com/acme/a, base: scratch, workdir: x, expose: [http, 80], volumes: [a, /b], stopSignal: KILL }";
  expect(messages(() => planned(`  - ${wrong}`))).toEqual([
    '8 plan.invalid workdir: "x" is no path of a container',
    '8 plan.invalid expose: "http" is no port',
    '8 plan.invalid volume: "a" is no path of a container',
    '8 plan.invalid stopSignal: "KILL" is no signal',
  ]);
});

test("contents beside layers, and times no runtime counts, are refused when the config is read", () => {
  const file = [{ text: "a", to: "/a" }];
  const both = JSON.stringify({ name: "example.com/a/b", base: "scratch", contents: file, layers: [file] });
  const long = JSON.stringify({
    name: "example.com/a/c",
    base: "scratch",
    healthcheck: { test: "true", interval: "999999h999999h999999h" },
  });
  expect(messages(() => planned(`  - ${both}\n  - ${long}`))).toEqual([
    "8 config.invalid images[0]: `contents` is the one layer, `layers` are several",
    expect.stringContaining("9 config.invalid images[1].healthcheck.interval"),
  ]);
});

test("a healthcheck has Docker's words and times", () => {
  const [image] = optionsIn(
    planned(`  - name: example.com/acme/tool
    base: scratch
    healthcheck: { test: [/tool, health], interval: 1m30s, retries: 2 }`),
  ).platforms;
  expect(image?.config.healthcheck).toEqual({
    test: ["CMD", "/tool", "health"],
    interval: 90e9,
    timeout: null,
    startPeriod: null,
    retries: 2,
  });
});

test("a Dockerfile gets the programs by platform, and what the release is", () => {
  const plan = planned(`  - { name: example.com/acme/tool, dockerfile: { file: Dockerfile, args: { LEVEL: "3" } } }`);
  expect(plan.steps.find(({ id }) => id === "image/tool")?.kind).toBe("dockerfile");
  const [image] = optionsIn(plan).platforms;
  expect(image?.dockerfile).toMatchObject({
    file: "Dockerfile",
    args: { VERSION: "1.2.3", COMMIT: facts.git.commit, DATE: "2026-01-30T12:00:00Z", LEVEL: "3" },
    context: [{ from: "build/tool/linux/amd64", to: "linux/amd64/tool" }],
  });
});
