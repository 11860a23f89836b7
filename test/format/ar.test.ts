/** Ar archives as GNU ar sees them. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { type ArMember, readAr, writeAr } from "../../src/format/ar.ts";
import { needs } from "../judges.ts";
import { chunked, collect } from "./contents.ts";

const member = (name: string, text: string): ArMember => ({
  name,
  size: Buffer.byteLength(text),
  open: () => [Buffer.from(text)],
});
const members = [member("debian-binary", "2.0\n"), member("odd", "123"), member("empty", "")];

async function readAll(bytes: Uint8Array, chunk = 65536): Promise<readonly (readonly [string, number, string])[]> {
  const read: [string, number, string][] = [];
  for await (const { name, offset, open } of readAr(chunked(bytes, chunk)))
    read.push([name, offset, (await collect(open())).toString()]);
  return read;
}

needs("cc")("GNU ar, which comes with the compiler, lists and prints what was written", async () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-ar-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "a.ar");
  writeFileSync(path, await collect(writeAr(members, { mtime: 1_700_000_000 })));
  const listed = execFileSync("ar", ["tvO", path], {
    encoding: "utf8",
    env: { ...process.env, TZ: "UTC", LC_ALL: "C" },
  });
  expect(listed).toMatch(/^rw-r--r-- 0\/0 +4 Nov 14 22:13 2023 debian-binary 0x44\n/);
  expect(execFileSync("ar", ["p", path, "odd"], { encoding: "utf8" })).toBe("123");
  writeFileSync(join(folder, "x"), "odd");
  execFileSync("ar", ["rcD", join(folder, "b.ar"), join(folder, "x")]);
  expect((await readAll(readFileSync(join(folder, "b.ar")))).map(([name, , text]) => [name, text])).toEqual([
    ["x", "odd"],
  ]);
});

test("what was written is read back, however its bytes come", async () => {
  const bytes = await collect(writeAr(members, { mtime: 0 }));
  const expected = [
    ["debian-binary", 68, "2.0\n"],
    ["odd", 132, "123"],
    ["empty", 196, ""],
  ];
  expect(await readAll(bytes)).toEqual(expected);
  expect(await readAll(bytes, 1)).toEqual(expected);
});

test("a member that is not read is passed over", async () => {
  const names: string[] = [];
  for await (const { name } of readAr(chunked(await collect(writeAr(members, { mtime: 0 })), 7))) names.push(name);
  expect(names).toEqual(["debian-binary", "odd", "empty"]);
});

test("any byte of a header changed, or cut anywhere, and it is refused", async () => {
  const bytes = await collect(writeAr([member("debian-binary", "2.0\n"), member("odd", "123")], { mtime: 0 }));
  await expect(readAll(bytes.subarray(0, bytes.length - 1))).rejects.toMatchObject({ code: "format.invalid" });
  await expect(readAll(bytes.subarray(0, 100))).rejects.toMatchObject({ code: "format.invalid" });
  for (const at of [0, 7, 66, 67]) {
    const damaged = Uint8Array.from(bytes);
    damaged[at] = 0;
    await expect(readAll(damaged)).rejects.toMatchObject({ code: "format.invalid" });
  }
});

test("names and sizes that no header can say are refused, and members that do not keep their word", async () => {
  const write = (given: ArMember): Promise<Buffer> => collect(writeAr([given], { mtime: 0 }));
  await expect(write(member("a name", ""))).rejects.toMatchObject({ code: "format.invalid" });
  await expect(write(member("seventeen-letters", ""))).rejects.toMatchObject({ code: "format.invalid" });
  await expect(write({ ...member("a", ""), size: 10_000_000_000 })).rejects.toThrow("at most 9999999999");
  await expect(write({ ...member("a", "123"), size: 4 })).rejects.toThrow("a has 3 bytes, not 4");
});
