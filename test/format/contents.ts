/** Contents, chunks and folders that the tests of formats are made with. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { onTestFinished } from "vitest";

import { createCompressor } from "../../src/format/compressor.ts";
import { contentOf as contentOfBytes } from "../../src/format/content.ts";
import type { Compressor, Content } from "../../src/format/segment.ts";

/** Compresses on the test's own thread. */
export const inline: Compressor = createCompressor({ workers: 0 });

/** A content with these bytes, compressed by the real codecs. */
export function contentOf(bytes: Uint8Array | string): Content {
  return contentOfBytes(typeof bytes === "string" ? Buffer.from(bytes) : bytes, inline);
}

/** A content that says it has `size` bytes and has none: for headers whose size matters and nothing else. */
export function contentOfSize(size: number): Content {
  return {
    size,
    sha256: "",
    open: () => chunks([]),
    compressed: () => Promise.reject(new Error("there is nothing to compress")),
  };
}

/** The bytes in chunks of `size`. */
export async function* chunked(bytes: Uint8Array, size = 65536): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

export async function* chunks(list: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* list;
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await listOf(source));
}

export async function listOf<Item>(source: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of source) list.push(item);
  return list;
}

/** Bytes that compress a little, the same for the same seed. */
export function noise(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed;
  for (let index = 0; index < size; index++) {
    state = (Math.imul(state, 1103515245) + 12345) | 0;
    bytes[index] = (state >>> 16) & 0x3f;
  }
  return bytes;
}

/** A folder that is gone after the test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-format-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Standard output of a program that must succeed. */
export function run(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly input?: Uint8Array } = {},
): Buffer {
  const result = spawnSync(program, args, {
    ...options,
    env: { ...process.env, LC_ALL: "C.UTF-8", TZ: "UTC" },
    maxBuffer: 1e9,
  });
  if (result.status !== 0)
    throw new Error(
      `${program} ${args.join(" ")}: ${result.error?.message ?? result.stderr.toString()}${result.stdout?.toString() ?? ""}`,
    );
  return result.stdout;
}
