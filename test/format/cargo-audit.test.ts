/** The list of crates that cargo-auditable links into programs. */
import { deflateSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { readCargoAudit } from "../../src/format/cargo-audit.ts";
import { inMemory } from "../../src/format/random-access.ts";
import { cratePackages } from "../../src/format/sbom/cargo.ts";
import { elf, machO, pe } from "./executable/programs.ts";

const list = {
  packages: [
    { name: "adler", version: "0.2.3", source: "crates.io" },
    { name: "cc", version: "1.0.0", source: "crates.io", kind: "build" },
    { name: "own", version: "0.1.0", source: "local", root: true, dependencies: [0] },
  ],
};
const packed = (content: string | Uint8Array): Buffer => deflateSync(content);
const read = (bytes: Uint8Array) => readCargoAudit(inMemory(elf([{ name: ".dep-v0", bytes }])));

describe("a Rust program's list of crates", () => {
  it("is read in every format of programs", async () => {
    const parts = [{ name: ".dep-v0", bytes: packed(JSON.stringify(list)) }];
    for (const program of [elf(parts), machO(parts), pe(parts)])
      expect(await readCargoAudit(inMemory(program))).toEqual([
        { name: "adler", version: "0.2.3", source: "crates.io", kind: "runtime", root: false },
        { name: "cc", version: "1.0.0", source: "crates.io", kind: "build", root: false },
        { name: "own", version: "0.1.0", source: "local", kind: "runtime", root: true },
      ]);
  });

  it("names what is in the program, and not what only built it", async () => {
    const crates = await read(packed(JSON.stringify(list)));
    expect(cratePackages(crates).map(({ purl, origin }) => [purl, origin])).toEqual([
      ["pkg:cargo/adler@0.2.3", undefined],
      ["pkg:cargo/own@0.1.0", "from local"],
    ]);
  });

  it("is absent where there is none", async () => {
    expect(await readCargoAudit(inMemory(elf([{ name: ".data", bytes: Buffer.alloc(8) }])))).toEqual([]);
  });

  it("is refused where it is damaged, or unpacks to more than any list has", async () => {
    const bad = ["x", "{}", '{"packages":[1]}', '{"packages":[{"name":"a"}]}', '{"packages":{}}'].map(packed);
    for (const bytes of [...bad, Buffer.from("no zlib"), packed(Buffer.alloc(9 * 1024 * 1024))])
      await expect(read(bytes)).rejects.toMatchObject({ code: "format.invalid" });
  });
});
