/** Signatures inside a deb: debsigs' members, which debsig-verify reads, and dpkg-sig's. */
import { createHash } from "node:crypto";

import type { ArMember } from "../../../format/ar.ts";
import { Problem } from "../../../model/problem.ts";
import type { OpenpgpSigner, Signer } from "../../../model/signer.ts";

/** A member with its digests, lower-case hex: dpkg-sig lists the old ones. */
export interface DebMember extends ArMember {
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string;
}

export interface DebSignature {
  readonly method: string;
  /** origin, maint, archive; for dpkg-sig any role. */
  readonly type: string;
  /** `Name <mail>` */
  readonly signer: string;
}

/** A member of bytes in memory. */
export function memberOf(name: string, bytes: Uint8Array): DebMember {
  const digest = (algorithm: string): string => createHash(algorithm).update(bytes).digest("hex");
  const digests = { md5: digest("md5"), sha1: digest("sha1"), sha256: digest("sha256") };
  return { name, size: bytes.length, ...digests, open: () => [bytes] };
}

/** The member that holds the signature, to stand behind those it signs. `time`: seconds since 1970. */
export async function signatureMember(
  members: readonly DebMember[],
  { method, type, signer: who }: DebSignature,
  signer: Signer,
  time: number,
): Promise<DebMember> {
  if (signer.method !== "openpgp")
    throw new Problem("key.invalid", `the key ${signer.name} cannot sign a deb`, { expected: "an OpenPGP key" });
  const bytes =
    method === "dpkg-sig"
      ? Buffer.from(await signer.clearsigned(dpkgSigText(members, type, who, time), { time }))
      : await debsigs(members, signer, time);
  return memberOf(`_gpg${type}`, bytes);
}

/** Over the members' bytes, joined and without their headers, as debsigs(1) does it. */
function debsigs(members: readonly DebMember[], signer: OpenpgpSigner, time: number): Promise<Uint8Array> {
  return signer.detached(joined(members), { time, armor: true });
}

async function* joined(members: readonly DebMember[]): AsyncGenerator<Uint8Array> {
  for (const member of members) yield* member.open();
}

/** What dpkg-sig writes and signs, version 4: a line for each member. */
function dpkgSigText(members: readonly DebMember[], role: string, signer: string, time: number): string {
  const files = members.map(({ md5, sha1, size, name }) => `\t${md5} ${sha1} ${size} ${name}\n`);
  return `Version: 4\nSigner: ${signer}\nDate: ${ctime(time)}\nRole: ${role}\nFiles:\n${files.join("")}`;
}

/** `Tue Nov 14 22:13:20 2023`, as ctime(3) writes it, in UTC. */
function ctime(time: number): string {
  const [, weekday = "", day = "", month = "", year = "", clock = ""] =
    /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(time * 1000).toUTCString()) ?? [];
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${clock} ${year}`;
}
