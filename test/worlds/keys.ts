/** Keys as people have them: made by gpg and openssl in folders of their own, named by a config, opened by the real keyring. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { keyring } from "../../src/cli/keys.ts";
import { kinds } from "../../src/cli/tables.ts";
import { readSource, sourceOfText } from "../../src/input/index.ts";
import type { FileSigner, OpenpgpSigner, RsaSigner, Signer } from "../../src/model/signer.ts";

/** When keys are made, in seconds since 1970, unless a test says otherwise. */
export const keyTime = 1_700_000_000;
/** When things are signed: later. */
export const signTime = 1_750_000_000;

/** A gpg of its own, with its keys in `home`. */
export interface Gpg {
  readonly home: string;
  /** Runs gpg without questions; gives what it prints. `at` is its clock. */
  run(args: readonly string[], options?: { readonly at?: number; readonly input?: Uint8Array | string }): Buffer;
  /** Ends its agent and removes the folder. */
  close(): void;
}

export function gpgWorld(gpg: string): Gpg {
  const home = mkdtempSync(join(tmpdir(), "slipway-gpg-")); // short: the agent's socket lies in it
  return {
    home,
    run: (args, { at = signTime, input } = {}) =>
      execFileSync(
        gpg,
        `--homedir ${home} --batch --no-tty --yes --pinentry-mode loopback --faked-system-time ${at}!`
          .split(" ")
          .concat(args),
        { input, stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, LC_ALL: "C" } },
      ),
    close() {
      execFileSync("gpgconf", ["--homedir", home, "--kill", "all"], { stdio: "ignore" });
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Makes a key and gives its fingerprint. `usage` as gpg has it: `sign`, `cert`. */
export function makeKey(
  gpg: Gpg,
  name: string,
  algorithm: string,
  { usage = "sign", passphrase = "", expires = "never", at = keyTime } = {},
): string {
  gpg.run(
    ["--passphrase", passphrase, "--quick-generate-key", `${name} <${name}@example.com>`, algorithm, usage, expires],
    {
      at,
    },
  );
  return fingerprintOf(gpg, name);
}

export function fingerprintOf(gpg: Gpg, name: string): string {
  const listed = gpg.run(["--with-colons", "--list-keys", name]).toString();
  return (/^fpr:+([0-9A-F]+):/m.exec(listed)?.[1] ?? "").toLowerCase();
}

/** A folder with files, and the signer that a config of it opens. */
export interface KeyProject {
  readonly root: string;
  write(path: string, bytes: Uint8Array | string): void;
  /** The key `release` of `trust.keys`, written as YAML: `{ openpgp: file:key.asc }`. */
  signer(entry: string, more?: { readonly env?: Record<string, string>; readonly time?: number }): Promise<Signer>;
  openpgp(...words: Parameters<KeyProject["signer"]>): Promise<OpenpgpSigner>;
  rsa(...words: Parameters<KeyProject["signer"]>): Promise<RsaSigner>;
  /** One that signs whole files. */
  files(...words: Parameters<KeyProject["signer"]>): Promise<FileSigner>;
  close(): void;
}

export function keyProject(): KeyProject {
  const root = mkdtempSync(join(tmpdir(), "slipway-keys-"));
  const project: KeyProject = {
    root,
    write(path, bytes) {
      mkdirSync(join(root, path, ".."), { recursive: true });
      writeFileSync(join(root, path), bytes);
    },
    async signer(entry, { env = {}, time = signTime } = {}) {
      const text = `slipway: 1\nproject: tool\ntrust:\n  keys:\n    release: ${entry}\n`;
      const config = readSource(sourceOfText("slipway.yaml", text), root, kinds);
      const ring = keyring(() => Promise.resolve(config), { PATH: process.env["PATH"], ...env });
      return ring.open("release", time);
    },
    async openpgp(...words) {
      const signer = await project.signer(...words);
      if (signer.method !== "openpgp") throw new Error(`a signer of ${signer.method}`);
      return signer;
    },
    async rsa(...words) {
      const signer = await project.signer(...words);
      if (signer.method !== "rsa") throw new Error(`a signer of ${signer.method}`);
      return signer;
    },
    async files(...words) {
      const signer = await project.signer(...words);
      if (!("signFile" in signer)) throw new Error(`a signer of ${signer.method}`);
      return signer;
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  };
  return project;
}
