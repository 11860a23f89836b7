/** Takes in a file that is signed: as a digest, or whole where a form of signature needs all of it at once. */
import { createHash } from "node:crypto";

import { mostAtOnce } from "../format/ed25519.ts";
import { Problem } from "../model/problem.ts";
import type { FileToSign } from "../model/signer.ts";

/** The digest by one of OpenSSL's algorithms. */
export async function digestOfFile(file: FileToSign, algorithm: string): Promise<Uint8Array> {
  const hash = createHash(algorithm);
  for await (const chunk of file.open()) hash.update(chunk);
  return hash.digest();
}

/** Takes the bytes that are handed to it and has them all at the end, as far as they may be in memory. */
export interface Collector {
  update(chunk: Uint8Array): void;
  all(): Uint8Array;
}

export function collector(): Collector {
  const chunks: Uint8Array[] = [];
  return {
    update: (chunk) => void chunks.push(Buffer.from(chunk)),
    all: () => Buffer.concat(chunks),
  };
}

/** The whole file. Fails with `key.invalid` where it is larger than Ed25519 can sign in memory. */
export async function wholeFile(file: FileToSign): Promise<Uint8Array> {
  refuseLarge(file);
  const whole = collector();
  for await (const chunk of file.open()) whole.update(chunk);
  return whole.all();
}

/** Ed25519 over a file has to have all of it at once, and whoever verifies it too. Fails with `key.invalid`. */
export function refuseLarge({ name, size }: Pick<FileToSign, "name" | "size">): void {
  if (size > mostAtOnce)
    throw new Problem(
      "key.invalid",
      `${name} is larger than the ${mostAtOnce / 2 ** 20} MiB that Ed25519 signs at once`,
      {
        hint: "Sign the checksums instead, or use minisign, or an RSA or ECDSA key.",
      },
    );
}
