/** Lines that hold public keys of SSH: authorized_keys (sshd(8)) and allowed_signers (ssh-keygen(1), ALLOWED SIGNERS). */
import { Problem } from "../../model/problem.ts";
import { isSshType, readSshWords, sshLine, type SshPublicKey } from "./public-key.ts";

/** A key, and the namespaces its signatures may have; undefined where the line says nothing of them. */
export interface SshKeyLine {
  readonly key: SshPublicKey;
  readonly namespaces: readonly string[] | undefined;
}

/**
 * The one key of a text of one line: `ssh-ed25519 AAAA... comment`, or `release@acme.example namespaces="file" ssh-ed25519 AAAA...`.
 * Fails with `format.invalid`, also for options that limit a key in ways we do not judge.
 */
export function readSshLine(text: string): SshKeyLine {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.trimStart().startsWith("#"));
  const [line = "", second] = lines;
  if (second !== undefined) throw new Problem("format.invalid", "it holds several keys: one is expected");
  const words = line.trim().match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
  const at = words.findIndex(isSshType);
  if (at < 0 || at > 2) throw new Problem("format.invalid", "it is no public key of SSH");
  const key = readSshWords(words[at], words[at + 1]);
  return { key, namespaces: at === 2 ? namespacesIn(words[1] ?? "") : undefined };
}

/** Whether a text is meant to be such a line, whatever else is wrong with it. */
export function looksLikeSshLine(text: string): boolean {
  const words = text.trim().split(/\s+/);
  return words.slice(0, 3).some(isSshType);
}

/** A line of allowed_signers. */
export function allowedSigner(principal: string, key: SshPublicKey, namespaces: readonly string[]): string {
  return `${principal} namespaces="${namespaces.join(",")}" ${sshLine(key)}`;
}

function namespacesIn(options: string): readonly string[] {
  const [, listed] = /^namespaces="([^"]+)"$/i.exec(options) ?? [];
  if (listed === undefined)
    throw new Problem("format.invalid", "it has options that limit the key in ways that are not judged here", {
      expected: 'namespaces="..." at most',
    });
  const names = listed.split(",");
  const pattern = names.find((name) => /[*?!]/.test(name) || name === "");
  if (pattern !== undefined) throw new Problem("format.invalid", "its namespaces are patterns, and names are expected");
  return names;
}
