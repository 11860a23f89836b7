/** Zip archives as unzip, bsdtar, 7-Zip, Python and Go see them. */
import { createHash } from "node:crypto";
import { closeSync, lstatSync, openSync, readFileSync, readlinkSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { crc32, crc32Combine } from "../../../src/format/crc32.ts";
import type { Content } from "../../../src/format/segment.ts";
import type { ZipEntry } from "../../../src/format/zip/entry.ts";
import { zip } from "../../../src/format/zip/write.ts";
import { needs } from "../../judges.ts";
import { collect, contentOf, noise, run, scratch } from "../contents.ts";

const at = { mode: 0o644, mtime: 1_700_000_000 };
const file = (path: string, text: string | Uint8Array = path): ZipEntry & { type: "file" } => ({
  ...at,
  type: "file",
  path,
  content: contentOf(text),
});

const everything: readonly ZipEntry[] = [
  { ...at, type: "directory", path: "folder", mode: 0o755 },
  file("folder/plain"),
  { ...file("program", noise(100_000)), mode: 0o755 },
  { ...file("setuid"), mode: 0o4750 },
  file("empty", ""),
  file("zeros", new Uint8Array(3_000_000)),
  file("näme/日本語/🚀"),
  file(`${"d/".repeat(200)}deep`),
  { ...at, type: "symlink", path: "link", target: "folder/plain", mode: 0o777 },
];

async function archive(entries: readonly ZipEntry[] = everything): Promise<string> {
  const path = join(scratch(), "a.zip");
  writeFileSync(path, await collect(zip(entries)));
  return path;
}

needs("unzip")("unzip finds no errors, and unpacks every file with its mode and time", async ({ unzip }) => {
  const path = await archive();
  expect(run(unzip, ["-t", path]).toString()).toContain("No errors detected");
  await unpacked(everything, (folder) => run(unzip, ["-q", path, "-d", folder]));
});

needs("bsdtar")("bsdtar unpacks every file with its mode and time", async ({ bsdtar }) => {
  const path = await archive();
  await unpacked(everything, (folder) => run(bsdtar, ["-xpf", path, "-C", folder]));
});

async function unpacked(entries: readonly ZipEntry[], unpack: (folder: string) => unknown): Promise<void> {
  const folder = scratch();
  unpack(folder);
  for (const entry of entries) {
    const path = join(folder, entry.path);
    if (entry.type === "symlink") {
      expect(readlinkSync(path)).toBe(entry.target);
      continue;
    }
    // unzip drops set-user-ID bits on purpose.
    expect([entry.path, lstatSync(path).mode & 0o777]).toEqual([entry.path, entry.mode & 0o777]);
    if (entry.type === "directory") continue;
    expect([entry.path, lstatSync(path).mtimeMs / 1000]).toEqual([entry.path, entry.mtime]);
    expect(readFileSync(path).equals(await collect(entry.content.open()))).toBe(true);
  }
}

needs("7z")("7-Zip finds no errors and no warnings", async (tools) => {
  const said = run(tools["7z"], ["t", await archive()]).toString();
  expect(said).toContain("Everything is Ok");
  expect(said).not.toMatch(/warning/i);
});

needs("python3")(
  "Python's zipfile reads names, modes, sizes and times, whatever its time zone",
  async ({ python3 }) => {
    const script = `
import zipfile, sys, json
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps([[i.filename, i.external_attr >> 16, i.file_size, list(i.date_time)] for i in z.infolist()]))`;
    const type = { file: 0o100000, directory: 0o040000, symlink: 0o120000 };
    const expected = everything.map((entry) => {
      const size = entry.type === "file" ? entry.content.size : entry.type === "symlink" ? entry.target.length : 0;
      return [
        entry.type === "directory" ? `${entry.path}/` : entry.path,
        type[entry.type] | entry.mode,
        size,
        [2023, 11, 14, 22, 13, 20],
      ];
    });
    expect(JSON.parse(run(python3, ["-c", script, await archive()]).toString())).toEqual(expected);
  },
);

const goReader = `package main
import ("archive/zip"; "fmt"; "io"; "os")
func main() {
	r, err := zip.OpenReader(os.Args[1])
	if err != nil { panic(err) }
	for _, f := range r.File {
		c, err := f.Open()
		if err != nil { panic(err) }
		n, err := io.Copy(io.Discard, c)
		if err != nil { panic(err) }
		fmt.Printf("%s %s %d %d %v\\n", f.Name, f.Mode(), n, f.Modified.Unix(), f.NonUTF8)
	}
}`;

needs("go")(
  "Go's archive/zip reads names, modes, contents and times to the second",
  async ({ go }) => {
    const folder = scratch();
    writeFileSync(join(folder, "main.go"), goReader);
    run(go, ["build", "-o", "reader", "main.go"], { cwd: folder });
    const entries: readonly ZipEntry[] = [
      { ...file("ünï"), mtime: 1_700_000_001 },
      { ...file("program"), mode: 0o755 },
      { ...at, type: "symlink", path: "l", target: "program", mode: 0o777 },
    ];
    expect(
      run(join(folder, "reader"), [await archive(entries)])
        .toString()
        .split("\n"),
    ).toEqual([
      "ünï -rw-r--r-- 5 1700000001 false",
      "program -rwxr-xr-x 7 1700000000 false",
      "l Lrwxrwxrwx 7 1700000000 false",
      "",
    ]);
  },
  120_000,
);

test("times before 1980 and after 2107 become the nearest that a zip can hold", async () => {
  const dates = async (mtime: number): Promise<number> =>
    (await collect(zip([{ ...file("f"), mtime }]))).readUInt32LE(10);
  expect(await dates(0)).toBe((((0 << 9) | (1 << 5) | 1) << 16) >>> 0);
  expect(await dates(2 ** 40)).toBe(((((127 << 9) | (12 << 5) | 31) << 16) | ((23 << 11) | (59 << 5) | 29)) >>> 0);
});

test("the bytes do not depend on the time zone", async () => {
  const zone = process.env["TZ"];
  const digests = new Set<string>();
  for (const tz of ["UTC", "Pacific/Kiritimati", "America/St_Johns"]) {
    process.env["TZ"] = tz;
    digests.add((await collect(zip(everything))).toString("hex"));
  }
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
  expect(digests.size).toBe(1);
});

test("what deflate would make larger is stored", async () => {
  const random = Buffer.concat(
    Array.from({ length: 50 }, (_, index) => createHash("sha256").update(String(index)).digest()),
  );
  const stored = await collect(zip([file("f", random)]));
  expect(stored.readUInt16LE(8)).toBe(0);
  expect(stored.includes(random)).toBe(true);
});

needs("python3")("70,000 entries need zip64, and Python counts them all", async ({ python3 }) => {
  const entries = Array.from({ length: 70_000 }, (_, index): ZipEntry => ({
    ...at,
    type: "directory",
    path: `d${index}`,
  }));
  const script = "import zipfile,sys; print(len(zipfile.ZipFile(sys.argv[1]).infolist()))";
  expect(
    run(python3, ["-c", script, await archive(entries)])
      .toString()
      .trim(),
  ).toBe("70000");
});

const mebibyte = new Uint8Array(1024 * 1024);

/** So many MiB of zeros, which count as incompressible. */
function zeros(mebibytes: number): Content {
  const size = mebibytes * mebibyte.length;
  let crc = 0;
  for (let done = 0; done < mebibytes; done++) crc = crc32Combine(crc, crc32(mebibyte), mebibyte.length);
  async function* open(): AsyncGenerator<Uint8Array> {
    for (let done = 0; done < mebibytes; done++) yield mebibyte;
  }
  return { size, sha256: "", open, compressed: async () => ({ size, crc32: crc, compressedSize: size, open }) };
}

/** Writes the archive with a hole wherever there are zeros. */
async function sparse(path: string, entries: readonly ZipEntry[]): Promise<void> {
  const target = openSync(path, "w");
  let offset = 0;
  for await (const bytes of zip(entries)) {
    if (bytes !== mebibyte) writeSync(target, bytes, 0, bytes.length, offset);
    offset += bytes.length;
  }
  closeSync(target);
}

const large = [{ ...file("large"), content: zeros(4097) }, file("after")];

needs(
  "python3",
  "unzip",
  "7z",
)(
  "a file of more than 4 GiB, and one behind it, are found by Python, unzip and 7-Zip",
  async ({ python3, unzip, ...tools }) => {
    const path = join(scratch(), "large.zip");
    await sparse(path, large);
    const script =
      "import zipfile,sys; z=zipfile.ZipFile(sys.argv[1]); print([i.file_size for i in z.infolist()], z.read('after'))";
    expect(run(python3, ["-c", script, path]).toString().trim()).toBe(`[${4097 * 1024 ** 2}, 5] b'after'`);
    expect(run(unzip, ["-p", path, "after"]).toString()).toBe("after");
    expect(run(tools["7z"], ["l", path]).toString()).toContain(String(4097 * 1024 ** 2));
  },
);

test("two entries of one path are refused", async () => {
  await expect(collect(zip([file("a"), { ...at, type: "directory", path: "a" }]))).rejects.toMatchObject({
    code: "format.invalid",
    message: expect.stringContaining("twice"),
  });
});

test("paths that leave the folder, are empty or cannot be written are refused", async () => {
  for (const path of ["", "/etc/passwd", "../x", "a\\b", "C:x", "a\0b", "\ud800", "file/", "x".repeat(65_535)]) {
    await expect(collect(zip([file(path, "x")])), JSON.stringify(path.slice(0, 20))).rejects.toMatchObject({
      code: "format.invalid",
    });
  }
  await expect(collect(zip([{ ...file("f"), mtime: 0.5 }]))).rejects.toMatchObject({ code: "format.invalid" });
});

needs("unzip")("random entries come back from unzip as they went in", async ({ unzip }) => {
  const path = fc.stringMatching(/^[a-z0-9 _-]{1,30}$/);
  const random = fc.uniqueArray(
    fc.record({ path, body: fc.uint8Array({ maxLength: 3000 }), repeat: fc.integer({ min: 1, max: 50 }) }),
    { minLength: 1, maxLength: 5, selector: ({ path }) => path },
  );
  const target = join(scratch(), "random.zip");
  await fc.assert(
    fc.asyncProperty(random, async (list) => {
      const bodies = list.map(({ body, repeat }) => Buffer.concat(Array.from({ length: repeat }, () => body)));
      writeFileSync(target, await collect(zip(list.map(({ path }, index) => file(path, bodies[index])))));
      expect(run(unzip, ["-p", target]).equals(Buffer.concat(bodies))).toBe(true);
    }),
    { numRuns: 25 },
  );
});
