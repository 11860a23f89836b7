/** Verifies whatever it is: chooses the face of the engine, and hands it what the others cannot open. */
import { readdir } from "node:fs/promises";
import { basename, dirname } from "node:path";

import { onDisk } from "../../model/disk.ts";
import { Problem, problemsOf } from "../../model/problem.ts";
import type { RebuildReport } from "../../prove/rebuild/report.ts";
import { fetchArtifacts } from "../../store/remote-release.ts";
import { attempt, saysNothing } from "../../verify/attempt.ts";
import { hasStatement, verifyDetached, verifyFileOf } from "../../verify/file.ts";
import { verifyFolder } from "../../verify/folder.ts";
import { verifyImage, verifyImageOf } from "../../verify/remote-image.ts";
import type { StatementOptions } from "../../verify/statement.ts";
import type { Trust } from "../../verify/trust.ts";
import { type Check, outcomeOf, type Verdict } from "../../verify/verdict.ts";
import type { BringFiles, OfRelease } from "../../verify/vouching.ts";
import { openerFor } from "../open-image.ts";
import type { Options } from "../options.ts";
import { withAttestations } from "./attested.ts";
import { type Assets, compareAssets } from "./published.ts";
import { nothing, type RemoteContext, verifyRemote, withStatement } from "./remote.ts";
import { type Target, targetOf } from "./target.ts";
import { trusting } from "./trusting.ts";

export interface Verification {
  /** As it was given. */
  readonly target: string;
  readonly verdict: Verdict;
  /** With `--published`. */
  readonly assets: Assets | undefined;
  /** With `--rebuild`, where it was verified before. */
  readonly rebuild?: RebuildReport | undefined;
}

/** Verifies a folder, a file, an address or an image. Whatever is wrong with it is in the verdict. */
export async function verifyTarget(text: string, options: Options, context: RemoteContext): Promise<Verification> {
  try {
    return await verificationOf(text, options, context);
  } catch (thrown) {
    return { target: text, verdict: undecided(text, thrown), assets: undefined };
  }
}

async function verificationOf(text: string, options: Options, context: RemoteContext): Promise<Verification> {
  const target = await targetOf(text);
  const { trust, refused } = await trusting(options, context.env);
  if (refused.length > 0) return { target: text, verdict: nothing(refused), assets: undefined };
  const asked: StatementOptions = { trust, requireSignatures: options.requireSignatures === true };
  const found = await verdictOf(target, options.release, asked, context);
  const listed = trust.metadata === undefined ? found : withMetadata(text, found);
  const verdict = await withAttestations(listed, target, options.attestation ?? [], trust);
  if (options.published === undefined) return { target: text, verdict, assets: undefined };
  return withAssets({ target: text, verdict, assets: undefined }, target, options.published, context);
}

/** Files and images that are verified without their Release are listed nowhere: then what the trust file asks for is undecided. */
function withMetadata(subject: string, verdict: Verdict): Verdict {
  if (verdict.outcome !== "verified" || verdict.checks.some(({ check }) => check === "metadata")) return verdict;
  const detail = "the trust file has a root, and metadata lists releases: say which one it belongs to with --release";
  const checks: Verdict["checks"] = [...verdict.checks, { check: "metadata", subject, outcome: "unavailable", detail }];
  return { ...verdict, outcome: outcomeOf(checks), checks };
}

/** What was not decided within the time limit, or may not be read, is undecided. What says something of the bytes, or is no Problem, is thrown. */
function undecided(subject: string, thrown: unknown): Verdict {
  const problems = problemsOf(thrown);
  if (problems === undefined || !saysNothing(problems)) throw thrown;
  return nothing(
    problems.map(({ message }): Check => ({ check: "release", subject, outcome: "unavailable", detail: message })),
  );
}

async function verdictOf(
  target: Target,
  release: string | undefined,
  asked: StatementOptions,
  context: RemoteContext,
): Promise<Verdict> {
  if (target.kind === "image") return imageVerdict(target.reference, release, asked, context);
  if (target.kind === "file") return fileVerdict(target.path, release, asked, context);
  if (release !== undefined)
    throw new Problem("usage", "--release says which release a file or an image belongs to", {
      expected: "a file or an image",
    });
  if (target.kind === "url") return verifyRemote(target.base, asked, context);
  return verifyFolder(target.path, { ...asked, signal: context.signal });
}

/** By the Release that was named, else the one it lies beside, else by signatures beside it. */
async function fileVerdict(
  path: string,
  release: string | undefined,
  asked: StatementOptions,
  context: RemoteContext,
): Promise<Verdict> {
  if (release !== undefined)
    return withRelease(release, asked, context, (folder, bring) => verifyFileOf(path, folder, { ...asked, bring }));
  const folder = dirname(path);
  return (await hasStatement(folder)) ? verifyFileOf(path, folder, asked) : verifyDetached(path, asked);
}

async function imageVerdict(
  reference: string,
  release: string | undefined,
  asked: StatementOptions,
  context: RemoteContext,
): Promise<Verdict> {
  const { trust, requireSignatures } = asked;
  if (release === undefined && trust.keys.length > 0) return readImage(reference, context, { trust });
  if (release === undefined && requireSignatures === true) {
    const detail = "nobody said by whose key it has to be signed: --trust or --pubkey";
    return nothing([{ check: "required", subject: reference, outcome: "unavailable", detail }]);
  }
  if (release === undefined) return readImage(reference, context, {});
  return withRelease(release, asked, context, (folder, bring) =>
    readImage(reference, context, { folder, asked: { ...asked, bring } }),
  );
}

/** By the Release whose statement lies in a folder, by who signed it where it lies, or for damage only. */
async function readImage(
  reference: string,
  { signal }: RemoteContext,
  by: { readonly folder: string; readonly asked: OfRelease } | { readonly trust?: Trust },
): Promise<Verdict> {
  let verdict: Verdict | undefined;
  const opened = await attempt("image", reference, async () => {
    const { source, name } = await openerFor(process.cwd())(reference, signal);
    const image = { source, name, subject: reference };
    verdict = await ("folder" in by ? verifyImageOf(image, by.folder, by.asked) : verifyImage({ ...image, ...by }));
    return "";
  });
  return verdict ?? nothing([opened]);
}

/** The folder with a Release's statement: one of this machine, or one that is fetched. */
async function withRelease(
  where: string,
  asked: StatementOptions,
  context: RemoteContext,
  work: (folder: string, bring?: BringFiles) => Promise<Verdict>,
): Promise<Verdict> {
  const target = await targetOf(where);
  if (target.kind === "url")
    return withStatement(target.base, asked, context, (remote) =>
      work(remote.folder, (artifacts) => fetchArtifacts(remote, { artifacts })),
    );
  if (target.kind !== "folder")
    throw new Problem("usage", `--release: ${where} is no release`, {
      expected: "a folder, its release.json, or an address",
    });
  return work(target.path);
}

/** Everything that lies in the Release's folder should be published. */
async function withAssets(
  verification: Verification,
  target: Target,
  where: string,
  context: RemoteContext,
): Promise<Verification> {
  if (target.kind !== "folder")
    throw new Problem("usage", "--published compares a release's folder with what is published", {
      expected: "a folder",
    });
  let assets: Assets | undefined;
  const check = await attempt("published", where, async () => {
    const entries = await onDisk(target.path, () => readdir(target.path, { recursive: true, withFileTypes: true }));
    const names = entries.filter((entry) => entry.isFile()).map(({ name }) => basename(name));
    assets = await compareAssets(where, names, context);
    const { missing, unexpected } = assets;
    if (missing.length > 0) throw new Problem("verify.mismatch", `not published: ${missing.join(", ")}`);
    return `all ${names.length} files are published${unexpected.length === 0 ? "" : `, and besides: ${unexpected.join(", ")}`}`;
  });
  const checks = [...verification.verdict.checks, check];
  return { ...verification, assets, verdict: { ...verification.verdict, outcome: outcomeOf(checks), checks } };
}
