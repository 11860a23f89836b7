/** Archives of cpio: what GNU cpio reads in ours, what we read in its, and what is refused. */
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";

import { cpioSegments, type CpioEntry } from "../../../src/format/cpio/write.ts";
import { readCpio } from "../../../src/format/cpio/read.ts";
import type { CpioHeader } from "../../../src/format/cpio/header.ts";
import { plain } from "../../../src/format/plain.ts";
import type { Content } from "../../../src/format/segment.ts";
import { needs } from "../../judges.ts";

const entry = (path: string, content: string | undefined, index: number): CpioEntry => ({
  path,
  mode: content === undefined ? 0o040_755 : 0o100_644,
  mtime: 1_700_000_000,
  inode: index + 1,
  content: content === undefined ? undefined : Buffer.from(content),
  index,
});

const entries = [
  entry("./a", "four", 0),
  entry("./folder", undefined, 1),
  entry("./folder/b", "", 2),
  entry("./folder/cé", "12345", 3),
];

async function bytesOf(given: readonly CpioEntry[], stripped = false): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const bytes of plain(cpioSegments(given, { stripped }))) parts.push(Uint8Array.from(bytes));
  return Buffer.concat(parts);
}

async function read(bytes: Uint8Array, files: readonly CpioHeader[] = []): Promise<readonly string[]> {
  const found: string[] = [];
  const source = async function* () {
    for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
  };
  for await (const member of readCpio(source(), files)) {
    let text = "";
    for await (const chunk of member.open()) text += Buffer.from(chunk).toString();
    found.push(`${member.mode.toString(8)} ${member.path} ${text}`);
  }
  return found;
}

const expected = ["100644 ./a four", "40755 ./folder ", "100644 ./folder/b ", "100644 ./folder/cé 12345"];

describe("cpio", () => {
  it("is read as it was written", async () => {
    expect(await read(await bytesOf(entries))).toEqual(expected);
  });

  needs("cpio")("GNU cpio lists and unpacks it, and we read what it writes", async ({ cpio }) => {
    const input = await bytesOf(entries);
    expect(execFileSync(cpio, ["--list", "--quiet"], { input, encoding: "utf8" })).toBe(
      "./a\n./folder\n./folder/b\n./folder/c\\303\\251\n".replace("c\\303\\251", "cé"),
    );
    expect(execFileSync(cpio, ["-i", "--to-stdout", "--quiet", "./folder/c*"], { input, encoding: "utf8" })).toBe(
      "12345",
    );
    const theirs = execFileSync(cpio, ["-o", "--format=newc", "--quiet"], {
      input: "package.json\n",
      cwd: process.cwd(),
    });
    expect((await read(theirs))[0]).toContain('package.json {\n  "name": "slipway"');
  });

  it("in rpm's stripped form holds indexes, and everything else comes from the header", async () => {
    const bytes = await bytesOf(entries, true);
    expect(bytes.toString("latin1", 0, 16)).toBe("07070X00000000\0\0");
    const files = entries.map(({ path, mode, mtime, inode, content }) => ({
      path,
      mode,
      mtime,
      inode,
      size: (content as Uint8Array | undefined)?.length ?? 0,
    }));
    expect(await read(bytes, files)).toEqual(expected);
    await expect(read(bytes, files.slice(0, 3))).rejects.toThrow("has a file that its header does not know");
  });

  it("refuses a file that its sizes cannot hold, and a path that is none", async () => {
    const large: Content = {
      size: 2 ** 32,
      sha256: "",
      open: () => {
        throw new Error("not read");
      },
      compressed: () => Promise.reject(new Error("not compressed")),
    };
    await expect(bytesOf([{ ...entry("./a", "", 0), content: large }])).rejects.toThrow(
      "./a: newc cannot hold a file of 4 GiB or more",
    );
    await expect(bytesOf([entry("", "", 0)])).rejects.toThrow("the path cannot be written");
  });

  it("is refused wherever it is cut, and where a byte of its structure is another", async () => {
    const whole = await bytesOf(entries);
    for (let end = 0; end < whole.length; end += 9)
      await expect(read(whole.subarray(0, end)), `cut at ${end}`).rejects.toThrow(/cpio archive/);
    for (const at of [0, 5, 8, 98, whole.length - 2]) {
      const damaged = Buffer.from(whole);
      damaged[at] = 0x7e;
      await expect(read(damaged), `byte ${at}`).rejects.toThrow(/cpio/);
    }
    await expect(read(Buffer.concat([whole, Buffer.from("more")]))).rejects.toThrow("has data after its end");
  });
});
