/** Sigstore keys as signers, opened as a config's are, from secrets in memory. */
import { hash } from "node:crypto";
import { tmpdir } from "node:os";

import { digestOfHex } from "../../src/model/artifact.ts";
import { Problem } from "../../src/model/problem.ts";
import type { FileSigner, FileToSign } from "../../src/model/signer.ts";
import type { KeyContext } from "../../src/sign/kind.ts";
import { sigstore } from "../../src/sign/sigstore.ts";

/** What a key is opened with: its secrets are `key` and `passphrase`. */
export function keyContext(secrets: Readonly<Record<string, string>>, more: Partial<KeyContext> = {}): KeyContext {
  return {
    name: "release",
    place: { file: "slipway.yaml", line: 1, column: 1 },
    time: 1_750_000_000,
    now: Math.floor(Date.now() / 1000),
    temporary: tmpdir(),
    async secret({ name }) {
      const text = secrets[name];
      if (text === undefined) throw new Problem("key.missing", `env:${name} is not set`);
      return Buffer.from(text);
    },
    read: () => Promise.reject(new Error("no file is read")),
    render: (template) => template.render({ env: secrets }),
    run: () => Promise.reject(new Error("no command is run")),
    variable: (name) => secrets[name],
    clock: () => Math.floor(Date.now() / 1000),
    request: () => Promise.reject(new Error("nothing is asked of the network")),
    ...more,
  };
}

/** A signer by a key in PEM or cosign's own form. */
export async function sigstoreSigner(key: string, passphrase?: string): Promise<FileSigner> {
  const options = {
    key: { from: "env", name: "key" } as const,
    ...(passphrase === undefined ? {} : { passphrase: { from: "env", name: "passphrase" } as const }),
  };
  const signer = await sigstore.open(options, keyContext({ key, passphrase: passphrase ?? "" }));
  if (signer.method !== "sigstore") throw new Error(`a signer of ${signer.method}`);
  return signer;
}

export function fileOf(name: string, bytes: Uint8Array, about?: FileToSign["about"]): FileToSign {
  return {
    name,
    digest: digestOfHex(hash("sha256", bytes, "hex")),
    size: bytes.length,
    about,
    async *open() {
      yield bytes;
    },
  };
}
