/** Checksum lists as coreutils check and write them. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { readChecksums, writeChecksums } from "../../src/format/checksums.ts";
import type { DigestAlgorithm } from "../../src/format/digest.ts";
import { digestOf } from "../../src/format/digest.ts";
import { chunked, run, scratch } from "./contents.ts";

const files: Readonly<Record<string, string>> = {
  "b.tar.gz": "two",
  "a file": "one",
  ünï: "three",
  "back\\slash": "four",
  "line\nend": "five",
  "*star": "six",
  " blank": "",
};

const programs: readonly [DigestAlgorithm, string][] = [
  ["sha256", "sha256sum"],
  ["sha224", "sha224sum"],
  ["sha384", "sha384sum"],
  ["sha512", "sha512sum"],
  ["blake2b", "b2sum"],
  ["md5", "md5sum"],
];

for (const [algorithm, program] of programs) {
  test(`${program} --strict --check accepts our list, and we read its own`, async () => {
    const folder = scratch();
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const ours = await Promise.all(
      Object.entries(files).map(async ([name, text]) => ({
        name,
        digest: await digestOf(algorithm, chunked(Buffer.from(text))),
      })),
    );
    writeFileSync(join(folder, "sums"), writeChecksums(ours));
    run(program, ["--strict", "--check", "--quiet", "sums"], { cwd: folder });

    const theirs = run(program, ["--binary", "--", ...Object.keys(files)], { cwd: folder }).toString();
    const sorted = ours.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    expect(readChecksums(theirs, algorithm, "sums").toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(sorted);
  });
}

test("lines are sorted by name, whatever the order they come in", () => {
  const digest = "0".repeat(64);
  expect(
    writeChecksums([
      { name: "b", digest },
      { name: "B", digest },
      { name: "a", digest },
    ]),
  ).toBe(`${digest}  B\n${digest}  a\n${digest}  b\n`);
});

test("what was written is read back, for any name", () => {
  const digest = (name: string): string => createHash("sha256").update(name).digest("hex");
  const name = fc.oneof(
    fc.string({ minLength: 1, unit: "binary" }),
    fc.string({ minLength: 1, unit: fc.constantFrom("\\", "\n", "\r", "n", " ", "*") }),
  );
  fc.assert(
    fc.property(fc.uniqueArray(name), (list) => {
      const written = list.map((one) => ({ name: one, digest: digest(one) }));
      const read = readChecksums(writeChecksums(written), "sha256", "sums");
      expect(new Set(read.map((one) => `${one.digest} ${one.name}`))).toEqual(
        new Set(written.map((one) => `${one.digest} ${one.name}`)),
      );
    }),
  );
});

const good = `${"a".repeat(64)}  good\n`;

const refused: Readonly<Record<string, string>> = {
  "a line without a digest": `${good}name\n`,
  "a digest of another length": `${good}${"b".repeat(128)}  name\n`,
  "a digest that is not hex": `${good}${"g".repeat(64)}  name\n`,
  "one blank": `${good}${"b".repeat(64)} name\n`,
  "no name": `${good}${"b".repeat(64)}  \n`,
  "an unknown escape": `${good}\\${"b".repeat(64)}  na\\tme\n`,
  "a carriage return": `${good}${"b".repeat(64)}  name\r\n`,
  "a name that comes twice": `${good}${"b".repeat(64)}  good\n`,
  "a line that does not end": `${good}${"b".repeat(64)}  na`,
};

for (const [what, text] of Object.entries(refused)) {
  test(`refused with its line: ${what}`, () => {
    expect(() => readChecksums(text, "sha256", "SHA256SUMS")).toThrow(
      expect.objectContaining({ code: "format.invalid", place: { file: "SHA256SUMS", line: 2, column: 1 } }),
    );
  });
}

test("an empty list is a list of nothing", () => {
  expect(readChecksums("", "sha256", "sums")).toEqual([]);
  expect(writeChecksums([])).toBe("");
});
