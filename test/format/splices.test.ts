/** Read-back of what was spliced: compared and not decoded, and any difference is found. */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, describe, expect, it } from "vitest";

import { gzip } from "../../src/format/gzip.ts";
import { readMembers, readWritten } from "../../src/format/members.ts";
import type { Member } from "../../src/format/members/member.ts";
import type { Content } from "../../src/format/segment.ts";
import type { OnSplice, Splice } from "../../src/format/splices.ts";
import type { TarEntry } from "../../src/format/tar/entry.ts";
import { tarSegments } from "../../src/format/tar/write.ts";
import { xz } from "../../src/format/xz.ts";
import { zip } from "../../src/format/zip/write.ts";
import { zstd } from "../../src/format/zstd.ts";
import { collect, contentOf, inline, listOf, noise } from "./contents.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-splices-"));
afterAll(() => rmSync(folder, { recursive: true }));

const at = { mode: 0o644, mtime: 1_1_700_000_000 };

/** A content whose forms say what their bytes are, as those of the cache do. */
function compared(bytes: Uint8Array): Content {
  const content = contentOf(bytes);
  return {
    ...content,
    async compressed(codec) {
      const form = await content.compressed(codec);
      const hash = createHash("sha256");
      for await (const chunk of form.open()) hash.update(chunk);
      return { ...form, compressedSha256: hash.digest("hex") };
    },
  };
}

const entries: readonly (TarEntry & { readonly type: "file" })[] = [
  { ...at, type: "file", path: "a-note", content: contentOf("small") },
  { ...at, type: "file", path: "big", content: compared(noise(1_700_000)) },
  { ...at, type: "file", path: "even", content: compared(Buffer.alloc(512 * 5000, "even ")) },
  { ...at, type: "file", path: "last", content: contentOf("end") },
];

const tar = () => tarSegments(entries, { dialect: "pax" });
const writers: readonly (readonly [string, (onSplice: OnSplice) => AsyncIterable<Uint8Array>])[] = [
  ["tar.gz", (onSplice) => gzip(tar(), inline, onSplice)],
  ["tar.zst", (onSplice) => zstd(tar(), inline, onSplice)],
  ["tar.xz", (onSplice) => xz(tar(), inline, onSplice)],
  ["zip", (onSplice) => zip(entries, { onSplice })],
];

describe.each(writers)("%s", (format, write) => {
  const path = join(folder, `archive.${format}`);
  const splices: Splice[] = [];

  it("reads back the same with its splices as without them", async () => {
    writeFileSync(path, await collect(write((splice) => splices.push(splice))));
    const members: readonly Member[] = await listOf(readWritten(format, path, splices));
    expect(members).toEqual(await listOf(readMembers(format, path)));
    expect(members.map(({ path: name }) => name)).toEqual(["a-note", "big", "even", "last"]);
    expect(splices.map(({ content }) => content.size)).toEqual([1_700_000, 2_560_000]);
  });

  it("is found damaged with any byte changed that a reader without splices would find", async () => {
    const bytes = readFileSync(path);
    const [first] = splices;
    if (first === undefined) throw new Error("nothing was spliced");
    const places = [0, 4, Math.max(0, first.offset - 1), first.offset, first.offset + 1000, bytes.length - 1];
    for (let place = 0; place < bytes.length; place += Math.ceil(bytes.length / 40)) places.push(place);
    const whole = await listOf(readMembers(format, path));
    const damaged = join(folder, `damaged.${format}`);
    for (const place of places) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(place) ^ 0x41, place);
      writeFileSync(damaged, changed);
      const usual = await listOf(readMembers(format, damaged)).catch(() => "refused" as const);
      const spliced = await listOf(readWritten(format, damaged, splices)).catch(() => "refused" as const);
      if (!isDeepStrictEqual(usual, whole)) expect(spliced, `byte ${place}`).not.toEqual(whole);
    }
  });
});
