/** Members of archives found by jumping from header to header: the same as reading them from front to back. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { plain } from "../../../src/format/plain.ts";
import { inMemory } from "../../../src/format/random-access.ts";
import { type LocatedMember, locateMembers } from "../../../src/format/tar/locate.ts";
import { readTar } from "../../../src/format/tar/read.ts";
import { tarSegments } from "../../../src/format/tar/write.ts";
import { Problem } from "../../../src/model/problem.ts";
import { needs } from "../../judges.ts";
import { chunked, collect, contentOf, noise, run, scratch } from "../contents.ts";

async function located(archive: Uint8Array): Promise<LocatedMember[]> {
  const members: LocatedMember[] = [];
  for await (const member of locateMembers(inMemory(archive))) members.push(member);
  return members;
}

async function same(archive: Uint8Array): Promise<number> {
  const found = await located(archive);
  let at = 0;
  for await (const member of readTar(chunked(archive, 4096))) {
    const { member: described, offset } = found[at++] ?? {};
    expect(described).toMatchObject({ path: member.path, type: member.type, mode: member.mode });
    if (member.type !== "file" || offset === undefined) continue;
    const bytes = await collect(member.open());
    expect(Buffer.compare(bytes, archive.subarray(offset, offset + bytes.length))).toBe(0);
  }
  expect(found).toHaveLength(at);
  return at;
}

for (const format of ["gnu", "posix"])
  needs("tar")(`what GNU tar writes as ${format} is found where it lies`, async ({ tar }) => {
    const root = scratch();
    for (const name of ["a", "l".repeat(150), "empty"])
      writeFileSync(join(root, name), name === "empty" ? "" : noise(3000));
    expect(await same(run(tar, [`--format=${format}`, "-C", root, "-cf", "-", "."]))).toBe(4);
  });

const small = collect(
  plain(
    tarSegments([{ type: "file", path: "x".repeat(120), mode: 0o644, mtime: 0, content: contentOf("hello") }], {
      dialect: "pax",
    }),
  ),
);

test("an early end, and data after the end, are refused", async () => {
  const archive = await small;
  expect(await same(archive)).toBe(1);
  for (const length of [archive.length - 512, archive.length - 1024, 700, 100])
    await expect(located(archive.subarray(0, length))).rejects.toMatchObject({ code: "format.invalid" });
  await expect(located(Buffer.concat([archive, noise(512)]))).rejects.toThrow("data after its end");
  await expect(located(new Uint8Array())).rejects.toMatchObject({ code: "format.invalid" });
});

test("whatever byte changes, it ends with members or a Problem", async () => {
  const archive = await small;
  await fc.assert(
    fc.asyncProperty(fc.nat(archive.length - 1), fc.integer({ min: 1, max: 255 }), async (at, xor) => {
      const changed = Buffer.from(archive);
      changed[at] = (changed[at] ?? 0) ^ xor;
      const ended = await located(changed).catch((thrown: unknown) => thrown);
      expect(Array.isArray(ended) || ended instanceof Problem).toBe(true);
    }),
    { numRuns: 200 },
  );
});
