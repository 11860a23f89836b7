/** The times inside an executable of Deno's, in sections laid out as Deno's own source has them. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { setFileTimes } from "../../../../src/make/builders/deno/file-times.ts";
import { freshFolder } from "../../runStep.ts";

const mark = Buffer.from("d3n0l4nd");
const epoch = 1_769_774_400;

function sized(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([length, bytes]);
}

/** An executable with the mark in its code, as denort has it, and everything behind it. */
function executable(files: object, remote: Uint8Array = Buffer.alloc(12), contents = "bytes of [files]"): Buffer {
  const section = [
    mark,
    sized(Buffer.from("{}")),
    sized(Buffer.alloc(0)),
    remote,
    sized(Buffer.from(JSON.stringify(files))),
    sized(Buffer.from(contents)),
    mark,
  ];
  return Buffer.concat([Buffer.from("code "), mark, Buffer.from(" more code"), ...section, Buffer.from("notes")]);
}

async function after(bytes: Buffer): Promise<readonly [boolean, Buffer]> {
  const path = join(await freshFolder(), "program");
  await writeFile(path, bytes);
  return [await setFileTimes(path, epoch), await readFile(path)];
}

const file = (name: string, time: number): object => ({ File: { n: name, o: [0, 3], u: true, t: time } });

describe("the times of files", () => {
  it("are the release's, in folders too, and every other byte stays", async () => {
    const tree = (time: number): object => [file("a", time), { Dir: { n: "sub", e: [file("b", time)] } }];
    expect(await after(executable(tree(1_700_000_000_123)))).toEqual([true, executable(tree(epoch * 1000))]);
  });

  it("keep their length where they are older than the year 2001", async () => {
    const [, bytes] = await after(executable([file("a", 499_162_500_000), file("b", 0)]));
    expect(bytes).toEqual(executable([file("a", 176_977_440_000), file("b", 1)]));
  });

  it("are not looked for in names and contents", async () => {
    const name = `x","t":1700000000000,"`;
    const contents = `[{"File":{"t":1700000000000}}]`;
    const [, bytes] = await after(executable([file(name, 1_700_000_000_000)], Buffer.alloc(12), contents));
    expect(bytes).toEqual(executable([file(name, epoch * 1000)], Buffer.alloc(12), contents));
  });

  it("are found whatever stands before them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (remote) => {
        const [found, bytes] = await after(executable([file("a", 1_700_000_000_000)], remote));
        expect([found, bytes.equals(executable([file("a", epoch * 1000)], remote))]).toEqual([true, true]);
      }),
      { numRuns: 50 },
    );
  });

  it("are found where the mark and the list stand across chunks", async () => {
    const padding = Buffer.alloc((1 << 20) - 30, "[");
    const bytes = (time: number): Buffer => Buffer.concat([padding, executable([file("a", time)], padding)]);
    expect((await after(bytes(1_700_000_000_000)))[1].equals(bytes(epoch * 1000))).toBe(true);
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["a runtime without a program", Buffer.concat([Buffer.from("code"), mark, Buffer.from("code")])],
    ["a section that is cut off", executable([file("a", 1_700_000_000_000)]).subarray(0, -20)],
    ["a section of another kind", Buffer.concat([mark, Buffer.alloc(100, 0xff), mark])],
  ])("are not found in %s, which stays as it is", async (_, bytes) => {
    expect(await after(bytes)).toEqual([false, bytes]);
  });
});
