/** What stands in an image after its layers: whiteouts, replaced folders, links in every direction. */
import fc from "fast-check";
import { expect, test } from "vitest";

import { createFileSystem, type ListedNode } from "../../../src/make/images/file-system.ts";
import { Problem } from "../../../src/model/problem.ts";

const file = (path: string): ListedNode => ({ path, type: "file" });
const link = (path: string, target: string): ListedNode => ({ path, type: "symlink", target });
const folder = (path: string, mode = 0o755): ListedNode => ({
  path,
  type: "directory",
  mode,
  uid: 0,
  gid: 0,
  mtime: 0,
});

function after(...layers: readonly (readonly ListedNode[])[]) {
  const files = createFileSystem();
  for (const layer of layers) files.apply(layer);
  return files;
}

test("a whiteout removes what lower layers have, with all that is in it, and nothing of its own layer", () => {
  const files = after([file("a/b/c"), file("a/d"), file("ab")], [file("a/.wh.b"), file("a/b/new"), file(".wh.ab")]);
  expect(files.at("a/b/c")).toBeUndefined();
  expect(files.at("a/b/new")).toEqual({ type: "file" });
  expect(files.at("a/d")).toEqual({ type: "file" });
  expect(files.at("ab")).toBeUndefined();
});

test("what is put back after a whiteout is there, and what stood below it is not", () => {
  const files = after(
    [file("a/b/c"), file("a/b/d")],
    [file(".wh.a")],
    [file("a/b/d")],
    [link("a", "z")],
    [file("a/x")],
  );
  expect(files.at("a/b/c")).toBeUndefined();
  expect(files.at("a/b/d")).toBeUndefined();
  expect(files.at("a")).toEqual({ type: "symlink", target: "z" });
  expect(files.at("z/x")).toEqual({ type: "file" });
});

test.each([".wh.", ".wh..", ".wh..."])(
  "a whiteout %s, which would remove its own folder or one above, is refused",
  (name) => {
    expect(() => after([file("a/b/c")], [file(`a/b/${name}`)])).toThrow(
      expect.objectContaining({ code: "format.invalid" }),
    );
  },
);

test("layers that hide as many folders as they have are read in one go each", () => {
  const names = Array.from({ length: 10_000 }, (_, at) => `d${at}`);
  const files = after(
    names.map((name) => file(`${name}/x`)),
    names.map((name) => file(`${name}/.wh..wh..opq`)),
  );
  expect(names.some((name) => files.at(`${name}/x`) !== undefined)).toBe(false);
});

test("an opaque folder hides what lower layers have in it, wherever the whiteout stands in its layer", () => {
  const files = after([folder("a", 0o700), file("a/x"), file("b")], [file("a/y"), file("a/.wh..wh..opq")]);
  expect(files.at("a/x")).toBeUndefined();
  expect(files.at("a/y")).toEqual({ type: "file" });
  expect(files.at("a")).toMatchObject({ mode: 0o700 });
  expect(files.at("b")).toBeDefined();
  expect(after([file("b")], [file(".wh..wh..opq")]).at("b")).toBeUndefined();
});

test("a file that takes a folder's place takes all of it, and a folder is changed where it is", () => {
  const files = after([file("a/x"), file("b/x")], [file("a"), folder("b", 0o700)]);
  expect(files.at("a/x")).toBeUndefined();
  expect(files.at("b/x")).toBeDefined();
  expect(files.at("b")).toMatchObject({ mode: 0o700 });
});

test("links are followed from the root of the image, and never out of it", () => {
  const files = after([
    folder("usr/bin"),
    link("bin", "usr/bin"),
    link("abs", "/usr"),
    link("up", "../../../usr"),
    link("two", "abs/bin"),
  ]);
  const resolve = (path: string, last = false): string => files.resolve(path, { last });
  expect(resolve("bin/x")).toBe("usr/bin/x");
  expect(resolve("abs/bin/x")).toBe("usr/bin/x");
  expect(resolve("up/x")).toBe("usr/x");
  expect(resolve("two/x")).toBe("usr/bin/x");
  expect(resolve("bin")).toBe("bin");
  expect(resolve("bin", true)).toBe("usr/bin");
  expect(resolve("new/deep/x")).toBe("new/deep/x");
  expect(after([link("bin", "usr/bin"), file("bin/x")]).at("usr/bin/x")).toEqual({ type: "file" });
});

test("whatever links there are, a path ends where no link is on the way, or is refused", () => {
  const part = fc.constantFrom("a", "b", "c", "..", ".");
  const path = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
  const target = fc
    .tuple(fc.constantFrom("", "/"), fc.array(part, { minLength: 1, maxLength: 4 }))
    .map(([start, parts]) => start + parts.join("/"));
  const layer = fc.array(
    fc.oneof(
      path.map(file),
      path.map((at) => folder(at)),
      fc.tuple(path, target).map(([at, to]) => link(at, to)),
    ),
  );
  fc.assert(
    fc.property(layer, layer, path, (first, second, asked) => {
      try {
        const files = after(first, second);
        const parts = files.resolve(asked, { last: true }).split("/");
        expect(parts).not.toContain("..");
        for (const at of parts.keys()) expect(files.at(parts.slice(0, at + 1).join("/"))?.type).not.toBe("symlink");
      } catch (thrown) {
        if (!(thrown instanceof Problem)) throw thrown;
      }
    }),
    { numRuns: 500 },
  );
});
