/** The cache folder: what is adopted is found again whole, damage is a miss, and the bound takes what is used least. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

import type { Digest } from "../../src/model/artifact.ts";
import type { Held } from "../../src/model/cache.ts";
import { openCache } from "../../src/store/cache.ts";

const root = mkdtempSync(join(tmpdir(), "slipway-cache-test-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const plenty = { maxBytes: 1e12 };
const fresh = (): string => mkdtempSync(join(root, "c-"));
const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

function fileOf(text: string): string {
  const path = join(fresh(), "made");
  writeFileSync(path, text);
  return path;
}

async function read(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

describe("bytes by digest", () => {
  test("an adopted file is moved, and found by digest and size only", async () => {
    const cache = openCache(fresh(), plenty);
    const path = fileOf("bytes");
    const held = await cache.adopt(path);
    expect(held).toEqual({ digest: `sha256:${sha256("bytes")}`, size: 5 });
    expect(() => statSync(path)).toThrow("ENOENT");
    expect(readFileSync(cache.pathOf(held.digest), "utf8")).toBe("bytes");
    expect(await cache.has(held.digest, 5)).toBe(true);
    expect(await cache.has(held.digest, 6)).toBe(false);
    expect(await cache.has(`sha256:${"0".repeat(64)}`, 5)).toBe(false);
  });

  test("blobs cannot be written and can be executed, whatever the umask and the file's mode", async () => {
    const cache = openCache(fresh(), plenty);
    const path = fileOf("bytes");
    chmodSync(path, 0o600);
    const umask = process.umask(0o077);
    const { digest } = await cache.adopt(path).finally(() => process.umask(umask));
    expect(statSync(cache.pathOf(digest)).mode & 0o777).toBe(0o555);
  });

  test("a kept file stays, and editing it in place later does not change what was adopted", async () => {
    const cache = openCache(fresh(), plenty);
    const path = fileOf("theirs");
    chmodSync(path, 0o400);
    const { digest } = await cache.adopt(path, { keep: true });
    chmodSync(path, 0o600);
    writeFileSync(path, "edited");
    expect(readFileSync(cache.pathOf(digest), "utf8")).toBe("theirs");
  });

  test("a file with a second name or behind a link is copied, since it may be changed through the other name", async () => {
    const cache = openCache(fresh(), plenty);
    const target = fileOf("target");
    linkSync(target, `${target}.second`);
    symlinkSync(target, `${target}.link`);
    const viaLink = await cache.adopt(`${target}.link`);
    const viaName = await cache.adopt(`${target}.second`);
    writeFileSync(target, "edited");
    expect(viaLink).toEqual(viaName);
    expect(readFileSync(cache.pathOf(viaName.digest), "utf8")).toBe("target");
    expect(() => statSync(`${target}.second`)).toThrow("ENOENT");
  });

  test("a kept file that is not what its digest said is refused", async () => {
    const cache = openCache(fresh(), plenty);
    await expect(cache.adopt(fileOf("now"), { keep: true, sha256: sha256("before") })).rejects.toMatchObject({
      code: "verify.mismatch",
    });
  });

  test("a folder is refused with its path", async () => {
    const folder = fresh();
    await expect(openCache(fresh(), plenty).adopt(folder)).rejects.toMatchObject({
      code: "file.denied",
      message: `${folder}: not a file`,
    });
  });

  test("a missing file is refused with its path", async () => {
    await expect(openCache(fresh(), plenty).adopt(join(root, "gone"))).rejects.toMatchObject({
      code: "file.missing",
      message: expect.stringContaining(join(root, "gone")) as string,
    });
  });

  test("a file of another file system is taken over all the same", async (context) => {
    if (!isOtherFileSystem("/dev/shm", root)) return context.skip("skipped: /dev/shm is not another file system");
    const elsewhere = mkdtempSync("/dev/shm/slipway-");
    const path = join(elsewhere, "made");
    writeFileSync(path, "far");
    const cache = openCache(fresh(), plenty);
    const { digest } = await cache.adopt(path);
    expect(readFileSync(cache.pathOf(digest), "utf8")).toBe("far");
    expect(readdirSync(elsewhere)).toEqual([]);
    rmSync(elsewhere, { recursive: true });
  });

  test("damaged bytes fail when they are read, and are gone afterwards", async () => {
    const cache = openCache(fresh(), plenty);
    const held = { name: "x", ...(await cache.adopt(fileOf("right"))) };
    expect(await read(cache.open(held))).toBe("right");
    const blob = cache.pathOf(held.digest);
    chmodSync(blob, 0o600);
    writeFileSync(blob, "wrong");
    await expect(read(cache.open(held))).rejects.toMatchObject({
      code: "verify.mismatch",
      hint: expect.stringContaining("run the same command again") as string,
    });
    expect(await cache.has(held.digest, held.size)).toBe(false);
  });

  test("adopting good bytes replaces damaged ones", async () => {
    const cache = openCache(fresh(), plenty);
    const { digest } = await cache.adopt(fileOf("right"));
    chmodSync(cache.pathOf(digest), 0o600);
    writeFileSync(cache.pathOf(digest), "wrong");
    await cache.adopt(fileOf("right"));
    expect(readFileSync(cache.pathOf(digest), "utf8")).toBe("right");
  });

  test("what is not a digest is never turned into a path", () => {
    expect(() => openCache(fresh(), plenty).pathOf("sha256:../../etc")).toThrow("not a digest");
  });
});

test("bytes in memory are kept and read back", async () => {
  const cache = openCache(fresh(), plenty);
  const held = await cache.keepBytes(Buffer.from("text"));
  expect(held).toEqual({ digest: `sha256:${sha256("text")}`, size: 4 });
  expect(await read(cache.open({ name: "x", ...held }))).toBe("text");
});

describe("what is known about Steps", () => {
  test("entries come newest first, each once, and only so many", async () => {
    const cache = openCache(fresh(), plenty);
    expect(await cache.recall("key")).toEqual([]);
    for (const entry of [1, 2, 1, 3, 4, 5, 6, 7, 8, 9]) await cache.remember("key", { entry });
    expect(await cache.recall("key")).toEqual([9, 8, 7, 6, 5, 4, 3, 1].map((entry) => ({ entry })));
    expect(await cache.recall("other")).toEqual([]);
  });

  test("a file that was cut short, emptied, or holds something else is a miss, and is written anew", async () => {
    const folder = fresh();
    const cache = openCache(folder, plenty);
    await cache.remember("key", { a: 1 });
    const [file = ""] = filesUnder(join(folder, "steps"));
    for (const damage of [
      () => truncateSync(file, 5),
      () => truncateSync(file, 0),
      () => writeFileSync(file, "{}"),
      () => writeFileSync(file, Buffer.from([0xff, 0])),
    ]) {
      damage();
      expect(await cache.recall("key")).toEqual([]);
    }
    await cache.remember("key", { a: 2 });
    expect(await cache.recall("key")).toEqual([{ a: 2 }]);
  });
});

describe("files by name", () => {
  test("a kept file is found again with what is known about it, until its bytes are gone", async () => {
    const cache = openCache(fresh(), plenty);
    expect(await cache.recallFile("deflate/abc")).toBeUndefined();
    const kept = await cache.keepFile("deflate/abc", fileOf("pressed"), { crc32: 7 });
    expect(await cache.recallFile("deflate/abc")).toEqual(kept);
    expect(kept.about).toEqual({ crc32: 7 });
    expect(readFileSync(kept.path, "utf8")).toBe("pressed");
    rmSync(kept.path);
    expect(await cache.recallFile("deflate/abc")).toBeUndefined();
  });

  test("names cannot leave the folder", async () => {
    const cache = openCache(fresh(), plenty);
    for (const name of ["../x", "a/../x", "/etc/x", "", "a//b", ".x"])
      await expect(cache.keepFile(name, fileOf("x"))).rejects.toThrow("not words");
  });
});

describe("scratch", () => {
  test("a run's scratch folders are its own and go when it closes", async () => {
    const folder = fresh();
    const [one, two] = [openCache(folder, plenty), openCache(folder, plenty)];
    const [a, b] = [await one.scratch(), await two.scratch()];
    await one.close();
    expect(readdirSync(join(folder, "tmp"))).toEqual([basename(b)]);
    expect(a).not.toBe(b);
    await two.close();
    expect(readdirSync(join(folder, "tmp"))).toEqual([]);
  });

  test("scratch of ended processes is swept, of running ones kept, and of other machines kept for a day", async () => {
    const folder = fresh();
    const mine = basename(await openCache(folder, plenty).scratch()).slice(0, 8);
    const ended = spawn(process.execPath, ["-e", "0"]);
    await new Promise((resolve) => ended.once("exit", resolve));
    const names = {
      ended: `${mine}-${ended.pid}-${"a".repeat(12)}`,
      running: `${mine}-${process.ppid}-${"b".repeat(12)}`,
      foreign: `00000000-${ended.pid}-${"c".repeat(12)}`,
      old: `00000000-${ended.pid}-${"d".repeat(12)}`,
    };
    for (const name of Object.values(names)) mkdirSync(join(folder, "tmp", name));
    utimesSync(join(folder, "tmp", names.old), 0, 0);
    await openCache(folder, plenty).scratch();
    const left = readdirSync(join(folder, "tmp"));
    expect(left).toEqual(expect.arrayContaining([names.running, names.foreign]));
    expect(left).not.toContain(names.ended);
    expect(left).not.toContain(names.old);
  });
});

describe("the bound", () => {
  test("pruning takes what was used longest ago, and using something makes it younger", async () => {
    let now = 1_700_000_000_000;
    const cache = openCache(fresh(), { maxBytes: 1e12, now: () => now });
    const held: Held[] = [];
    for (const text of ["a", "b", "c"]) {
      now += 3_600_000;
      held.push(await cache.adopt(fileOf(text.repeat(1000))));
    }
    const [a, b, c] = held as [Held, Held, Held];
    now += 3_600_000;
    await cache.has(a.digest, 1000);
    expect(await cache.usage()).toMatchObject({
      bytes: 3000,
      files: 3,
      parts: { blobs: { bytes: 3000, files: 3 }, steps: { bytes: 0, files: 0 } },
    });
    expect(await cache.prune(2000)).toEqual({ files: 1, bytes: 1000 });
    expect([await cache.has(a.digest, 1000), await cache.has(b.digest, 1000), await cache.has(c.digest, 1000)]).toEqual(
      [true, false, true],
    );
    await cache.prune(0);
    expect(await cache.usage()).toMatchObject({ bytes: 0, files: 0 });
  });

  test("a run brings the folder back within its bound, but leaves what may be in use", async () => {
    const folder = fresh();
    let now = 1_700_000_000_000;
    const cache = openCache(folder, { maxBytes: 1500, now: () => now });
    const old = await cache.adopt(fileOf("old".padEnd(1000)));
    now += 2 * 3_600_000;
    const young = await cache.adopt(fileOf("young".padEnd(1000)));
    const younger = await cache.adopt(fileOf("younger".padEnd(1000)));
    await cache.close();
    expect(await cache.has(old.digest, 1000)).toBe(false);
    expect(await cache.has(young.digest, 1000)).toBe(true);
    expect(await cache.has(younger.digest, 1000)).toBe(true);
  });
});

test("runs killed at any moment, two at a time, leave only whole blobs and readable memory, and the next sweeps the rest", async () => {
  const folder = fresh();
  const program = join(import.meta.dirname, "children", "fill-cache.ts");
  for (let round = 0; round < 6; round += 1) {
    const children = ["p", "q"].map((seed) =>
      spawn(process.execPath, [program, folder, seed], { stdio: ["ignore", "pipe", "inherit"] }),
    );
    await Promise.all(children.map((child) => new Promise((resolve) => child.stdout.once("data", resolve))));
    await new Promise((resolve) => setTimeout(resolve, 13 * round));
    const ended = children.map(
      (child) => new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal))),
    );
    for (const child of children) child.kill("SIGKILL");
    expect(await Promise.all(ended)).toEqual(["SIGKILL", "SIGKILL"]);
  }
  const blobs = filesUnder(join(folder, "blobs"));
  expect(blobs.length).toBeGreaterThan(2);
  for (const blob of blobs) expect(sha256(readFileSync(blob))).toBe(basename(blob));
  expect(readdirSync(join(folder, "tmp")).length).toBeGreaterThan(0);
  const cache = openCache(folder, plenty);
  const [newest] = await cache.recall("step");
  const { digest, size } = newest as { digest: Digest; size: number };
  expect(await cache.has(digest, size)).toBe(true);
  await cache.scratch();
  await cache.close();
  expect(readdirSync(join(folder, "tmp"))).toEqual([]);
}, 60_000);

function isOtherFileSystem(a: string, b: string): boolean {
  try {
    return statSync(a).dev !== statSync(b).dev;
  } catch {
    return false;
  }
}
