/** What the tar reader makes of other writers' archives, of ours, and of damaged and hostile ones. */
import { mkdirSync, symlinkSync, linkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { plain } from "../../../src/format/plain.ts";
import type { TarDialect, TarEntry, TarMember } from "../../../src/format/tar/entry.ts";
import { type Header, typeflags, writeHeader } from "../../../src/format/tar/header.ts";
import { writePax } from "../../../src/format/tar/pax.ts";
import { readTar } from "../../../src/format/tar/read.ts";
import { tarSegments } from "../../../src/format/tar/write.ts";
import { Problem } from "../../../src/model/problem.ts";
import { needs } from "../../judges.ts";
import { chunked, collect, contentOf, listOf, noise, run, scratch } from "../contents.ts";

/** A member with its bytes as text. */
type Seen = Omit<TarMember, "open" | "now"> & { readonly text?: string };

async function read(archive: Uint8Array, chunk = 1000, end = true): Promise<Seen[]> {
  const seen: Seen[] = [];
  for await (const member of readTar(chunked(archive, chunk), { end })) {
    if (member.type !== "file") seen.push(member);
    else {
      const { open, known: _, now: __, ...rest } = member;
      seen.push({ ...rest, text: (await collect(open())).toString("latin1") });
    }
  }
  return seen;
}

async function tar(entries: readonly TarEntry[], dialect: TarDialect = "pax"): Promise<Buffer> {
  return collect(plain(tarSegments(entries, { dialect })));
}

const at = { mode: 0o644, mtime: 1_700_000_000 };
const file = (path: string, text = "x"): TarEntry => ({ ...at, type: "file", path, content: contentOf(text) });

/** A folder with a bit of everything, for other writers. */
function folder(): string {
  const root = scratch();
  mkdirSync(join(root, "sub", "d".repeat(120)), { recursive: true });
  writeFileSync(join(root, "sub", "d".repeat(120), "f".repeat(120)), "long");
  writeFileSync(join(root, "sub", "ünïcode"), noise(3000));
  writeFileSync(join(root, "empty"), "");
  symlinkSync("sub/ünïcode", join(root, "link"));
  symlinkSync("t".repeat(150), join(root, "long-link"));
  linkSync(join(root, "empty"), join(root, "hard"));
  return root;
}

for (const format of ["gnu", "ustar", "posix"]) {
  needs("tar")(`a ${format} archive of GNU tar is read whole`, async (tools) => {
    const root = folder();
    const names = ["empty", "hard", "link", "sub/ünïcode", ...(format === "ustar" ? [] : ["long-link", "sub"])];
    const options = [
      `--format=${format}`,
      "--sort=name",
      "--mtime=@1700000000",
      "--owner=u:1",
      "--group=g:2",
      "--mode=0644",
    ];
    checkTheirs(await read(run(tools.tar, ["-cf", "-", ...options, ...names], { cwd: root })), names);
  });
}

needs("bsdtar")("an archive of bsdtar is read whole", async ({ bsdtar }) => {
  const names = ["empty", "hard", "link", "long-link", "sub"];
  checkTheirs(await read(run(bsdtar, ["-cf", "-", "--format=pax", ...names], { cwd: folder() })), names);
});

needs("python3")("an archive of Python is read whole", async ({ python3 }) => {
  const names = ["empty", "hard", "link", "long-link", "sub"];
  const script =
    "import tarfile,sys; t=tarfile.open(fileobj=sys.stdout.buffer,mode='w|')\nfor n in sys.argv[1:]: t.add(n)\nt.close()";
  checkTheirs(await read(run(python3, ["-c", script, ...names], { cwd: folder() })), names);
});

function checkTheirs(seen: readonly Seen[], names: readonly string[]): void {
  const long = `sub/${"d".repeat(120)}/${"f".repeat(120)}`;
  const expected: Record<string, Partial<Seen> & { readonly target?: string }> = {
    empty: { type: "file", text: "" },
    hard: { type: "hardlink", target: "empty" },
    link: { type: "symlink", target: "sub/ünïcode" },
    "long-link": { type: "symlink", target: "t".repeat(150) },
    "sub/ünïcode": { type: "file", text: noise(3000).toString("latin1") },
    [long]: { type: "file", text: "long" },
  };
  for (const path of [
    ...names.filter((name) => name !== "sub"),
    ...(names.includes("sub") ? [long, "sub/ünïcode"] : []),
  ]) {
    expect(
      seen.find((member) => member.path === path),
      path,
    ).toMatchObject(expected[path] ?? {});
  }
}

test("a global PAX header, as git archive writes, applies to every entry after it", async () => {
  const root = scratch();
  const git = (...args: string[]): Buffer =>
    run("git", ["-c", "user.name=n", "-c", "user.email=e@e", ...args], { cwd: root });
  git("init", "-q");
  writeFileSync(join(root, "f"), "content");
  git("add", "f");
  git("commit", "-qm", "m");
  const [member] = await read(git("archive", "HEAD"));
  expect(member).toMatchObject({
    path: "f",
    text: "content",
    pax: { comment: git("rev-parse", "HEAD").toString().trim() },
  });
});

test("what was written is read back, in every dialect, however the stream is cut", async () => {
  const name = fc.stringMatching(/^[a-zä日 ._-]{1,90}$/).filter((text) => !/^\.+$/.test(text));
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
  const common = { path, mode: fc.integer({ min: 0, max: 0o7777 }), mtime: fc.integer({ min: 0, max: 2 ** 34 }) };
  const owner = {
    uid: fc.nat(2 ** 31),
    gid: fc.nat(100),
    owner: fc.constantFrom("root", "ü"),
    group: fc.constantFrom("g", "users"),
  };
  const entry = fc.oneof(
    fc.record({ ...common, ...owner, type: fc.constant("file" as const), body: fc.uint8Array({ maxLength: 1500 }) }),
    fc.record({ ...common, ...owner, type: fc.constant("directory" as const) }),
    fc.record({ ...common, ...owner, type: fc.constant("symlink" as const), target: path }),
    fc.record({ ...common, ...owner, type: fc.constant("hardlink" as const), target: path }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, { maxLength: 6 }),
      fc.constantFrom<TarDialect>("gnu", "pax"),
      fc.integer({ min: 1, max: 3000 }),
      async (list, dialect, chunk) => {
        const entries = list.map((one): TarEntry =>
          one.type === "file" ? { ...one, content: contentOf(one.body) } : one,
        );
        const seen = await read(await tar(entries, dialect), chunk);
        expect(seen.map(({ pax: _, unsafe: __, ...rest }) => rest)).toEqual(
          list.map((one) => {
            if (one.type === "directory") return { ...one, path: `${one.path}/` };
            if (one.type !== "file") return one;
            const { body, ...rest } = one;
            return { ...rest, size: body.length, text: Buffer.from(body).toString("latin1") };
          }),
        );
      },
    ),
  );
});

test("members that are not read are skipped, and one cannot be read once it has passed", async () => {
  const seen: TarMember[] = [];
  for await (const member of readTar(chunked(await tar([file("a", "1".repeat(1000)), file("b", "2")]))))
    seen.push(member);
  expect(seen.map(({ path }) => path)).toEqual(["a", "b"]);
  const [first] = seen;
  expect(() => first?.type === "file" && first.open()).toThrow("before the next one");
});

test("paths and targets that leave the folder are flagged", async () => {
  const entries = ["/etc/passwd", "../up", "a/../../up", "C:\\x", "fine/.."].map((path) =>
    entryBlocks({ name: Buffer.from(path) }),
  );
  const links = [
    ["l", "/abs"],
    ["l", "../up"],
    ["a/l", "../fine"],
    ["a/l", "../../up"],
  ].map(([path, target]) =>
    entryBlocks({ name: Buffer.from(path ?? ""), target: Buffer.from(target ?? ""), typeflag: typeflags.symlink }),
  );
  const hard = entryBlocks({ name: Buffer.from("h"), target: Buffer.from("../up"), typeflag: typeflags.hardlink });
  const seen = await read(Buffer.concat([...entries, ...links, hard, Buffer.alloc(1024)]));
  expect(seen.map(({ unsafe }) => unsafe !== undefined)).toEqual([
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    false,
    true,
    true,
  ]);
});

/** An entry whose header has a right checksum. */
function entryBlocks(header: Partial<Header>, content: Buffer = Buffer.alloc(0)): Buffer {
  const none = new Uint8Array(0);
  const rest = {
    name: Buffer.from("f"),
    prefix: none,
    target: none,
    owner: none,
    group: none,
    mode: 0,
    uid: 0,
    gid: 0,
    size: content.length,
    mtime: 0,
    typeflag: "0",
  };
  return Buffer.concat([
    writeHeader({ ...rest, ...header }, "ustar"),
    content,
    Buffer.alloc((512 - (content.length % 512)) % 512),
  ]);
}

const end = Buffer.alloc(1024);
const pax = (records: Record<string, string>): Buffer =>
  entryBlocks({ typeflag: "x" }, Buffer.from(writePax(new Map(Object.entries(records)))));
const raw = (text: string): Buffer => entryBlocks({ typeflag: "x" }, Buffer.from(text));
const damagedHeader = (): Buffer => {
  const block = entryBlocks({});
  block[0] = 0x67;
  return block;
};

const refused: Readonly<Record<string, Buffer>> = {
  "an empty stream": Buffer.alloc(0),
  "an archive that ends within a header": entryBlocks({}).subarray(0, 300),
  "an archive that ends within a content": entryBlocks({}, noise(1000)).subarray(0, 900),
  "an archive without an end": entryBlocks({}, noise(10)),
  "an archive with one block of zeros at its end": Buffer.concat([entryBlocks({}), Buffer.alloc(512)]),
  "data after the end": Buffer.concat([entryBlocks({}), end, entryBlocks({})]),
  "a wrong checksum": Buffer.concat([damagedHeader(), end]),
  "padding that is not zero": Buffer.concat([entryBlocks({}, noise(10)).fill(1, 1000), end]),
  "an unknown type": Buffer.concat([entryBlocks({ typeflag: "S" }), end]),
  "a directory with content": Buffer.concat([entryBlocks({ typeflag: "5" }, noise(10)), end]),
  "a symlink without a target": Buffer.concat([entryBlocks({ typeflag: "2" }), end]),
  "a file whose path ends with a slash": Buffer.concat([entryBlocks({ name: Buffer.from("f/") }), end]),
  "an entry without a name": Buffer.concat([entryBlocks({ name: Buffer.alloc(0) }), end]),
  "a name that is not UTF-8": Buffer.concat([entryBlocks({ name: Buffer.from([0xff, 0xfe]) }), end]),
  "a negative size": Buffer.concat([entryBlocks({ size: -512 }), end]),
  "a size beyond all numbers": Buffer.concat([entryBlocks({ size: 2 ** 60 }), end]),
  "a PAX size that differs from the header's": Buffer.concat([pax({ size: "0" }), entryBlocks({}, noise(512)), end]),
  "a PAX path that is empty": Buffer.concat([raw("8 path=\n"), entryBlocks({}), end]),
  "a PAX record that is too long": Buffer.concat([raw("99 path=a\n"), entryBlocks({}), end]),
  "a PAX record without an end": Buffer.concat([raw("9 path=ab"), entryBlocks({}), end]),
  "a PAX record of no length": Buffer.concat([raw("0 path=a\n"), entryBlocks({}), end]),
  "a PAX key that comes twice": Buffer.concat([raw("10 path=a\n10 path=b\n"), entryBlocks({}), end]),
  "a PAX size that is not a number": Buffer.concat([pax({ size: "0x10" }), entryBlocks({}), end]),
  "two descriptions of one entry": Buffer.concat([pax({ path: "a" }), pax({ path: "b" }), entryBlocks({}), end]),
  "a GNU and a PAX description of one entry": Buffer.concat([
    entryBlocks({ typeflag: "L" }, Buffer.from("a\0")),
    pax({ path: "b" }),
    entryBlocks({}),
    end,
  ]),
  "a description of nothing": Buffer.concat([pax({ path: "a" }), end]),
  "a long name without an end": Buffer.concat([
    entryBlocks({ typeflag: "L" }, Buffer.from("abc")),
    entryBlocks({}),
    end,
  ]),
  "a long name with more after its end": Buffer.concat([
    entryBlocks({ typeflag: "L" }, Buffer.from("a\0b\0")),
    entryBlocks({}),
    end,
  ]),
  "a description of 2 MiB": Buffer.concat([
    entryBlocks({ typeflag: "L" }, Buffer.alloc(2 ** 21)),
    entryBlocks({}),
    end,
  ]),
  "a sparse file": Buffer.concat([pax({ "GNU.sparse.major": "1" }), entryBlocks({}), end]),
};

for (const [what, archive] of Object.entries(refused)) {
  test(`refused: ${what}`, async () => {
    await expect(read(archive)).rejects.toMatchObject({ code: "format.invalid" });
  });
}

test("an archive that is changed anywhere is read or refused, but never breaks the reader", async () => {
  const whole = await tar([
    file("a", "x".repeat(600)),
    file("ü".repeat(80)),
    { ...at, type: "directory", path: "d" },
    { ...at, type: "symlink", path: "l", target: "a" },
  ]);
  const long = await tar([file("l".repeat(200))], "gnu");
  const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(whole, long),
      fc.array(change, { maxLength: 4 }),
      fc.option(fc.nat(whole.length)),
      async (from, changes, length) => {
        const archive = Buffer.from(from.subarray(0, length ?? from.length));
        for (const { at: index, byte } of changes) if (index < archive.length) archive[index] = byte;
        await read(archive).catch((thrown: unknown) => expect(thrown).toBeInstanceOf(Problem));
      },
    ),
    { numRuns: 500 },
  );
});

test("random bytes and random blocks with right checksums are read or refused", async () => {
  const header = fc.record({
    typeflag: fc.constantFrom("0", "1", "2", "5", "x", "g", "L", "K", "3", "\0", "z"),
    name: fc.uint8Array({ maxLength: 100 }),
    prefix: fc.uint8Array({ maxLength: 155 }),
    target: fc.uint8Array({ maxLength: 100 }),
    size: fc.oneof(fc.constantFrom(0, 1, 511, 512, 513, 8 ** 11, -1), fc.integer()),
  });
  const block = fc.oneof(
    header.map((fields) => Buffer.from(writeHeader({ ...blank, ...fields }, "ustar"))),
    fc.uint8Array({ minLength: 512, maxLength: 512 }).map(Buffer.from),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(block, { maxLength: 8 }), async (blocks) => {
      await read(Buffer.concat(blocks)).catch((thrown: unknown) => expect(thrown).toBeInstanceOf(Problem));
    }),
    { numRuns: 300 },
  );
});

const blank = { mode: 0, uid: 0, gid: 0, mtime: 0, owner: new Uint8Array(0), group: new Uint8Array(0) };

test("the source is let go of when the reading stops early", async () => {
  let released = false;
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      yield* chunked(await tar([file("a"), file("b")]), 512);
    } finally {
      released = true;
    }
  }
  for await (const _ of readTar(source())) break;
  expect(released).toBe(true);
});

test("with `end: false`, an archive may stop after any entry but not within one", async () => {
  const [first] = await read(entryBlocks({}, noise(5)), 100, false);
  expect(first?.path).toBe("f");
  await expect(read(entryBlocks({}, noise(600)).subarray(0, 1024), 100, false)).rejects.toMatchObject({
    code: "format.invalid",
  });
  expect(await listOf(readTar(chunked(Buffer.alloc(0)), { end: false }))).toEqual([]);
});
