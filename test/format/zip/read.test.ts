/** What the zip reader makes of other writers' archives, of ours, and of damaged and hostile ones. */
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";

import fc from "fast-check";
import { expect, test } from "vitest";

import { crc32 } from "../../../src/format/crc32.ts";
import { inFile, inMemory } from "../../../src/format/random-access.ts";
import type { ZipEntry, ZipMember } from "../../../src/format/zip/entry.ts";
import { readZip } from "../../../src/format/zip/read.ts";
import { type Stored, centralHeader, endRecords, localHeader } from "../../../src/format/zip/records.ts";
import { zip } from "../../../src/format/zip/write.ts";
import { Problem } from "../../../src/model/problem.ts";
import { needs } from "../../judges.ts";
import { collect, contentOf, listOf, noise, run, scratch } from "../contents.ts";

type Seen = Omit<ZipMember, "open" | "known"> & { readonly text?: string; readonly target?: string };

async function read(archive: Uint8Array): Promise<Seen[]> {
  return Promise.all((await listOf(readZip(inMemory(archive)))).map(see));
}

async function see(member: ZipMember): Promise<Seen> {
  if (member.type !== "file") return member;
  const { open: _open, known: _known, ...rest } = member;
  return { ...rest, text: (await collect(member.open())).toString("latin1") };
}

const at = { mode: 0o644, mtime: 1_700_000_000 };
const file = (path: string, text = path): ZipEntry => ({ ...at, type: "file", path, content: contentOf(text) });

/** A folder with a bit of everything, for other writers. */
function folder(): string {
  const root = scratch();
  mkdirSync(join(root, "sub"));
  writeFileSync(join(root, "sub", "program"), noise(50_000));
  chmodSync(join(root, "sub", "program"), 0o755);
  writeFileSync(join(root, "empty"), "");
  symlinkSync("sub/program", join(root, "link"));
  return root;
}

const theirs = [
  { path: "empty", type: "file", text: "" },
  { path: "link", type: "symlink", target: "sub/program" },
  { path: "sub/", type: "directory" },
  { path: "sub/program", type: "file", text: noise(50_000).toString("latin1"), mode: 0o755 },
];

function byPath(seen: readonly Seen[]): readonly Seen[] {
  return seen.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

needs("zip")("an archive of Info-ZIP is read whole", async ({ zip: program }) => {
  const root = folder();
  run(program, ["-qry", "a.zip", "empty", "link", "sub"], { cwd: root });
  expect(byPath(await read(readFileSync(join(root, "a.zip"))))).toMatchObject(theirs);
});

needs("bsdtar")("an archive of bsdtar, which streams with data descriptors, is read whole", async ({ bsdtar }) => {
  const root = folder();
  run(bsdtar, ["-cf", "a.zip", "--format=zip", "empty", "link", "sub"], { cwd: root });
  expect(byPath(await read(readFileSync(join(root, "a.zip"))))).toMatchObject(theirs);
});

needs("7z")("an archive of 7-Zip is read whole", async (tools) => {
  const root = folder();
  run(tools["7z"], ["a", "-tzip", "-snl", "a.zip", "empty", "link", "sub"], { cwd: root });
  expect(byPath(await read(readFileSync(join(root, "a.zip"))))).toMatchObject(theirs);
});

needs("python3")("an archive of Python is read whole", async ({ python3 }) => {
  const root = folder();
  run(python3, ["-m", "zipfile", "-c", "a.zip", "empty", "sub"], { cwd: root });
  expect(byPath(await read(readFileSync(join(root, "a.zip"))))).toMatchObject(
    theirs.filter(({ path }) => path !== "link"),
  );
});

const goWriter = `package main
import ("archive/zip"; "os"; "time")
func main() {
	z := zip.NewWriter(os.Stdout)
	h := &zip.FileHeader{Name: "ünï", Method: zip.Deflate, Modified: time.Unix(1700000001, 0)}
	h.SetMode(0o755)
	w, _ := z.CreateHeader(h)
	w.Write(make([]byte, 100000))
	z.Create("dir/")
	z.SetComment("a comment")
	z.Close()
}`;

needs("go")(
  "an archive of Go, with data descriptors and a comment, is read whole",
  async ({ go }) => {
    const root = scratch();
    writeFileSync(join(root, "main.go"), goWriter);
    const seen = await read(run(go, ["run", "main.go"], { cwd: root }));
    expect(seen).toMatchObject([
      { path: "ünï", type: "file", mode: 0o755, mtime: 1_700_000_001, size: 100_000 },
      { path: "dir/", type: "directory", mode: 0o755 },
    ]);
  },
  120_000,
);

needs("python3", "unzip")(
  "an archive behind a script's first line is read by Python, unzip and here, and only with its start",
  async ({ python3, unzip }) => {
    const line = Buffer.from("#!/usr/bin/env python3\n");
    const archive = Buffer.concat([line, await collect(zip([file("f")], { start: line.length }))]);
    const path = join(scratch(), "a.pyz");
    writeFileSync(path, archive);
    const script = "import zipfile,sys; print(zipfile.ZipFile(sys.argv[1]).read('f').decode())";
    expect(run(python3, ["-c", script, path]).toString()).toBe("f\n");
    expect(run(unzip, ["-p", path]).toString()).toBe("f");
    const members = await listOf(readZip(inMemory(archive), { start: line.length }));
    expect(members.map((member) => member.path)).toEqual(["f"]);
    await expect(read(archive)).rejects.toMatchObject({ code: "format.invalid" });
  },
);

test("what was written is read back, from a file as from memory", async () => {
  const path = fc
    .array(fc.stringMatching(/^[a-zä日 _-]{1,20}$/), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join("/"));
  const common = { path, mode: fc.integer({ min: 0, max: 0o7777 }), mtime: fc.integer({ min: 0, max: 2 ** 31 - 1 }) };
  const entry = fc.oneof(
    fc.record({ ...common, type: fc.constant("file" as const), body: fc.uint8Array({ maxLength: 2000 }) }),
    fc.record({ ...common, type: fc.constant("directory" as const) }),
    fc.record({ ...common, type: fc.constant("symlink" as const), target: path }),
  );
  const target = join(scratch(), "a.zip");
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(entry, { maxLength: 6, selector: (one) => one.path }), async (list) => {
      const archive = await collect(
        zip(list.map((one): ZipEntry => (one.type === "file" ? { ...one, content: contentOf(one.body) } : one))),
      );
      const expected = list.map((one) => {
        if (one.type === "directory") return { ...one, path: `${one.path}/` };
        if (one.type !== "file") return one;
        const { body, ...rest } = one;
        return { ...rest, size: body.length, text: Buffer.from(body).toString("latin1") };
      });
      expect((await read(archive)).map(({ unsafe: _, ...rest }) => rest)).toEqual(expected);
      writeFileSync(target, archive);
      await using handle = await open(target);
      expect((await listOf(readZip(await inFile(handle)))).map((member) => member.path)).toEqual(
        expected.map((one) => one.path),
      );
    }),
    { numRuns: 60 },
  );
});

interface Raw {
  readonly entry?: Partial<Stored>;
  readonly local?: Partial<Stored>;
  readonly data?: Uint8Array;
  readonly offset?: number;
}

/** An archive whose headers say what they are told to. */
function forged(raws: readonly Raw[], gap = 0): Buffer {
  const parts: Uint8Array[] = [Buffer.alloc(gap)];
  const directory: Uint8Array[] = [];
  let offset = gap;
  for (const [index, raw] of raws.entries()) {
    const data = raw.data ?? Buffer.from("data");
    const facts = {
      unixMode: 0o100644,
      mtime: 1_700_000_000,
      method: 0,
      crc32: crc32(data),
      size: data.length,
      compressedSize: data.length,
    };
    const entry = { path: `f${index}`, ...facts, ...raw.entry };
    const header = localHeader({ ...entry, ...raw.local });
    parts.push(header, data);
    directory.push(centralHeader(entry, raw.offset ?? offset));
    offset += header.length + data.length;
  }
  const central = Buffer.concat(directory);
  return Buffer.concat([...parts, central, endRecords(raws.length, central.length, offset)]);
}

/** Changes 16 bits that stand at `from` in every record with this signature. */
function patched(archive: Buffer, signature: string, from: number, value: number): Buffer {
  const copy = Buffer.from(archive);
  const mark = Buffer.from(signature, "latin1");
  for (let at = copy.indexOf(mark); at >= 0; at = copy.indexOf(mark, at + 1)) copy.writeUInt16LE(value, at + from);
  return copy;
}

const fine = forged([{}, {}]);
const local = "PK\x03\x04";
const central = "PK\x01\x02";
const ending = "PK\x05\x06";
const deflated = deflateRawSync(Buffer.alloc(100_000));
const bomb = { method: 8, crc32: crc32(Buffer.alloc(10)), size: 10, compressedSize: deflated.length };

const refused: Readonly<Record<string, Buffer>> = {
  "an empty file": Buffer.alloc(0),
  "bytes without an end record": Buffer.alloc(1000),
  "an archive that is cut off": fine.subarray(0, -1),
  "an archive with bytes after its end": Buffer.concat([fine, Buffer.from("x")]),
  "an archive with bytes before it": Buffer.concat([Buffer.from("prefix"), fine]),
  "a gap before the first entry": forged([{}, {}], 10),
  "a second end record hidden in the comment": Buffer.concat([
    patched(fine, ending, 20, 22),
    Buffer.from(fine.subarray(-22)),
  ]),
  "one that is part of several": patched(fine, ending, 4, 1),
  "a directory with fewer entries than the end says": patched(patched(fine, ending, 8, 3), ending, 10, 3),
  "a directory with more entries than the end says": patched(patched(fine, ending, 8, 1), ending, 10, 1),
  "two entries of one path": forged([{ entry: { path: "a" } }, { entry: { path: "a" } }]),
  "a file and a directory of one path": forged([
    { entry: { path: "a" } },
    { entry: { path: "a/", unixMode: 0o040755 }, data: Buffer.alloc(0) },
  ]),
  "an entry without a name": forged([{ entry: { path: "" } }]),
  "another name in the local header": forged([{ local: { path: "g0" } }]),
  "another size in the local header": forged([{ local: { size: 3 } }]),
  "another CRC-32 in the local header": forged([{ local: { crc32: 1 } }]),
  "another time in the local header": forged([{ local: { mtime: 1_600_000_000 } }]),
  "another method in the local header": forged([{ local: { method: 8 } }]),
  "two entries over the same bytes": forged([{}, { offset: 0, entry: { path: "f0" } }]),
  "an entry that overlaps the next": forged([{ entry: { size: 50, compressedSize: 50 } }, {}]),
  "an entry whose header is elsewhere": forged([{ offset: 5 }]),
  "an encrypted entry": patched(patched(fine, local, 6, 1), central, 8, 1),
  "a name in an unknown encoding": patched(patched(forged([{ entry: { path: "ü" } }]), local, 6, 0), central, 8, 0),
  "an unknown method": patched(patched(fine, local, 8, 12), central, 10, 12),
  "a device": forged([{ entry: { unixMode: 0o020644 } }]),
  "a directory that is named like a file": forged([{ entry: { unixMode: 0o040755 }, data: Buffer.alloc(0) }]),
  "a directory with content": forged([{ entry: { path: "d/", unixMode: 0o040755 } }]),
  "a symlink of 5,000 bytes": forged([{ entry: { unixMode: 0o120777 }, data: Buffer.alloc(5000) }]),
  "content with another CRC-32": forged([{ entry: { crc32: 1 } }]),
  "content that inflates to more than its size": forged([{ entry: bomb, data: deflated }]),
  "content that inflates to less than its size": forged([{ entry: { ...bomb, size: 200_000 }, data: deflated }]),
  "deflated content with more after its end": forged([
    {
      entry: { method: 8, size: 2, crc32: crc32(Buffer.from("xx")) },
      data: Buffer.concat([deflateRawSync(Buffer.from("xx")), Buffer.from("more")]),
    },
  ]),
  "deflated content that is damaged": forged([
    { entry: { method: 8 }, data: Buffer.from("\xff\xff\xff\xff", "latin1") },
  ]),
};

test("the forger's own archives are fine where nothing is forged", async () => {
  expect((await read(fine)).map(({ path, text }) => [path, text])).toEqual([
    ["f0", "data"],
    ["f1", "data"],
  ]);
});

for (const [what, archive] of Object.entries(refused)) {
  test(`refused: ${what}`, async () => {
    await expect(read(archive)).rejects.toMatchObject({ code: "format.invalid" });
  });
}

test("paths and targets that leave the folder are flagged", async () => {
  const paths = ["/abs", "../up", "a\\b", "C:x", "fine"].map((path) => ({ entry: { path } }));
  const links = ["/abs", "../up", "fine"].map((target, index) => ({
    entry: { path: `l${index}`, unixMode: 0o120777 },
    data: Buffer.from(target),
  }));
  const seen = await read(forged([...paths, ...links]));
  expect(seen.map(({ unsafe }) => unsafe !== undefined)).toEqual([true, true, true, true, false, true, true, false]);
});

test("an archive that is changed anywhere is read or refused, but never breaks the reader", async () => {
  const whole = await collect(
    zip([
      file("a", "x".repeat(600)),
      file("ü"),
      { ...at, type: "directory", path: "d" },
      { ...at, type: "symlink", path: "l", target: "a" },
    ]),
  );
  const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 4 }), fc.option(fc.nat(whole.length)), async (changes, length) => {
      const archive = Buffer.from(whole.subarray(0, length ?? whole.length));
      for (const { at: index, byte } of changes) if (index < archive.length) archive[index] = byte;
      await read(archive).catch((thrown: unknown) => expect(thrown).toBeInstanceOf(Problem));
    }),
    { numRuns: 1000 },
  );
});
