/** The folder store: names are whole or absent, bytes decide what is already there, and a disk's refusal names the path. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

import { folder, openFolder, readFolder } from "../../src/store/folder.ts";
import { smallDisk } from "../setup/disks.ts";
import { artifact, bytesOf, digestOf } from "./artifacts.ts";
import { contextOf } from "./context.ts";

const root = mkdtempSync(join(tmpdir(), "slipway-folder-test-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const fresh = (): string => mkdtempSync(join(root, "f-"));
const refuse = { existing: "refuse" } as const;
const replace = { existing: "replace" } as const;

describe("putting and pointing", () => {
  test("what is put has no name until it is pointed at", async () => {
    const path = join(fresh(), "deep", "folder");
    const store = openFolder(path, refuse);
    const tool = artifact("tool", "bytes", { type: "binary" });
    expect(await store.put(tool, bytesOf("bytes"))).toMatchObject({ act: "put", name: "tool", outcome: "done" });
    expect(await store.look("tool")).toBeUndefined();
    expect(readdirSync(path).every((name) => name.startsWith("."))).toBe(true);
    expect(await store.point(tool)).toMatchObject([
      { act: "point", name: "tool", digest: tool.digest, outcome: "done" },
    ]);
    expect(await store.look("tool")).toEqual({ name: "tool", digest: digestOf("bytes"), size: 5 });
    expect(readdirSync(path)).toEqual(["tool"]);
  });

  test("programs can be run and other files only read, whatever the umask", async () => {
    const path = fresh();
    const store = openFolder(path, refuse);
    const umask = process.umask(0o077);
    try {
      for (const one of [artifact("tool", "a", { type: "binary" }), artifact("notes.md", "b")]) {
        await store.put(one, bytesOf(one.name === "tool" ? "a" : "b"));
        await store.point(one);
      }
    } finally {
      process.umask(umask);
    }
    expect(statSync(join(path, "tool")).mode & 0o777).toBe(0o755);
    expect(statSync(join(path, "notes.md")).mode & 0o777).toBe(0o644);
  });

  test("equal bytes under the name are already there, and are not read from the source", async () => {
    const path = fresh();
    writeFileSync(join(path, "a"), "same");
    const store = openFolder(path, refuse);
    const a = artifact("a", "same");
    expect(await store.put(a, unreadable())).toMatchObject({ outcome: "already" });
    expect(await store.point(a)).toMatchObject([{ outcome: "already" }]);
  });

  test("other bytes under the name are refused with both digests, and stay", async () => {
    const path = fresh();
    writeFileSync(join(path, "a"), "theirs");
    const receipt = await openFolder(path, refuse).put(artifact("a", "ours"), unreadable());
    expect(receipt).toMatchObject({ outcome: "refused" });
    expect(receipt.why).toContain(digestOf("theirs"));
    expect(receipt.why).toContain(digestOf("ours"));
    expect(readFileSync(join(path, "a"), "utf8")).toBe("theirs");
  });

  test("other bytes under the name are replaced where the config says so", async () => {
    const path = fresh();
    writeFileSync(join(path, "a"), "theirs");
    const store = openFolder(path, replace);
    await store.put(artifact("a", "ours"), bytesOf("ours"));
    expect(readFileSync(join(path, "a"), "utf8")).toBe("theirs");
    await store.point(artifact("a", "ours"));
    expect(readFileSync(join(path, "a"), "utf8")).toBe("ours");
  });

  test("bytes that are not what the artifact says are refused and leave nothing", async () => {
    const path = fresh();
    const store = openFolder(path, refuse);
    for (const wrong of ["oops", "our", "oursss", ""]) {
      await expect(store.put(artifact("a", "ours"), bytesOf(wrong))).rejects.toMatchObject({ code: "verify.mismatch" });
    }
    expect(readdirSync(path)).toEqual([]);
  });

  test("pointing at what was never put is refused", async () => {
    expect(await openFolder(fresh(), refuse).point(artifact("a", "ours"))).toMatchObject([{ outcome: "refused" }]);
  });

  test("closing forgets what was never pointed at", async () => {
    const path = fresh();
    const store = openFolder(path, refuse);
    await store.put(artifact("a", "ours"), bytesOf("ours"));
    await store.close();
    expect(readdirSync(path)).toEqual([]);
  });
});

test.each(["../a", "a/b", "a\\b", "", ".", "..", "a\nb", "c:d", "NUL", "com1.txt", "x".repeat(256), "a."])(
  "the name %j never becomes a path",
  async (name) => {
    const path = fresh();
    const store = openFolder(path, refuse);
    await expect(store.put(artifact(name, "x"), bytesOf("x"))).rejects.toMatchObject({ code: "store.failed" });
    expect(readdirSync(path)).toEqual([]);
  },
);

test("a folder under an artifact's name is a conflict", async () => {
  const path = fresh();
  mkdirSync(join(path, "a"));
  await expect(openFolder(path, replace).put(artifact("a", "x"), bytesOf("x"))).rejects.toMatchObject({
    code: "store.conflict",
  });
});

test("replacing a name that is a link replaces the link, not what it leads to", async () => {
  const path = fresh();
  const elsewhere = join(fresh(), "theirs");
  writeFileSync(elsewhere, "theirs");
  symlinkSync(elsewhere, join(path, "a"));
  const store = openFolder(path, replace);
  await store.put(artifact("a", "ours"), bytesOf("ours"));
  await store.point(artifact("a", "ours"));
  expect(readFileSync(elsewhere, "utf8")).toBe("theirs");
  expect(readFileSync(join(path, "a"), "utf8")).toBe("ours");
});

test("reading from a folder verifies", async () => {
  const path = fresh();
  writeFileSync(join(path, "a"), "changed");
  const reading = readAll(readFolder(path).open(artifact("a", "ours")));
  await expect(reading).rejects.toMatchObject({ code: "verify.mismatch" });
});

describe("disks that refuse", () => {
  test("a full disk is named, and what was there before is untouched", async (context) => {
    const disk = smallDisk("64k");
    if (typeof disk === "string") return context.skip(`skipped: ${disk}`);
    try {
      writeFileSync(join(disk.path, "a"), "before");
      const large = "x".repeat(100_000);
      const put = openFolder(disk.path, replace).put(artifact("a", large), bytesOf(large));
      await expect(put).rejects.toMatchObject({
        code: "disk.full",
        message: expect.stringContaining(disk.path) as string,
      });
      expect(readdirSync(disk.path)).toEqual(["a"]);
      expect(readFileSync(join(disk.path, "a"), "utf8")).toBe("before");
    } finally {
      disk.remove();
    }
  });

  test("a read-only disk is named", async (context) => {
    const disk = smallDisk("64k");
    if (typeof disk === "string") return context.skip(`skipped: ${disk}`);
    try {
      disk.makeReadOnly();
      for (const path of [disk.path, join(disk.path, "new")]) {
        await expect(openFolder(path, refuse).put(artifact("a", "x"), bytesOf("x"))).rejects.toMatchObject({
          code: "file.denied",
          message: expect.stringContaining(path) as string,
        });
      }
    } finally {
      disk.remove();
    }
  });

  test("a folder without permission is named", async (context) => {
    if (process.getuid?.() === 0) return context.skip("skipped: root may write everywhere");
    const path = fresh();
    chmodSync(path, 0o500);
    await expect(openFolder(path, refuse).put(artifact("a", "x"), bytesOf("x"))).rejects.toMatchObject({
      code: "file.denied",
      message: expect.stringContaining(path) as string,
    });
  });

  test("a file where the folder should be is named", async () => {
    const path = join(fresh(), "file");
    writeFileSync(path, "");
    await expect(openFolder(path, refuse).put(artifact("a", "x"), bytesOf("x"))).rejects.toMatchObject({
      code: "file.denied",
      message: expect.stringContaining(path) as string,
    });
  });
});

test("the kind opens the decided folder relative to the project and nothing is written before something is put", async () => {
  const project = fresh();
  const store = await folder.open(
    { folder: "public/1.0.0", existing: "refuse" },
    contextOf(project, join(project, "dist")),
  );
  expect(store.where).toBe(`folder ${join(project, "public", "1.0.0")}`);
  await store.close();
  expect(existsSync(join(project, "public"))).toBe(false);
});

test("a store inside of the release is refused: the release would no longer be one", async () => {
  const project = fresh();
  const context = contextOf(project, join(project, "dist", "1.0.0"));
  for (const path of ["dist/1.0.0", "dist/1.0.0/site", join(project, "dist", "1.0.0", "a", "b")]) {
    await expect(folder.open({ folder: path, existing: "refuse" }, context)).rejects.toMatchObject({
      code: "store.failed",
    });
  }
  await (await folder.open({ folder: "dist/1.0.0-site", existing: "refuse" }, context)).close();
});

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of chunks);
}

async function* unreadable(): AsyncGenerator<Uint8Array> {
  yield await Promise.reject(new Error("read although it was not needed"));
}
