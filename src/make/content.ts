/** Contents to be put into containers: read, hashed and compressed once, however many containers ask. */
import { createHash, hash } from "node:crypto";
import type { Stats } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";

import { crc32Combine } from "../format/crc32.ts";
import { lentChunks, lentPart } from "../format/file.ts";
import type { Codec, Compressed, Compressor, Content } from "../format/segment.ts";
import { type Artifact, digestOfHex, hexOf } from "../model/artifact.ts";
import { verified } from "../format/verified.ts";
import type { Cache, NamedFile } from "../model/cache.ts";
import { diskProblem } from "../model/disk.ts";
import { Problem } from "../model/problem.ts";
import { fileReader } from "./project-file.ts";

/** Raised when the compressors' bytes change, so that older compressed forms are not taken. */
const formVersion = 4;

export interface Contents {
  ofArtifact(artifact: Artifact): Content;
  /** Reads and hashes the file now; `stats` are its own, where they were just asked for. */
  ofFile(path: string, stats?: Stats): Promise<Content>;
  /** A part of a file that was hashed while it was written there. */
  ofRange(path: string, range: FileRange): Content;
  ofBytes(bytes: Uint8Array): Content;
  /** Of a content's bytes, which are read at most once for them. */
  digestsOf(content: Content): Promise<OldDigests>;
}

/** Digests that old formats demand beside sha256; lower-case hex. */
export interface OldDigests {
  readonly md5: string;
  readonly sha1: string;
}

/** Bytes inside a file. */
export interface FileRange {
  readonly start: number;
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Contents whose compressed forms are kept in `cache`, so that a later run compresses nothing it compressed before. */
export function createContents(cache: Cache, compressor: Compressor): Contents {
  const forms = new Map<string, Promise<Compressed>>();
  const digests = new Map<string, Promise<OldDigests>>();
  const readFile = fileReader();
  const content = (
    size: number,
    sha256: string,
    open: () => AsyncIterable<Uint8Array>,
    bytes?: Uint8Array,
  ): Content => ({
    size,
    sha256,
    open,
    bytes,
    compressed(codec) {
      const name = `${codec}-${formVersion}/${sha256}`;
      let form = forms.get(name);
      if (form === undefined) forms.set(name, (form = compressedForm(cache, compressor, codec, name, size, open)));
      return form;
    },
  });

  return {
    ofArtifact: (artifact) => content(artifact.size, hexOf(artifact.digest), () => cache.lend(artifact)),
    async ofFile(path, stats) {
      const { size, sha256, bytes } = await readFile(path, stats);
      return bytes === undefined
        ? content(size, sha256, () => readAgain(path, size, sha256))
        : content(size, sha256, () => only(bytes), bytes);
    },
    ofRange: (path, { start, size, sha256 }) =>
      content(size, sha256, () =>
        verified(lentPart(path, start, size), { name: path, digest: digestOfHex(sha256), size }),
      ),
    ofBytes: (bytes) => content(bytes.length, hash("sha256", bytes, "hex"), () => only(bytes), bytes),
    digestsOf(of) {
      const found = digests.get(of.sha256) ?? oldDigests(of);
      digests.set(of.sha256, found);
      return found;
    },
  };
}

async function oldDigests(content: Content): Promise<OldDigests> {
  const { bytes } = content;
  if (bytes !== undefined) return { md5: hash("md5", bytes, "hex"), sha1: hash("sha1", bytes, "hex") };
  const [md5, sha1] = [createHash("md5"), createHash("sha1")];
  for await (const chunk of content.open()) {
    md5.update(chunk);
    sha1.update(chunk);
  }
  return { md5: md5.digest("hex"), sha1: sha1.digest("hex") };
}

async function compressedForm(
  cache: Cache,
  compressor: Compressor,
  codec: Codec,
  name: string,
  size: number,
  source: () => AsyncIterable<Uint8Array>,
): Promise<Compressed> {
  const kept = await cache.recallFile(name);
  const crc32 = kept?.about["crc32"];
  if (kept !== undefined && typeof crc32 === "number") return formOf(cache, kept, size, crc32);
  const path = join(await cache.scratch(), "form");
  const file = await open(path, "wx");
  const sha256 = createHash("sha256");
  let crc = 0;
  try {
    for await (const piece of compressor.pieces(codec, source())) {
      sha256.update(piece.data);
      await file.writeFile(piece.data);
      crc = crc32Combine(crc, piece.crc32, piece.size);
    }
  } catch (thrown) {
    throw diskProblem(thrown, path);
  } finally {
    await file.close();
  }
  return formOf(cache, await cache.keepFile(name, path, { crc32: crc }, sha256.digest("hex")), size, crc);
}

function formOf(cache: Cache, kept: NamedFile, size: number, crc32: number): Compressed {
  return {
    size,
    crc32,
    compressedSize: kept.size,
    compressedSha256: hexOf(kept.digest),
    open: () => cache.lend({ name: "a compressed form", ...kept }),
  };
}

/** A user's file may change between two reads; then nothing is made of it. */
async function* readAgain(path: string, size: number, sha256: string): AsyncIterable<Uint8Array> {
  try {
    yield* verified(lentChunks(path), { name: path, size, digest: digestOfHex(sha256) });
  } catch (thrown) {
    if (!(thrown instanceof Problem && thrown.code === "verify.mismatch")) throw thrown;
    throw new Problem("verify.mismatch", `${path} changed while the release was made`, {
      hint: "Run the same command again.",
      cause: thrown,
    });
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
