/** Filters that digest text, and files of the project. */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { blake3 } from "@noble/hashes/blake3.js";
import { FilterRefusal, textOf, type Filter, type FilterHost } from "./filter.ts";

type Digest = (bytes: Uint8Array) => string;

/** By filter name; each gives lower-case hex. */
const digests: Readonly<Record<string, Digest>> = {
  blake2b: by("blake2b512"),
  blake2s: by("blake2s256"),
  blake3: (bytes) => Buffer.from(blake3(bytes)).toString("hex"),
  crc32: (bytes) => crc32(bytes).toString(16).padStart(8, "0"),
  md5: by("md5"),
  sha1: by("sha1"),
  sha224: by("sha224"),
  sha256: by("sha256"),
  sha384: by("sha384"),
  sha512: by("sha512"),
  sha3_224: by("sha3-224"),
  sha3_256: by("sha3-256"),
  sha3_384: by("sha3-384"),
  sha3_512: by("sha3-512"),
};

export const digestFilters: readonly Filter[] = Object.entries(digests).flatMap(([name, digest]): readonly Filter[] => [
  {
    name,
    summary: `The ${name} digest of a text, in hex.`,
    run: (input) => digest(Buffer.from(textOf(input), "utf8")),
  },
  {
    name: `${name}File`,
    summary: `The ${name} digest of a file in the project, in hex.`,
    run: (input, _, host) => digest(bytesOf(textOf(input), host)),
  },
]);

function by(algorithm: string): Digest {
  return (bytes) => createHash(algorithm).update(bytes).digest("hex");
}

function bytesOf(file: string, host: FilterHost): Uint8Array {
  const bytes = host.read(file);
  if (bytes === undefined) throw new FilterRefusal(`there is no file "${file}"`);
  return bytes;
}
