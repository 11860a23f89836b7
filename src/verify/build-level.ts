/** SLSA's build level of a Release beyond 1, which only an attestation can prove that the platform signed which built it. */
import { z } from "zod";

import { isBundle, readBundle } from "../format/sigstore/bundle.ts";
import { inTotoType } from "../format/sigstore/dsse.ts";
import { type InTotoStatement, readStatement } from "../format/sigstore/statement.ts";
import type { Release } from "../format/release.ts";
import { provenanceType } from "../format/provenance-statement.ts";
import { Problem } from "../model/problem.ts";
import type { TrustedKey } from "./signatures/kind.ts";
import { proveBundle, type SigstoreKey } from "./sigstore/prove.ts";
import type { Trust } from "./trust.ts";

/** Platforms that sign what they build themselves, and what their certificates call machines of their own. */
const platforms: ReadonlyMap<string, string> = new Map([
  ["https://token.actions.githubusercontent.com", "github-hosted"],
]);

export interface Attested {
  /** SLSA v1.2, "Build: Track Basics": hosted, and signed by the platform. That builds are isolated is in no attestation. */
  readonly level: 2;
  /** The platform's id of the builder. */
  readonly builder: string;
  readonly by: TrustedKey;
}

const predicate = z.object({ runDetails: z.object({ builder: z.object({ id: z.string() }) }) });

/**
 * What a sigstore bundle proves of a Release, whose release.json has the digest `sha256` (lower-case hex). Fails with
 * `verify.mismatch` where it proves less than level 2 of this very Release, `format.invalid` where it is no such bundle, and
 * `verify.unavailable` where nobody said which identities of a platform are believed.
 */
export async function buildLevel(
  bundle: Uint8Array,
  { release, sha256 }: { readonly release: Release; readonly sha256: string },
  trust: Trust,
): Promise<Attested> {
  const keys = trust.keys.flatMap((key) => onPlatform(key, release));
  if (keys.length === 0)
    throw new Problem("verify.unavailable", "the trust file names no identity of a platform that attests builds", {
      expected: `an identity whose issuer is ${[...platforms.keys()].join(" or ")}`,
    });
  if (!isBundle(bundle)) throw new Problem("format.invalid", "it is no sigstore bundle");
  const read = readBundle(bundle, "the bundle");
  const { content } = read;
  if (content.kind !== "dsse" || content.payloadType !== inTotoType)
    throw new Problem("verify.mismatch", "it holds no in-toto statement");
  const proof = await proveBundle(read, new Uint8Array(), keys);
  if (proof.outcome !== "ok") throw new Problem("verify.mismatch", proof.detail);
  const statement = readStatement(content.payload, "the statement");
  refuseOthers(statement, release, sha256);
  return { level: 2, builder: builderIn(statement), by: proof.by };
}

/** The identity of a platform, asked for more: a machine of the platform's own, and the Release's commit. */
function onPlatform(key: TrustedKey, { commit }: Release): readonly SigstoreKey[] {
  if (!("trusted" in key)) return [];
  const { trusted, ...rest } = key as SigstoreKey;
  if (trusted.kind !== "identity") return [];
  const runner = platforms.get(trusted.identity.issuer);
  return runner === undefined
    ? []
    : [{ ...rest, trusted: { ...trusted, identity: { ...trusted.identity, runner, commit } } }];
}

function builderIn({ predicateType, predicate: stated }: InTotoStatement): string {
  if (predicateType !== provenanceType)
    throw new Problem("verify.mismatch", `it states ${predicateType}, not ${provenanceType}`);
  const said = predicate.safeParse(stated);
  if (!said.success) throw new Problem("format.invalid", "its provenance is not SLSA's");
  return said.data.runDetails.builder.id;
}

/** It has to be about release.json, or about every artifact but those that are about others. */
function refuseOthers({ subjects }: InTotoStatement, { artifacts }: Release, sha256: string): void {
  const digests = new Set(subjects.map((subject) => subject.sha256));
  if (digests.has(sha256)) return;
  if (digests.size === 0) throw new Problem("verify.mismatch", "it is about nothing");
  const about = new Set(["signature", "signatures", "checksums", "notes"]);
  const missing = artifacts.find(({ type, digests: own }) => !about.has(type) && !digests.has(own.sha256));
  if (missing !== undefined) throw new Problem("verify.mismatch", `it says nothing of ${missing.name}`);
}
