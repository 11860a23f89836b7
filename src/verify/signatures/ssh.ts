/** Reads signatures by SSH keys (PROTOCOL.sshsig), each for its namespace only. */
import { spkiFingerprint } from "../../format/public-key.ts";
import { whyNotSshSigned } from "../../format/ssh/check.ts";
import { looksLikeSshLine, readSshLine } from "../../format/ssh/lines.ts";
import { shownSshFingerprint, sshFingerprint, type SshPublicKey } from "../../format/ssh/public-key.ts";
import { looksLikeSshSignature, readSshSignature } from "../../format/ssh/signature.ts";
import type { SignatureReader, TrustedKey } from "./kind.ts";
import { digestOf, failed, readKeyAs, readOr, trimmed, unknownKey } from "./reading.ts";

interface SshKey extends TrustedKey {
  readonly key: SshPublicKey;
  readonly namespaces: readonly string[];
}

/** What ssh-keygen's manual proposes for files. */
const usual: readonly string[] = ["file"];

export const ssh: SignatureReader<SshKey> = {
  method: "ssh",
  suffixes: [".sig", ".sshsig"],
  isKey: looksLikeSshLine,
  async readKey(text, name) {
    const { key, namespaces = usual } = readKeyAs(name, () => readSshLine(trimmed(text)));
    const same = spkiFingerprint(key.key);
    return { name, method: "ssh", fingerprint: sshFingerprint(key), same, key, namespaces };
  },
  isSignature: looksLikeSshSignature,
  async check(bytes, file, keys) {
    const found = readOr(() => readSshSignature(bytes));
    if ("refusal" in found) return found.refusal;
    const signature = found.read;
    const by = keys.find(({ key }) => Buffer.from(key.blob).equals(signature.publicKey));
    if (by === undefined)
      return unknownKey(`it is by the key ${shownSshFingerprint({ blob: signature.publicKey })}, which is not trusted`);
    if (!by.namespaces.includes(signature.namespace))
      return failed(`it is for ${JSON.stringify(signature.namespace)}, and not for ${by.namespaces.join(" or ")}`);
    const why = whyNotSshSigned(signature, by.key, await digestOf(file, signature.hash));
    return why === undefined
      ? { outcome: "ok", by, detail: `${signature.algorithm} for ${signature.namespace}` }
      : failed(why);
  },
};
