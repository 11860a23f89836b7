/** Go's build information in programs of every format, as today's and yesterday's linkers wrote it, and in damaged ones. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { readGoBuildInfo } from "../../src/format/go-build-info.ts";
import { inMemory, type RandomAccess } from "../../src/format/random-access.ts";
import { Problem } from "../../src/model/problem.ts";
import { elf, inlineBuildInfo, machO, pe, pointedBuildInfo, universal } from "./executable/programs.ts";

const modules = [
  "path\texample.com/tool/cmd/tool",
  "mod\texample.com/tool\t(devel)\t",
  "dep\texample.com/a\tv1.0.0\th1:aaaa=",
  "dep\texample.com/b\tv2.0.0",
  "=>\texample.com/c\tv3.0.0\th1:cccc=",
  'build\t-ldflags="-s -w -X \\"main.Version=1 \\u00e9\\""',
  "build\tGOOS=linux",
  "",
].join("\n");

const expected = {
  goVersion: "go1.26.8",
  path: "example.com/tool/cmd/tool",
  main: { path: "example.com/tool", version: "(devel)", sum: "" },
  deps: [
    { path: "example.com/a", version: "v1.0.0", sum: "h1:aaaa=" },
    {
      path: "example.com/b",
      version: "v2.0.0",
      sum: "",
      replace: { path: "example.com/c", version: "v3.0.0", sum: "h1:cccc=" },
    },
  ],
  settings: [
    ["-ldflags", '-s -w -X "main.Version=1 é"'],
    ["GOOS", "linux"],
  ],
};

const inline = inlineBuildInfo("go1.26.8", modules);
const read = (bytes: Uint8Array) => readGoBuildInfo(inMemory(bytes));

describe("Go build information", () => {
  it("is found by the section's name in ELF and Mach-O, and in the data of PE", async () => {
    for (const program of [
      elf([{ name: ".go.buildinfo", bytes: inline }]),
      elf([{ name: ".go.buildinfo", bytes: inline }], { isWide: false, littleEndian: false }),
      machO([{ name: "__go_buildinfo", bytes: inline }]),
      pe([{ name: ".data", bytes: inline }]),
    ])
      expect(await read(program)).toEqual([expected]);
  });

  it("is found in data without names, and not at the beginning of it", async () => {
    const later = Buffer.concat([Buffer.alloc(1_048_576 + 16), inline]);
    expect(await read(elf([{ name: "", bytes: later }], { nameless: true }))).toEqual([expected]);
    expect(
      await read(
        pe([
          { name: ".rdata", bytes: Buffer.alloc(64) },
          { name: ".data", bytes: later },
        ]),
      ),
    ).toEqual([expected]);
  });

  it("is found where a chunk of the search ends within its header", async () => {
    const later = Buffer.concat([Buffer.alloc(1_048_576 - 16), inline]);
    expect(await read(elf([{ name: ".data", bytes: later }]))).toEqual([expected]);
  });

  it("is found through pointers, as linkers before Go 1.18 wrote it", async () => {
    for (const isWide of [true, false])
      for (const littleEndian of [true, false]) {
        const bytes = pointedBuildInfo("go1.26.8", modules, isWide, littleEndian);
        expect(await read(elf([{ name: ".go.buildinfo", bytes }], { isWide, littleEndian }))).toEqual([expected]);
      }
  });

  it("is found in every program of a universal file", async () => {
    const program = machO([{ name: "__go_buildinfo", bytes: inline }]);
    expect(await read(universal([program, program]))).toEqual([expected, expected]);
  });

  it("is absent from what Go did not build, and from what is no program", async () => {
    const others = [
      elf([{ name: ".data", bytes: Buffer.from("nothing") }]),
      pe([{ name: ".data", bytes: Buffer.alloc(100) }]),
      Buffer.from("#!/bin/sh\n"),
      Buffer.from("MZ"),
      Buffer.from("cafebabe00000034", "hex"),
      Buffer.alloc(0),
    ];
    for (const bytes of others) expect(await read(bytes)).toEqual([]);
  });

  it("has no modules where the program was built without them", async () => {
    const bare = await read(elf([{ name: ".go.buildinfo", bytes: inlineBuildInfo("go1.26.8", "") }]));
    expect(bare).toEqual([{ goVersion: "go1.26.8", path: "", main: undefined, deps: [], settings: [] }]);
  });

  it("is read from headers and its own bytes, whatever else is in the program", async () => {
    const program = elf([
      { name: ".go.buildinfo", bytes: inline },
      { name: ".text", bytes: Buffer.alloc(4_000_000) },
    ]);
    let bytesRead = 0;
    const source: RandomAccess = {
      size: program.length,
      read(offset, length) {
        bytesRead += length;
        return inMemory(program).read(offset, length);
      },
    };
    expect(await readGoBuildInfo(source)).toEqual([expected]);
    expect(bytesRead).toBeLessThan(10_000);
  });

  it("of a damaged program is found, absent or refused, and nothing else happens", async () => {
    const programs = [
      elf([{ name: ".go.buildinfo", bytes: inline }]),
      elf([{ name: ".go.buildinfo", bytes: pointedBuildInfo("go1.1", modules, false, false) }], {
        isWide: false,
        littleEndian: false,
      }),
      universal([machO([{ name: "__go_buildinfo", bytes: inline }])]),
      pe([{ name: ".data", bytes: inline }]),
    ];
    const damage = fc.record({
      program: fc.constantFrom(...programs),
      end: fc.option(fc.nat(1_000)),
      flips: fc.array(fc.record({ at: fc.nat(700), value: fc.nat(255) }), { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ program, end, flips }) => {
        const bytes = Buffer.from(end === null ? program : program.subarray(0, end));
        for (const { at, value } of flips) if (at < bytes.length) bytes[at] = value;
        try {
          expect((await read(bytes)).length).toBeLessThan(50);
        } catch (thrown) {
          if (!(thrown instanceof Problem) || thrown.code !== "format.invalid") throw thrown;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("is looked for in so many bytes and no more, however many sections claim them", async () => {
    const program = pe(Array.from({ length: 100 }, (_, index) => ({ name: `.d${index}`, bytes: new Uint8Array(16) })));
    const file = Buffer.concat([program, Buffer.alloc(2 ** 20)]);
    // The table of sections stands behind the headers: 64 bytes for DOS, 24, and 240.
    for (let section = 328; section < 328 + 40 * 100; section += 40)
      for (const size of [8, 16]) file.writeUInt32LE(2 ** 20, section + size);
    let bytesRead = 0;
    const source: RandomAccess = {
      size: file.length,
      read(offset, length) {
        bytesRead += length;
        return inMemory(file).read(offset, length);
      },
    };
    expect(await readGoBuildInfo(source)).toEqual([]);
    expect(bytesRead).toBeLessThan(66 * 2 ** 20);
  });

  it("with a setting of a mebibyte is read, and refused where it is longer", async () => {
    const setting = (length: number) =>
      read(
        elf([
          { name: ".go.buildinfo", bytes: inlineBuildInfo("go1.26.8", `build\t"${"\\x41".repeat(length / 4)}"=1\n`) },
        ]),
      );
    const [info] = await setting(2 ** 20 - 8);
    expect(info?.settings[0]?.[0]).toBe("A".repeat(2 ** 18 - 2));
    await expect(setting(2 ** 20 + 4)).rejects.toThrow("too long");
  });

  it("that claims more than any program has is refused", async () => {
    const long = Buffer.concat([inline.subarray(0, 32), Buffer.from("ffffffffff7f", "hex")]);
    await expect(read(elf([{ name: ".go.buildinfo", bytes: long }]))).rejects.toThrow("damaged");
    const endless = Buffer.concat([inline.subarray(0, 32), Buffer.alloc(10, 0xff)]);
    await expect(read(elf([{ name: ".go.buildinfo", bytes: endless }]))).rejects.toThrow("does not end");
    const orphan = inlineBuildInfo("go1.26.8", "=>\texample.com/x\tv1\n");
    await expect(read(elf([{ name: ".go.buildinfo", bytes: orphan }]))).rejects.toThrow("not there");
  });
});
