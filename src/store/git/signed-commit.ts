/** Signs commits as git does (gitformat-signature(5)): over the commit without its signature, which then is one of its headers. */
import { createHash } from "node:crypto";

import { digestOfHex } from "../../model/artifact.ts";
import { Problem } from "../../model/problem.ts";
import type { Signer } from "../../model/signer.ts";
import type { StoreContext } from "../kind.ts";

/** The key that signs, by its name in `trust.keys`. */
export interface CommitKey {
  readonly key: string;
  /** The one that was planned; empty where none was looked at then. */
  readonly fingerprint: string;
}

/** The armored signature of a commit's bytes. `epoch`: seconds since 1970. */
export type SignCommit = (payload: Uint8Array, epoch: number) => Promise<string>;

/** Methods whose signatures git verifies. */
export const commitMethods: readonly Signer["method"][] = ["openpgp", "ssh"];

/** Undefined where commits are not signed. The key is opened when the first commit is made. */
export function commitSigner(
  planned: CommitKey | undefined,
  { signer }: Pick<StoreContext, "signer">,
): SignCommit | undefined {
  if (planned === undefined || signer === undefined) return undefined;
  let opened: Promise<Signer> | undefined;
  return async (payload, epoch) => {
    const key = await (opened ??= signer(planned.key));
    if (planned.fingerprint !== "" && key.fingerprint !== planned.fingerprint)
      throw new Problem("key.invalid", `the key ${planned.key} is not the one that was planned`, {
        expected: planned.fingerprint,
        hint: `Here it is ${key.fingerprint}: plan again, or give the key that was there.`,
      });
    return Buffer.from(await signatureOf(key, payload, epoch)).toString("utf8");
  };
}

/** `format` is the repository's hash: each has a header of its own. */
export function withSignature(header: string, signature: string, format: "sha1" | "sha256"): string {
  const name = format === "sha1" ? "gpgsig" : "gpgsig-sha256";
  const lines = signature.trimEnd().split(/\r?\n/);
  return `${header}\n${name} ${lines.join("\n ")}`;
}

function signatureOf(signer: Signer, payload: Uint8Array, time: number): Promise<Uint8Array> {
  if (signer.method === "openpgp") return signer.detached(payload, { time, armor: true });
  if (signer.method !== "ssh")
    throw new Problem("key.invalid", `git verifies no commits signed by a key of the kind ${signer.method}`, {
      expected: `a key of the kind ${commitMethods.join(" or ")}`,
    });
  const digest = digestOfHex(createHash("sha256").update(payload).digest("hex"));
  const file = { name: "commit", digest, size: payload.length, open: () => only(payload) };
  return signer.signFile(file, { namespace: "git", hash: "sha512" }, time);
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
