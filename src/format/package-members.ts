/** Reads what packages install out of each package format, as the tar archive that all but rpm hold it in. */
import { Problem } from "../model/problem.ts";
import { readAr } from "./ar.ts";
import { byteReader } from "./deflate/byte-reader.ts";
import { gunzip, gunzipMember } from "./inflate.ts";
import type { TarMember } from "./tar/entry.ts";
import { readTar } from "./tar/read.ts";
import { unxz } from "./xz.ts";
import { unzstd } from "./zstd.ts";

type Bytes = AsyncIterable<Uint8Array>;

/** What `data.tar`'s further ending says of its compression (deb(5)). */
const decoders: Readonly<Record<string, (bytes: Bytes) => Bytes>> = {
  "": (bytes) => bytes,
  ".gz": gunzip,
  ".xz": unxz,
  ".zst": unzstd,
};

/** The members of a deb's `data.tar` (deb(5)). Fails with `format.invalid` where there is none. */
export async function* debMembers(bytes: Bytes): AsyncGenerator<TarMember> {
  let found = false;
  for await (const { name, open } of readAr(bytes)) {
    if (!name.startsWith("data.tar")) continue;
    const decode = decoders[name.slice("data.tar".length)];
    if (found || decode === undefined) throw new Problem("format.invalid", `The deb package has a member ${name}`);
    found = true;
    yield* readTar(decode(open()));
  }
  if (!found) throw new Problem("format.invalid", "The deb package has no data.tar");
}

/** The members of an ipk's `data.tar.gz`, which lies in a tar.gz itself. */
export async function* ipkMembers(bytes: Bytes): AsyncGenerator<TarMember> {
  let found = false;
  for await (const member of readTar(gunzip(bytes))) {
    if (member.type !== "file" || member.path.replace(/^\.\//, "") !== "data.tar.gz") continue;
    found = true;
    yield* readTar(gunzip(member.open()));
  }
  if (!found) throw new Problem("format.invalid", "The ipk package has no data.tar.gz");
}

/** The members of an apk's data, behind those of its signature and control, which are gzip members of their own (apk-v2(5)). */
export async function* apkMembers(bytes: Bytes): AsyncGenerator<TarMember> {
  const reader = byteReader(bytes);
  try {
    for (let isDescribed = false; !isDescribed;) {
      if (await isAtEnd(reader)) throw new Problem("format.invalid", "The apk package has no .PKGINFO");
      const before = readTar(gunzipMember(reader), { end: false });
      for await (const { path } of before) isDescribed ||= path === ".PKGINFO";
    }
    yield* readTar(gunzipRest(reader));
  } finally {
    await reader.close();
  }
}

type Reader = ReturnType<typeof byteReader>;

async function* gunzipRest(reader: Reader): AsyncGenerator<Uint8Array> {
  while (!(await isAtEnd(reader))) yield* gunzipMember(reader);
}

async function isAtEnd(reader: Reader): Promise<boolean> {
  const chunk = await reader.chunk();
  if (chunk !== undefined) reader.unread(chunk);
  return chunk === undefined;
}

/** The members of an Arch package but for those that describe it; its compression is told from its first bytes. */
export async function* archMembers(bytes: Bytes): AsyncGenerator<TarMember> {
  const reader = byteReader(bytes);
  try {
    const start = await reader.take(6);
    reader.unread(start);
    for await (const member of readTar(decoderOf(start)(chunksOf(reader))))
      if (!/^\.[A-Z]+$/.test(member.path)) yield member;
  } finally {
    await reader.close();
  }
}

async function* chunksOf(reader: Reader): AsyncGenerator<Uint8Array> {
  for (let chunk = await reader.chunk(); chunk !== undefined; chunk = await reader.chunk()) yield chunk;
}

/** By the magic numbers of gzip (RFC 1952), zstd (RFC 8878) and xz. */
function decoderOf(start: Uint8Array): (bytes: Bytes) => Bytes {
  const hex = Buffer.from(start).toString("hex");
  if (hex.startsWith("1f8b")) return gunzip;
  if (hex.startsWith("28b52ffd") || hex.startsWith("502a4d18")) return unzstd;
  return hex.startsWith("fd377a585a00") ? unxz : (bytes) => bytes;
}
