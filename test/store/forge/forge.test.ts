/** What releases on all forges share: marks, texts, decisions about files, versions that are later. */
import { describe, expect, test } from "vitest";

import type { Digest } from "../../../src/model/artifact.ts";
import { type ForgeAsset, judgeAsset, type OnOther } from "../../../src/store/forge/assets.ts";
import { bodyOf } from "../../../src/store/forge/body.ts";
import { contentTypeOf } from "../../../src/store/forge/content-type.ts";
import { insteadOf } from "../../../src/store/forge/instead.ts";
import {
  isWithdrawnIn,
  marked,
  markedReplaced,
  markedWithdrawn,
  releaseIn,
  replacedIn,
  unmarked,
} from "../../../src/store/forge/marker.ts";
import { tagOf } from "../../../src/store/forge/tag.ts";
import { laterTag } from "../../../src/store/forge/versions.ts";
import { addressesOf } from "../../../src/store/github/address.ts";
import { githubName } from "../../../src/store/github/names.ts";

const [one, two]: readonly [Digest, Digest] = [`sha256:${"1".repeat(64)}`, `sha256:${"2".repeat(64)}`];

describe("marks", () => {
  test("are found again, and one takes another's place", () => {
    expect(releaseIn(marked("Notes.", one))).toBe(one);
    expect(marked(marked("Notes.", one), two)).toBe(`Notes.\n\n<!-- slipway: ${two} of release.json -->`);
    expect(releaseIn(`<!-- slipway: ${one.slice(0, -1)} of release.json -->`)).toBeUndefined();
    expect(releaseIn(null)).toBeUndefined();
  });

  test("of what is hidden and of what is taken back leave the first alone", () => {
    const text = markedWithdrawn(markedReplaced(marked("Notes.", one), two), { release: one, notice: "> Gone." });
    expect([releaseIn(text), replacedIn(text), isWithdrawnIn(text)]).toEqual([one, two, true]);
    expect(unmarked(text)).toBe("> Gone.\n\nNotes.");
  });

  test("that notes are made to leave behind are gone as well", () => {
    const mark = `<!-- slipway: ${two} of release.json -->`;
    const nested = `<!-- slip${mark}way: withdr${mark}awn ${two} --> and ${mark.slice(0, 9)}${mark}${mark.slice(9)}`;
    const text = marked(nested, one);
    expect([releaseIn(text), isWithdrawnIn(text)]).toEqual([one, false]);
  });
});

describe("the text", () => {
  test("has header, notes, footer and mark", () => {
    const text = bodyOf({ notes: "Notes.\n", header: "Above.", footer: "Below.", release: one, most: 1000 });
    expect(text).toBe(`Above.\n\nNotes.\n\nBelow.\n\n<!-- slipway: ${one} of release.json -->`);
  });

  test.each([1000, 5000])("is never longer than %i characters, keeps its mark and ends notes at a line", (most) => {
    const notes = "- a line of the notes\n".repeat(400);
    const text = bodyOf({ notes, release: one, most, notesAt: "https://example.com/notes.md" });
    expect(text.length).toBeLessThanOrEqual(most);
    expect(text.length).toBeGreaterThan(most - 200);
    expect(releaseIn(text)).toBe(one);
    const end = "- a line of the notes\n\nThese notes were cut: [all of them](https://example.com/notes.md).";
    expect(text).toContain(end);
  });
});

describe("a file that may be there", () => {
  const artifact = { name: "a b.zip", digest: one, size: 3 };
  const asset = (more: Partial<ForgeAsset> = {}): ForgeAsset => ({
    id: 1,
    name: "a b.zip",
    size: 3,
    isWhole: true,
    digest: one,
    ...more,
  });
  const judge = (assets: readonly ForgeAsset[], onOther: OnOther = "refuse") =>
    judgeAsset({ artifact, assets, onOther, rename: githubName, digestOf: async ({ id }) => (id === 7 ? one : two) });

  test.each<[string, readonly ForgeAsset[], OnOther, object]>([
    ["is sent where it is not", [], "refuse", { act: "upload", remove: [] }],
    ["is left alone where it is", [asset()], "refuse", { act: "already" }],
    ["is known under its changed name", [asset({ name: "a.b.zip" })], "refuse", { act: "already" }],
    ["is known by its label", [asset({ name: "strange", label: "a b.zip" })], "refuse", { act: "already" }],
    ["is read where no digest is said", [asset({ id: 7, digest: undefined })], "refuse", { act: "already" }],
    [
      "is sent again where an upload broke",
      [asset({ isWhole: false })],
      "refuse",
      { act: "upload", remove: [asset({ isWhole: false })] },
    ],
    ["is sent again where it is empty", [asset({ size: 0, digest: two })], "refuse", { act: "upload" }],
    [
      "is refused where other bytes are",
      [asset({ digest: two })],
      "refuse",
      { act: "refuse", why: expect.stringContaining(two) as string },
    ],
    ["is kept where that is asked for", [asset({ digest: two })], "keep", { act: "keep" }],
    [
      "is replaced where that is asked for",
      [asset({ digest: two })],
      "replace",
      { act: "upload", remove: [asset({ digest: two })] },
    ],
    [
      "is found among two of a name",
      [asset({ id: 2, digest: two }), asset()],
      "refuse",
      { act: "already", remove: [asset({ id: 2, digest: two })] },
    ],
  ])("%s", async (_, assets, onOther, expected) => {
    expect(await judge(assets, onOther)).toMatchObject(expected);
  });
});

test.each([
  ["v1.9.1", "1.9.1", ["v1.9.0", "v2.0.0"], "v2.0.0"],
  ["v1.9.1", "1.9.1", ["v1.9.1", "v1.9.0", "other/v3.0.0", "nonsense"], undefined],
  ["tool/v1.0.0", "1.0.0", ["tool/v1.0.1", "v9.0.0"], "tool/v1.0.1"],
  ["nightly", "1.0.0-nightly", ["v9.0.0"], undefined],
])("after %s (%s) of %j comes %s", (tag, version, tags, expected) => {
  expect(laterTag(tags, { tag, version })).toBe(expected);
});

test.each([
  ["the one that was named", ["v1.0.0", "v1.1.0"], "v1.0.0", "v1.0.0"],
  ["the latest before it, where that is unfit", ["v1.0.0", "-v1.1.0", "v0.9.0"], "v1.1.0", "v1.0.0"],
  ["the latest before it, where that is not out", ["v0.9.0", "v1.0.0", "v1.3.0"], "v1.1.0", "v1.0.0"],
  ["no pre-release but one that was named", ["v1.2.0-rc.1", "v1.0.0"], "v1.1.0", "v1.0.0"],
  ["a pre-release that was named", ["v1.2.0-rc.1", "v1.0.0"], "v1.2.0-rc.1", "v1.2.0-rc.1"],
  ["nothing of another kind", ["cli-v1.0.0", "nightly"], "v1.1.0", undefined],
  ["nothing where nothing was named", ["v1.0.0"], undefined, undefined],
])("what is used instead of a release that was taken back: %s", (_, written, named, expected) => {
  const all = written.map((tag) => ({ tag: tag.replace(/^-/, ""), isUnfit: tag.startsWith("-") }));
  const backTo = named === undefined ? undefined : { tag: named, version: named.slice(1) };
  const taken = { tag: "v1.2.0", version: "1.2.0" };
  expect(insteadOf(taken, { backTo }, [...all, { tag: "v1.2.0", isUnfit: false }])?.tag).toBe(expected);
});

test.each([
  ["", "https://api.github.com/", "https://uploads.github.com/", "https://github.com/"],
  [
    "https://ghe.acme.com/api/v3/",
    "https://ghe.acme.com/api/v3/",
    "https://ghe.acme.com/api/uploads/",
    "https://ghe.acme.com/",
  ],
  ["https://api.acme.ghe.com/", "https://api.acme.ghe.com/", "https://uploads.acme.ghe.com/", "https://acme.ghe.com/"],
])("%s is the API of %s, files go to %s and people to %s", (endpoint, api, uploads, web) => {
  const found = addressesOf(endpoint);
  expect([found.api.href, found.uploads.href, found.web.href]).toEqual([api, uploads, web]);
});

test("an address that is no GitHub's API is refused", () => {
  expect(() => addressesOf("https://ghe.acme.com/")).toThrow("is no address of a GitHub's API");
});

test.each([
  ["a~1 (x).zip", "a.1.x.zip"],
  [".hidden", "default.hidden"],
  ["naïve.txt", "naive.txt"],
  ["tool-1.0+b_2@3.deb", "tool-1.0+b_2@3.deb"],
  ["SHA256SUMS", "SHA256SUMS"],
])("GitHub calls %s %s", (name, expected) => {
  expect(githubName(name)).toBe(expected);
});

test("media types are those of names", () => {
  expect(["a.tar.gz", "a.deb", "SHA256SUMS", "a.exe"].map(contentTypeOf)).toEqual([
    "application/gzip",
    "application/vnd.debian.binary-package",
    "text/plain",
    "application/octet-stream",
  ]);
});

test.each([
  [
    { tag: "", existing: "refuse" },
    { tag: "v1", version: "1", isNightly: false },
    { tag: "v1", moves: false },
  ],
  [
    { tag: "", existing: "refuse" },
    { tag: "", version: "1-n", isNightly: true },
    { tag: "nightly", moves: true },
  ],
  [
    { tag: "n-1-n", existing: "refuse" },
    { tag: "", version: "1-n", isNightly: true },
    { tag: "n-1-n", moves: false },
  ],
  [
    { tag: "edge", existing: "replace" },
    { tag: "v1", version: "1", isNightly: false },
    { tag: "edge", moves: true },
  ],
] as const)("%j of %j is %j", (options, about, expected) => {
  expect(tagOf(options, about)).toEqual(expected);
});
