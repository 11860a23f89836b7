/** Tar archives as GNU tar, bsdtar, Python and Go see them. */
import { createHash } from "node:crypto";
import {
  closeSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { plain } from "../../../src/format/plain.ts";
import type { TarDialect, TarEntry } from "../../../src/format/tar/entry.ts";
import { tarSegments } from "../../../src/format/tar/write.ts";
import { needs } from "../../judges.ts";
import { collect, contentOf, contentOfSize, noise, run, scratch } from "../contents.ts";

async function tar(entries: readonly TarEntry[], dialect: TarDialect, end = true): Promise<Buffer> {
  return collect(plain(tarSegments(entries, { dialect, end })));
}

/** A path of exactly `length` bytes in folders of up to 60. */
function pathOf(length: number): string {
  const path = `${"d".repeat(60)}/`.repeat(Math.floor(length / 61));
  return (path + "f".repeat(length)).slice(0, length).replace(/\/$/, "x");
}

const at = { mode: 0o644, mtime: 1_700_000_000 };
const file = (path: string, text = path): TarEntry => ({ ...at, type: "file", path, content: contentOf(text) });

const everything: readonly TarEntry[] = [
  { ...at, type: "directory", path: "folder", mode: 0o755 },
  file("folder/plain"),
  { ...at, type: "file", path: "empty", content: contentOf("") },
  { ...at, type: "file", path: "block", mode: 0o4755, content: contentOf(noise(512)) },
  { ...at, type: "file", path: "large", mode: 0o600, mtime: 0, content: contentOf(noise(100_001)) },
  file("näme/日本語/🚀"),
  ...[99, 100, 101, 155, 156, 200].map((length) => file(pathOf(length))),
  { ...at, type: "symlink", path: "link", target: "folder/plain", mode: 0o777 },
  { ...at, type: "hardlink", path: "hard", target: "folder/plain" },
  { ...at, type: "file", path: "owned", uid: 1000, gid: 100, owner: "user", group: "users", content: contentOf("x") },
];
/** What only the dialects with long names can hold. */
const longOnes: readonly TarEntry[] = [
  ...[255, 256, 257, 300].map((length) => file(pathOf(length))),
  file("x".repeat(101)),
  { ...at, type: "directory", path: "y".repeat(100), mode: 0o755 },
  { ...at, type: "symlink", path: "long-link", target: pathOf(101), mode: 0o777 },
  { ...at, type: "symlink", path: "z".repeat(120), target: pathOf(300), mode: 0o777 },
];

const python = `
import tarfile, sys, json, hashlib
for m in tarfile.open(sys.argv[1], errorlevel=2):
    body = tarfile.open(sys.argv[1]).extractfile(m.name).read() if m.isreg() else b""
    kind = "file" if m.isreg() else "directory" if m.isdir() else "symlink" if m.issym() else "hardlink"
    print(json.dumps([kind, m.name, m.mode, m.mtime, m.uid, m.gid, m.uname, m.gname, m.size, m.linkname, hashlib.sha256(body).hexdigest()]))
`;

function asPythonSees(entry: TarEntry): unknown[] {
  const body = entry.type === "file" ? entry.content : contentOf("");
  const target = "target" in entry ? entry.target : "";
  const { uid = 0, gid = 0, owner = "root", group = "root" } = entry;
  return [entry.type, entry.path, entry.mode, entry.mtime, uid, gid, owner, group, body.size, target, body.sha256];
}

for (const dialect of ["gnu", "ustar", "pax"] as const) {
  const entries = dialect === "ustar" ? everything : [...everything, ...longOnes];

  needs("python3")(
    `Python's tarfile reads every field of a ${dialect} archive as it was given`,
    async ({ python3 }) => {
      const path = join(scratch(), "a.tar");
      writeFileSync(path, await tar(entries, dialect));
      const seen = run(python3, ["-c", python, path])
        .toString()
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown);
      expect(seen).toEqual(entries.map(asPythonSees));
    },
  );

  needs("tar")(`GNU tar unpacks a ${dialect} archive without a word`, async (tools) => {
    await unpacks(entries, dialect, (folder, path) => run(tools.tar, ["-xpf", path, "--warning=all", "-C", folder]));
  });

  needs("bsdtar")(`bsdtar unpacks a ${dialect} archive without a word`, async ({ bsdtar }) => {
    await unpacks(entries, dialect, (folder, path) => run(bsdtar, ["-xpf", path, "-C", folder]));
  });
}

async function unpacks(
  entries: readonly TarEntry[],
  dialect: TarDialect,
  unpack: (folder: string, path: string) => Buffer,
): Promise<void> {
  const folder = scratch();
  const path = join(scratch(), "a.tar");
  writeFileSync(path, await tar(entries, dialect));
  expect(unpack(folder, path).toString()).toBe("");
  for (const entry of entries) {
    const found = lstatSync(join(folder, entry.path));
    if (entry.type === "symlink") expect(readlinkSync(join(folder, entry.path))).toBe(entry.target);
    else expect([entry.path, found.mode & 0o7777, found.mtimeMs / 1000]).toEqual([entry.path, entry.mode, entry.mtime]);
    if (entry.type === "file")
      expect(
        createHash("sha256")
          .update(readFileSync(join(folder, entry.path)))
          .digest("hex"),
      ).toBe(entry.content.sha256);
    if (entry.type === "hardlink")
      expect(statSync(join(folder, entry.path)).ino).toBe(statSync(join(folder, entry.target)).ino);
  }
}

const goReader = `package main
import ("archive/tar"; "fmt"; "io"; "os")
func main() {
	r := tar.NewReader(os.Stdin)
	for {
		h, err := r.Next()
		if err == io.EOF { return }
		if err != nil { panic(err) }
		n, err := io.Copy(io.Discard, r)
		if err != nil { panic(err) }
		fmt.Printf("%s %o %d %d %s\\n", h.Name, h.Mode, h.Size, n, h.Linkname)
	}
}`;

needs("go")(
  "Go's archive/tar reads every dialect",
  async ({ go }) => {
    const folder = scratch();
    writeFileSync(join(folder, "main.go"), goReader);
    run(go, ["build", "-o", "reader", "main.go"], { cwd: folder });
    for (const dialect of ["gnu", "pax"] as const) {
      const entries = [...everything, ...longOnes];
      const expected = entries.map((entry) => {
        const size = entry.type === "file" ? entry.content.size : 0;
        const path = entry.type === "directory" ? `${entry.path}/` : entry.path;
        return `${path} ${entry.mode.toString(8)} ${size} ${size} ${"target" in entry ? entry.target : ""}\n`;
      });
      expect(run(join(folder, "reader"), [], { input: await tar(entries, dialect) }).toString()).toBe(
        expected.join(""),
      );
    }
  },
  120_000,
);

needs("tar")(
  "GNU tar sees the very same archive as it writes itself, up to the padding of its records",
  async (tools) => {
    const folder = scratch();
    writeFileSync(join(folder, "program"), noise(1000), { mode: 0o755 });
    writeFileSync(join(folder, "l".repeat(130)), "x", { mode: 0o644 });
    const names = ["program", "l".repeat(130)];
    const options = ["--format=gnu", "--owner=root:0", "--group=root:0", "--mtime=@1700000000", "--mode=u=rwx,go=rx"];
    const theirs = run(tools.tar, [...options, "-cf", "-", ...names], { cwd: folder });
    const ours = await tar(
      names.map((path) => ({
        type: "file",
        path,
        mode: 0o755,
        mtime: 1_700_000_000,
        content: contentOf(readFileSync(join(folder, path))),
      })),
      "gnu",
    );
    expect(theirs.subarray(0, ours.length).equals(ours)).toBe(true);
  },
);

for (const dialect of ["gnu", "pax"] as const) {
  needs("tar")(`GNU tar lists a file of 9 GiB in a ${dialect} archive with its size`, async (tools) => {
    const size = 9 * 1024 ** 3;
    const path = join(scratch(), "sparse.tar");
    const head = await tar([{ ...at, type: "file", path: "huge", content: contentOfSize(size) }], dialect, false);
    const tail = await tar([file("after", "tail")], dialect);
    const sparse = openSync(path, "w");
    writeSync(sparse, head);
    ftruncateSync(sparse, head.length + size);
    writeSync(sparse, tail, 0, tail.length, head.length + size);
    closeSync(sparse);
    const listed = run(tools.tar, ["-tvf", path]).toString().trim().split("\n");
    expect(listed.map((line) => line.split(/\s+/)[2])).toEqual([String(size), "4"]);
  });
}

test("a pax archive has extended headers only where an entry does not fit without", async () => {
  const bytes = await tar(
    everything.filter(({ path }) => /^[ -~]{1,200}$/.test(path)),
    "pax",
  );
  expect(bytes.includes("PaxHeader")).toBe(false);
  expect((await tar([file("ä")], "pax")).includes("path=ä\n")).toBe(true);
});

needs("python3")("Python finds the PAX records an entry was given", async ({ python3 }) => {
  const path = join(scratch(), "a.tar");
  const pax = { "APK-TOOLS.checksum.SHA1": "0123", "A.first": "ü=1" };
  writeFileSync(path, await tar([{ ...at, type: "file", path: "f", pax, content: contentOf("x") }], "pax"));
  const script = "import tarfile,sys,json; print(json.dumps(tarfile.open(sys.argv[1]).next().pax_headers))";
  expect(JSON.parse(run(python3, ["-c", script, path]).toString())).toEqual(pax);
});

needs("tar")("without an end, archives can be joined, and only the last one ends", async (tools) => {
  const first = await tar([file("a")], "ustar", false);
  expect(first.length).toBe(1024);
  expect(
    run(tools.tar, ["-tf", "-"], { input: Buffer.concat([first, await tar([file("b")], "ustar")]) }).toString(),
  ).toBe("a\nb\n");
});

test("what a dialect cannot hold is refused, naming the entry", async () => {
  const refused: [TarEntry, TarDialect][] = [
    [file(pathOf(257)), "ustar"],
    [file("x".repeat(101)), "ustar"],
    [{ ...at, type: "symlink", path: "l", target: "t".repeat(101) }, "ustar"],
    [{ ...at, type: "file", path: "huge", content: contentOfSize(8 ** 11) }, "ustar"],
    [{ ...at, type: "directory", path: "d", uid: 8 ** 7 }, "ustar"],
    [{ ...at, type: "directory", path: "d", owner: "o".repeat(32) }, "ustar"],
    [{ ...at, type: "directory", path: "d", owner: "o".repeat(32) }, "gnu"],
    [{ ...at, type: "directory", path: "d", mtime: -1 }, "ustar"],
    [{ ...at, type: "directory", path: "d", pax: { a: "b" } }, "gnu"],
    [{ ...at, type: "directory", path: "d", pax: { a: "b" } }, "ustar"],
    [{ ...at, type: "directory", path: "ö", pax: { path: "b" } }, "pax"],
  ];
  for (const [entry, dialect] of refused) {
    await expect(tar([entry], dialect), `${entry.path} in ${dialect}`).rejects.toMatchObject({
      code: "format.invalid",
      message: expect.stringContaining(entry.path),
    });
  }
});

test("paths that leave the folder, are empty or cannot be written are refused in every dialect", async () => {
  for (const path of ["", "/etc/passwd", "../x", "a/../../b", "a\\b", "C:x", "a\0b", "\ud800", "file/"]) {
    await expect(tar([file(path, "x")], "gnu"), JSON.stringify(path)).rejects.toMatchObject({ code: "format.invalid" });
  }
  await expect(
    tar([{ ...at, type: "file", path: "f", mtime: 1.5, content: contentOf("") }], "gnu"),
  ).rejects.toMatchObject({ code: "format.invalid" });
});

needs("bsdtar")("random entries come back from bsdtar as they went in", async ({ bsdtar }) => {
  const name = fc.stringMatching(/^[a-zä日 ._-]{1,60}$/).filter((text) => !/^\.+$/.test(text));
  const path = fc.array(name, { minLength: 1, maxLength: 8 }).map((parts) => parts.join("/"));
  const random = fc.uniqueArray(fc.record({ path, body: fc.uint8Array({ maxLength: 2000 }) }), {
    maxLength: 6,
    selector: ({ path }) => path,
  });
  const dialects = fc.constantFrom<TarDialect>("gnu", "pax");
  await fc.assert(
    fc.asyncProperty(random, dialects, async (list, dialect) => {
      const entries = list.map(({ path, body }): TarEntry => ({ ...at, type: "file", path, content: contentOf(body) }));
      const input = await tar(entries, dialect);
      expect(run(bsdtar, ["-tf", "-"], { input }).toString()).toBe(entries.map((entry) => `${entry.path}\n`).join(""));
      for (const [index, entry] of entries.entries()) {
        if (index > 1) break; // a process each
        expect(
          run(bsdtar, ["-xOf", "-", "--", globless(entry.path)], { input }).equals(
            Buffer.from(list[index]?.body ?? []),
          ),
        ).toBe(true);
      }
    }),
    { numRuns: 25 },
  );
});

function globless(path: string): string {
  return path.replaceAll(/[[\]*?\\]/g, "\\$&");
}
