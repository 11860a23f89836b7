/** The signature of an apk package. */
import { Problem } from "../../../model/problem.ts";
import type { Signer } from "../../../model/signer.ts";
import type { ApkStep } from "./options.ts";

/** What apk looks for between `.SIGN.` and the key's name (apk-tools, src/extract_v2.c). */
const algorithms = { sha1: "RSA", sha256: "RSA256", sha512: "RSA512" } as const;

/**
 * A PKCS #1 v1.5 signature over the compressed control member, and the name of the file it stands in: `.SIGN.RSA.` and the public
 * key's file name in /etc/apk/keys to the letter (nfpm#806). Fails with `key.invalid` where nobody named that file.
 */
export async function signControl(
  control: Uint8Array,
  signer: Signer,
  { hash }: Pick<ApkStep, "hash">,
): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  if (signer.method !== "rsa")
    throw new Problem("key.invalid", `the key ${signer.name} cannot sign apk packages: it is ${signer.method}`, {
      expected: "an RSA key",
    });
  if (signer.keyName === "")
    throw new Problem("key.invalid", `nobody said what the public key of ${signer.name} is called in /etc/apk/keys`, {
      hint: "Name it where the key is declared: `as: team@example.com-5f2c.rsa.pub`.",
    });
  return { name: `.SIGN.${algorithms[hash]}.${signer.keyName}`, bytes: await signer.signature(control, hash) };
}
