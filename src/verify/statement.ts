/** Opens a Release's statement: its signatures are checked first, over its very bytes, and only then is it read and believed. */
import { join } from "node:path";

import { readRelease, type Release } from "../format/release.ts";
import { Problem } from "../model/problem.ts";
import { attempt } from "./attempt.ts";
import { readWhole } from "./read-whole.ts";
import { contained, meets } from "./requirements.ts";
import type { TrustedKey } from "./signatures/kind.ts";
import { type CheckedSignatures, checkSignatures, statementName } from "./statement-signatures.ts";
import type { Trust } from "./trust.ts";
import type { Check, Verdict } from "./verdict.ts";

/** It is read into memory. Thousands of artifacts take a few megabytes. */
export const mostStatement = 64 * 1024 * 1024;

export interface Statement {
  readonly checks: readonly Check[];
  /** Undefined unless it can be read and all that is asked of it, of its signatures and of what it is about, is so. */
  readonly release: Release | undefined;
  readonly signedBy: readonly TrustedKey[];
  /** Names of its signatures' files, which nothing lists. */
  readonly signatures: ReadonlySet<string>;
}

export interface StatementOptions {
  readonly trust: Trust;
  /** Fails where nothing is signed, and decides nothing where nobody is trusted. */
  readonly requireSignatures?: boolean | undefined;
}

/** Opens the statement in a folder. What is wrong with it is in the checks. */
export async function openStatement(
  folder: string,
  { trust, requireSignatures = false }: StatementOptions,
): Promise<Statement> {
  const checks: Check[] = [];
  let bytes: Uint8Array | undefined;
  const readable = await attempt("release", statementName, async () => {
    bytes = await readWhole(join(folder, statementName), mostStatement);
    return "";
  });
  if (bytes === undefined) return { checks: [readable], release: undefined, signedBy: [], signatures: new Set() };

  const signed = await checkSignatures(folder, bytes, trust);
  checks.push(...signed.checks, ...asked(signed, { trust, requireSignatures }));
  if (trust.metadata !== undefined) checks.push(await lookUp(bytes, trust.metadata));
  const found = { checks, signedBy: signed.by, signatures: signed.called };
  if (trust.policy !== undefined && checks.some(isRefusal)) return { ...found, release: undefined };

  let release: Release | undefined;
  const text = bytes;
  checks.push(
    await attempt("release", statementName, async () => {
      release = readRelease(decode(text), statementName);
      return `${release.product} ${release.version}, ${release.artifacts.length} artifacts`;
    }),
  );
  if (release === undefined) return { ...found, release };
  const named = namedIn(release, signed, trust);
  checks.push(
    ...named.filter((name) => !signed.names.has(name)).map(unread),
    ...lost(release, signed.files, trust),
    ...(await aboutProduct(release, trust)),
    ...contained(release, trust),
  );
  const signatures = new Set([...signed.called, ...named]);
  return { ...found, signatures, release: trust.policy !== undefined && checks.some(isRefusal) ? undefined : release };
}

/** Files that release.json itself calls its signatures, where whoever wrote it may be asked: those it is by, or nobody at all. */
function namedIn({ signatures = [] }: Release, { by, files }: CheckedSignatures, { keys }: Trust): readonly string[] {
  return by.length > 0 || keys.length === 0 ? signatures.filter((name) => files.has(name)) : [];
}

function unread(subject: string): Check {
  return { check: "signature", subject, outcome: "skipped", detail: "nothing here reads signatures of this kind" };
}

/** Signatures that release.json says it has, which are not beside it. Where a trust file says which are needed, these are enough. */
function lost({ signatures = [] }: Release, there: ReadonlySet<string>, { policy }: Trust): readonly Check[] {
  const detail = `${statementName} says that it is signed by it, and it is missing`;
  const outcome = policy === undefined ? "failed" : "skipped";
  return signatures
    .filter((name) => !there.has(name))
    .map((subject): Check => ({ check: "present", subject, outcome, detail }));
}

function lookUp(statement: Uint8Array, metadata: NonNullable<Trust["metadata"]>): Promise<Check> {
  return attempt("metadata", statementName, () => metadata(statement));
}

/** What verdicts say of a Release. */
export function factsOf(release: Release | undefined): Verdict["release"] {
  if (release === undefined) return undefined;
  const { product, version, tag, commit } = release;
  return { product, version, tag, commit };
}

export function provers(keys: readonly TrustedKey[]): Verdict["signedBy"] {
  return keys.map(({ name, method, fingerprint }) => ({ name, method, fingerprint }));
}

function isRefusal({ outcome, check }: Check): boolean {
  return check !== "signature" && (outcome === "failed" || outcome === "unavailable");
}

/** What is asked of the signatures of release.json. */
function asked(
  { checks, by, names }: CheckedSignatures,
  { trust, requireSignatures }: Required<StatementOptions>,
): readonly Check[] {
  const mayBe = checks.some(({ outcome }) => outcome === "unavailable");
  const required = (trust.policy?.require ?? []).filter(({ type }) => type === "release");
  const met = required.map((each) => meets(each, { subject: statementName, by, mayBe }));
  if (!requireSignatures || trust.keys.length > 0) return met;
  const nothing: Check = { check: "required", subject: statementName, outcome: "failed", detail: "nothing signs it" };
  const nobody: Check = {
    check: "required",
    subject: statementName,
    outcome: "unavailable",
    detail: "it is signed, and nobody said by whose key: --trust or --pubkey",
  };
  return [...met, names.size === 0 ? nothing : nobody];
}

async function aboutProduct({ product, channel }: Release, { policy }: Trust): Promise<readonly Check[]> {
  if (policy === undefined) return [];
  return [
    await attempt("product", statementName, async () => {
      if (product !== policy.product)
        throw new Problem("verify.mismatch", `it is of "${product}", and "${policy.product}" is trusted`);
      if (policy.channel !== undefined && channel !== policy.channel)
        throw new Problem("verify.mismatch", `it is of the channel "${channel}", and "${policy.channel}" is trusted`);
      return `${product}, channel ${channel}`;
    }),
  ];
}

/** Strictly: two different files never decode to the same text. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Problem("format.invalid", `${statementName} is not UTF-8`, { cause });
  }
}
