/** Length and hashes of files that TUF metadata vouches for. */
import { type DigestAlgorithm, multiHasher } from "../digest.ts";
import { Problem } from "../../model/problem.ts";

/** What metadata says of a file; absent fields are not said. */
export interface SaidOfFile {
  readonly length?: number | undefined;
  /** Lower-case hex by algorithm. */
  readonly hashes?: Readonly<Record<string, string>> | undefined;
}

const algorithms: readonly DigestAlgorithm[] = ["sha224", "sha256", "sha384", "sha512", "sha3-256", "sha3-512"];

export interface FileCheck {
  /** Fails with `verify.mismatch` as soon as there are more bytes than were said. */
  update(bytes: Uint8Array): void;
  /** Fails with `verify.mismatch` unless the length and every hash are as said; a hash nobody here can take refutes. */
  finish(): void;
}

export function checkFile({ length, hashes = {} }: SaidOfFile, file: string): FileCheck {
  const hasher = multiHasher(algorithms.filter((name) => Object.hasOwn(hashes, name)));
  let size = 0;
  const refuse = (why: string): Problem => new Problem("verify.mismatch", `${file}: ${why}`);
  return {
    update(bytes) {
      size += bytes.length;
      if (length !== undefined && size > length) throw refuse(`it has more than the ${length} bytes that were signed`);
      hasher.update(bytes);
    },
    finish() {
      if (length !== undefined && size !== length) throw refuse(`it has ${size} bytes, and ${length} were signed`);
      const found: Readonly<Record<string, string>> = hasher.finish().digests;
      for (const [name, hash] of Object.entries(hashes))
        if (found[name] !== hash) throw refuse(`its ${name} is not the one that was signed`);
    },
  };
}
