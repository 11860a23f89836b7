/** In-toto statements (in-toto attestation spec v1, statement.md): what is said, and of which artifacts. */
import { z } from "zod";

import type { Json, JsonObject } from "../../model/json.ts";
import { readJson } from "../json.ts";
import { Problem } from "../../model/problem.ts";
import { mostBundle } from "./bundle.ts";

export interface Subject {
  readonly name?: string | undefined;
  /** Lower-case hex, without an algorithm before it. */
  readonly sha256: string;
}

export interface InTotoStatement {
  readonly subjects: readonly Subject[];
  readonly predicateType: string;
  readonly predicate: Json;
}

/** What cosign 3 says of an image that it signs (sigstore/cosign, pkg/types/predicate.go). */
export const signPredicate = "https://sigstore.dev/cosign/sign/v1";

/** The statement in one line; subjects in the order they are given. */
export function writeStatement({ subjects, predicateType, predicate }: InTotoStatement): Uint8Array {
  const subject = subjects.map(({ name, sha256 }) => ({ ...(name === undefined ? {} : { name }), digest: { sha256 } }));
  return Buffer.from(JSON.stringify({ _type: "https://in-toto.io/Statement/v1", subject, predicateType, predicate }));
}

const schema = z.looseObject({
  _type: z.enum(["https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"]),
  subject: z
    .array(z.looseObject({ name: z.string().optional(), digest: z.record(z.string(), z.string()) }))
    .min(1)
    .max(100_000),
  predicateType: z.string().min(1),
  predicate: z.json().optional(),
});

/** Reads a statement of version 0.1 or 1. Subjects without a SHA-256 are left out. Fails with `format.invalid`. */
export function readStatement(bytes: Uint8Array, what: string): InTotoStatement {
  const { subject, predicateType, predicate = null } = readJson(bytes, schema, what, mostBundle);
  const subjects = subject.flatMap(({ name, digest }): readonly Subject[] => {
    const { sha256 } = digest;
    return sha256 === undefined ? [] : [{ name, sha256 }];
  });
  return { subjects, predicateType, predicate };
}

/** A document that says something of artifacts, as a statement's predicate. */
export interface Predicate {
  readonly predicateType: string;
  readonly predicate: Json;
  /** What registries call the document when it stands there as it is. */
  readonly mediaType: string;
  /** Of a document that is a statement itself; it says so on its own. */
  readonly subjects?: readonly Subject[];
}

const anything = z.looseObject({
  spdxVersion: z.string().optional(),
  bomFormat: z.string().optional(),
  _type: z.string().optional(),
});

/** Tells SPDX, CycloneDX and in-toto statements apart by what they say of themselves. Fails with `format.invalid` on anything else. */
export function predicateOf(bytes: Uint8Array, what: string): Predicate {
  const document = readJson(bytes, anything, what, mostBundle) as JsonObject;
  if (document["spdxVersion"] !== undefined)
    return { predicateType: "https://spdx.dev/Document", predicate: document, mediaType: "application/spdx+json" };
  if (document["bomFormat"] === "CycloneDX") {
    const mediaType = "application/vnd.cyclonedx+json";
    return { predicateType: "https://cyclonedx.org/bom", predicate: document, mediaType };
  }
  if (document["_type"] !== undefined)
    return { ...readStatement(bytes, what), mediaType: "application/vnd.in-toto+json" };
  throw new Problem("format.invalid", `${what} is neither an SBOM (SPDX, CycloneDX) nor an in-toto statement`);
}
