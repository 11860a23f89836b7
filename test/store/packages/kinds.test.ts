/** Registries of packages: what each takes, what a config says of them, and where things stand in them. */
import { describe, expect, test } from "vitest";

import { isTaken } from "../../../src/model/kind.ts";
import type { ArtifactType, Digest } from "../../../src/model/artifact.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import { PendingTemplate, unplaced } from "../../../src/model/schema.ts";
import { downloadUrl, indexPath } from "../../../src/store/crates/index-file.ts";
import { guessOfPackName, packName } from "../../../src/store/npm/manifest.ts";
import { tagOf } from "../../../src/store/npm/tags.ts";
import { guessOfFileName } from "../../../src/store/pypi/metadata.ts";
import { indexOf } from "../../../src/store/pypi/simple.ts";
import { stores } from "../../../src/store/table.ts";

function kindOf(name: string) {
  const found = stores.get(name);
  if (found === undefined) throw new Error(`no store of kind ${name}`);
  return found;
}

function decide(kind: string, written: object): JsonObject {
  const found = kindOf(kind);
  const options = found.schema.parse(written) as object;
  const plain = (value: unknown): unknown =>
    value instanceof PendingTemplate ? { render: () => value.source, place: undefined } : value;
  const rendered = Object.fromEntries(Object.entries(options).map(([key, value]) => [key, plain(value)]));
  const entry = { name: kind, kind, place: unplaced, env: {}, when: undefined, options: rendered };
  return found.decide(entry as unknown as Parameters<typeof found.decide>[0], {});
}

test.each<[kind: string, name: string, type: ArtifactType, attributes: JsonObject, taken: boolean]>([
  ["npm", "acme-tool-1.2.3.tgz", "file", {}, true],
  ["npm", "tool-1.2.3-rc.1.tgz", "package", {}, true],
  ["npm", "tool-1.2.3.tgz", "chart", {}, false],
  ["npm", "tool.tgz", "file", {}, false],
  ["npm", "tool_1.2.3_amd64.deb", "package", { format: "deb" }, false],
  ["pypi", "tool-1.2.3-py3-none-any.whl", "package", { format: "wheel" }, true],
  ["pypi", "tool-1.2.3.tar.gz", "package", { format: "sdist" }, true],
  ["pypi", "tool-1.2.3.tar.gz", "file", {}, true],
  ["pypi", "tool-1.2.3.tar.gz", "archive", { format: "tar.gz" }, false],
  ["pypi", "tool-1.2.3.tar.gz", "source", { format: "tar.gz" }, false],
  ["pypi", "tool-1.2.3.pyz", "package", { format: "zipapp" }, false],
  ["pypi", "tool_linux_amd64.tar.gz", "file", {}, false],
  ["crates", "my-tool-1.2.3.crate", "package", {}, true],
  ["crates", "tool.crate", "file", {}, false],
])("%s takes %s of the type %s and the attributes %j: %s", (kind, name, type, attributes, taken) => {
  expect(isTaken(kindOf(kind), { name, type, attributes, listed: true })).toBe(taken);
});

describe("what a config may say", () => {
  test("of each is little: addresses and the secret's usual name are known", () => {
    expect(decide("npm", { npm: true })).toEqual({
      npm: "https://registry.npmjs.org/",
      token: { from: "env", name: "NPM_TOKEN" },
      trusted: false,
      tag: "auto",
      insecure: false,
    });
    expect(decide("pypi", { pypi: true })).toEqual({
      pypi: "https://upload.pypi.org/legacy/",
      username: "__token__",
      password: { from: "env", name: "PYPI_TOKEN" },
      trusted: false,
      insecure: false,
    });
    expect(decide("crates", { crates: true, trusted: true })).toEqual({
      crates: "https://index.crates.io/",
      trusted: true,
      insecure: false,
    });
    expect(decide("crates", { crates: "sparse+https://git.example.com/index" })).toMatchObject({
      crates: "https://git.example.com/index/",
    });
  });

  test.each<[kind: string, written: object, expected: string]>([
    ["npm", { npm: "https://ada:secret@example.com" }, "cannot be the address"],
    ["npm", { npm: "example.com" }, "cannot be the address"],
    ["npm", { npm: true, tag: "v1.2" }, "cannot be a dist-tag"],
    ["npm", { npm: true, scope: "acme" }, "is no scope"],
    ["npm", { npm: true, token: "env:A", trusted: true }, "`token` or `trusted`"],
    ["pypi", { pypi: true, username: "ada" }, "together, or neither"],
    ["pypi", { pypi: true, token: "env:A", trusted: true }, "one of"],
    ["crates", { crates: true, token: "env:A", trusted: true }, "`token` or `trusted`"],
    ["crates", { crates: "git+ssh://example.com" }, "cannot be the address"],
  ])("%s with %j is refused", (kind, written, expected) => {
    expect(() => decide(kind, written)).toThrow(expected);
  });

  test("all of them move where nothing can be taken back", () => {
    for (const kind of ["npm", "pypi", "crates"]) expect(kindOf(kind).turnOf?.({})).toBe("final");
  });
});

describe("names of files", () => {
  test.each([
    ["@acme/tool", "1.2.3", "acme-tool-1.2.3.tgz", "@acme"],
    ["tool", "1.2.3-rc.1", "tool-1.2.3-rc.1.tgz", undefined],
    ["my-tool-2", "1.0.0", "my-tool-2-1.0.0.tgz", undefined],
  ])("of npm: %s %s", (name, version, file, scope) => {
    expect(packName({ name, version })).toBe(file);
    expect(guessOfPackName(file, scope)).toEqual({ name, version });
  });

  test.each([
    ["my_tool-1.2.3-py3-none-any.whl", { name: "my_tool", version: "1.2.3" }],
    ["tool-1.2.3-1-cp313-cp313-manylinux_2_28_x86_64.whl", { name: "tool", version: "1.2.3" }],
    ["my-old-tool-1.2.3.tar.gz", { name: "my-old-tool", version: "1.2.3" }],
    ["tool_linux_amd64.tar.gz", undefined],
  ])("of Python: %s", (file, expected) => {
    expect(guessOfFileName(file)).toEqual(expected);
  });
});

test.each([
  ["1.0.0", "auto", "latest"],
  ["1.0.0-rc.1", "auto", "next"],
  ["1.0.0-rc.1", "beta", "beta"],
])("%s with the tag %s moves %s", (version, tag, expected) => {
  expect(tagOf(version, tag)).toBe(expected);
});

test.each([
  ["a", "1/a"],
  ["ab", "2/ab"],
  ["abc", "3/a/abc"],
  ["Cargo", "ca/rg/cargo"],
])("the crate %s stands at %s of an index", (name, path) => {
  expect(indexPath(name)).toBe(path);
});

test.each([
  ["https://static.crates.io/crates", "https://static.crates.io/crates/MyTool/1.0.0/download"],
  ["https://x.example/{crate}/{version}.crate", "https://x.example/MyTool/1.0.0.crate"],
  ["https://x.example/{prefix}/{lowerprefix}/{sha256-checksum}", `https://x.example/My/To/my/to/${"a".repeat(64)}`],
])("from %s a crate is downloaded at %s", (dl, url) => {
  const digest: Digest = `sha256:${"a".repeat(64)}`;
  expect(downloadUrl(dl, { name: "MyTool", version: "1.0.0", digest }).href).toBe(url);
});

test.each([
  ["https://upload.pypi.org/legacy/", "https://pypi.org/simple/"],
  ["https://test.pypi.org/legacy/", "https://test.pypi.org/simple/"],
  ["http://127.0.0.1:8080/", "http://127.0.0.1:8080/simple/"],
])("what is uploaded to %s is listed at %s", (upload, index) => {
  expect(indexOf(new URL(upload), undefined).href).toBe(index);
});
