/** Verifies a Release in a folder: everything it lists is there and right, nothing else is there, and no list disagrees. */
import { basename, join } from "node:path";

import { mapAhead } from "../format/ahead.ts";
import { placeOf } from "../format/layout.ts";
import { isSignature } from "../format/projections.ts";
import type { Release, ReleaseArtifact } from "../format/release.ts";
import { Problem } from "../model/problem.ts";
import { isReport } from "../model/report-names.ts";
import { checkArtifact, type CheckedArtifact, checkSize, isRead, type SignatureOf } from "./artifact.ts";
import { attempt } from "./attempt.ts";
import { findFiles, type FoundFile } from "./files.ts";
import { type Findings, type Proof, proofOf, requiredByGiven, requiredOf } from "./requirements.ts";
import { factsOf, openStatement, provers, type Statement } from "./statement.ts";
import { statementName } from "./statement-signatures.ts";
import { nobody, type Trust } from "./trust.ts";
import { type Check, outcomeOf, type Verdict } from "./verdict.ts";

/** Files read at once: enough to keep two cores and a disk busy. */
const atOnce = 4;

export interface VerifyOptions {
  /** False leaves archives closed: digests and lists only, for a Release that was read back a moment ago. Default: true. */
  readonly archives?: boolean | undefined;
  /**
   * Of which files the bytes are believed to be the Release's, so that only their size is compared and no signature of theirs is checked:
   * somebody else read them, or will before he acts on them. Lists and accounts are read in any case. Left out: of none.
   */
  readonly believed?: ((artifact: ReleaseArtifact) => boolean) | undefined;
  /** Whose signatures are believed, and what has to be signed; left out: no signature is checked. */
  readonly trust?: Trust | undefined;
  /** Without anybody to trust: a Release that nobody signed is invalid, and of another one nothing is known. */
  readonly requireSignatures?: boolean | undefined;
  /** Why files that are not there are not: what became of fetching them, by name. Left out: they are missing. */
  readonly absent?: ReadonlyMap<string, Problem> | undefined;
  /** What is not there because it is kept elsewhere, and where, by name: nothing is decided of it. Left out: nothing is. */
  readonly elsewhere?: ReadonlyMap<string, string> | undefined;
  /** Called for each check, in the order of the result, as soon as it is known. */
  readonly onCheck?: ((check: Check) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Whether the folder holds exactly the Release that its release.json states, and that is signed by those who are trusted. Damage is a
 * failed check, never an error. Nothing in release.json is looked at before its signatures are, where a trust file asks for them.
 * Memory is bounded by chunks; each file is read once, but for zips, which are read by jumping about, and what is signed twice.
 */
export async function verifyFolder(folder: string, options: VerifyOptions = {}): Promise<Verdict> {
  const { trust = nobody, requireSignatures } = options;
  return verifyOpened(folder, await openStatement(folder, { trust, requireSignatures }), options);
}

/** The same for a folder whose statement was opened already, with the same trust. */
export async function verifyOpened(folder: string, statement: Statement, options: VerifyOptions): Promise<Verdict> {
  const { trust = nobody, onCheck } = options;
  const checks: Check[] = [];
  const note = (check: Check): void => {
    checks.push(check);
    onCheck?.(check);
  };
  statement.checks.forEach(note);
  const { release } = statement;
  const content = release === undefined ? undefined : { ...options, folder, trust, statement, release };
  const { files, bytes } = content === undefined ? { files: 0, bytes: 0 } : await checkContent(content, note);
  return {
    outcome: outcomeOf(checks),
    release: factsOf(release),
    signedBy: provers(statement.signedBy),
    checks,
    files,
    bytes,
  };
}

interface Content extends VerifyOptions {
  readonly folder: string;
  readonly trust: Trust;
  readonly statement: Statement;
  readonly release: Release;
}

/** Everything the Release lists, and everything that lies there. */
async function checkContent(
  content: Content,
  note: (check: Check) => void,
): Promise<{ readonly files: number; readonly bytes: number }> {
  const { folder, release, statement, trust } = content;
  const found = new Map((await findFiles(folder)).map((file) => [file.path, file]));
  const places = new Map(release.artifacts.map((artifact) => [placeIn(found, artifact), artifact]));
  const proofs = new Map<string, Proof>();
  const unread = new Set<string>();
  let bytes = 0;
  for await (const { artifact, checked } of checkAll(content, places, found)) {
    checked.checks.forEach(note);
    bytes += checked.bytes;
    const proof = proofOf(checked.signatures);
    proofs.set(artifact.name, checked.isElsewhere === true ? { ...proof, mayBe: true } : proof);
    for (const { check, isRead } of checked.signatures) if (!isRead) unread.add(basename(check.subject));
  }
  const findings: Findings = { proofs, unread };
  requiredOf(release, findings, trust).forEach(note);
  requiredByGiven(release, statement.signedBy, findings, trust).forEach(note);
  for (const [path, { isFile }] of found) {
    if (path === statementName || places.has(path) || statement.signatures.has(path)) continue;
    note(isFile && isReport(path) ? report(path) : extra(path));
  }
  return { files: found.size, bytes };
}

/** Stores keep all files side by side; the folder they were released in may have one per platform. */
function placeIn(found: ReadonlyMap<string, FoundFile>, { name, platform }: ReleaseArtifact): string {
  const apart = placeOf("by-platform", name, platform);
  return !found.has(name) && found.has(apart) ? apart : name;
}

interface CheckedInTurn {
  readonly artifact: ReleaseArtifact;
  readonly checked: CheckedArtifact & { readonly isElsewhere?: boolean };
}

async function* checkAll(
  { folder, release, trust, absent, elsewhere, archives = true, believed, signal }: Content,
  places: ReadonlyMap<string, ReleaseArtifact>,
  found: ReadonlyMap<string, FoundFile>,
): AsyncGenerator<CheckedInTurn> {
  const signatures = signaturesIn(folder, places, found);
  yield* mapAhead(inTurn(places), atOnce - 1, async ([place, artifact]) => {
    signal?.throwIfAborted();
    const file = found.get(place);
    const kept = file === undefined ? elsewhere?.get(artifact.name) : undefined;
    if (kept !== undefined) {
      const check: Check = { check: "image", subject: place, outcome: "skipped", detail: kept };
      return { artifact, checked: { checks: [check], signatures: [], bytes: 0, isElsewhere: true } };
    }
    const present = await attempt("present", place, async () => {
      if (file === undefined) throw absent?.get(artifact.name) ?? new Problem("verify.mismatch", "it is missing");
      if (!file.isFile) throw new Problem("verify.mismatch", "it is not a file");
      return "";
    });
    if (present.outcome !== "ok") return { artifact, checked: { checks: [present], signatures: [], bytes: 0 } };
    if (believed?.(artifact) === true && !isRead(artifact))
      return { artifact, checked: await checkSize(artifact, join(folder, place), place) };
    const about = {
      path: join(folder, place),
      subject: place,
      archives,
      trust,
      signatures: signatures.get(artifact.name) ?? [],
    };
    return { artifact, checked: await checkArtifact(release, artifact, about) };
  });
}

/** The listed signatures whose files are there, by what they sign. */
function signaturesIn(
  folder: string,
  places: ReadonlyMap<string, ReleaseArtifact>,
  found: ReadonlyMap<string, FoundFile>,
): ReadonlyMap<string, readonly SignatureOf[]> {
  const all = new Map<string, SignatureOf[]>();
  for (const [place, artifact] of places) {
    if (!isSignature(artifact) || found.get(place)?.isFile !== true) continue;
    const { subject = "" } = artifact;
    all.set(subject, [...(all.get(subject) ?? []), { path: join(folder, place), subject: place, artifact }]);
  }
  return all;
}

async function* inTurn<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** Written once it was published, where it was published: nothing in it is believed. */
function report(path: string): Check {
  return {
    check: "extra",
    subject: path,
    outcome: "skipped",
    detail: "a report about the release: nothing vouches for it",
  };
}

function extra(path: string): Check {
  return { check: "extra", subject: path, outcome: "failed", detail: "the Release does not list it" };
}
