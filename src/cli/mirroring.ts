/** Mirrors a published Release: brings it here, verifies all of it, and only then sends it on. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { placeOf } from "../format/layout.ts";
import type { ReleaseArtifact } from "../format/release.ts";
import type { PublishPlan } from "../model/plan.ts";
import { Problem, throwIfAny } from "../model/problem.ts";
import type { Store } from "../model/store.ts";
import { fetchArtifactsFrom, fetchStatementFrom } from "../store/fetch-published.ts";
import { fetchArtifacts, NotPublished } from "../store/remote-release.ts";
import type { StoreContext } from "../store/kind.ts";
import { stores } from "../store/table.ts";
import { verifyOpened } from "../verify/folder.ts";
import { mostSignature } from "../verify/signed.ts";
import { mostStatement, openStatement, type StatementOptions } from "../verify/statement.ts";
import type { Verdict } from "../verify/verdict.ts";
import { aboutPlan } from "./about.ts";
import { keptPlan } from "./folder.ts";
import { refuseLeftOut } from "./mirroring/left-out.ts";
import { refuseFolderTakenBack, refuseTakenBack } from "./mirroring/taken-back.ts";
import type { ReleaseAt } from "./mirroring/release-at.ts";
import type { Options } from "./options.ts";
import { whyNowhere } from "./output/nowhere.ts";
import { inPrivate } from "./private-folder.ts";
import { storeContext } from "./publishing/context.ts";
import { sendOn, type Mirrored } from "./publishing/send-on.ts";
import { type Where, whereAsked } from "./publishing/where.ts";
import { inRegistries } from "./verifying/elsewhere.ts";
import { withStatement } from "./verifying/remote.ts";
import { trusting } from "./verifying/trusting.ts";

interface Bringing {
  readonly to: readonly string[];
  readonly options: Options;
  readonly asked: StatementOptions;
  readonly signal: AbortSignal;
}

/** Fails with what is wrong with the Release before the first byte goes out. */
export async function mirrorRelease(
  from: ReleaseAt,
  to: readonly string[],
  options: Options,
  signal: AbortSignal,
): Promise<Mirrored> {
  const { trust, refused } = await trusting(options, process.env);
  throwIfAny(refused.map(({ subject, detail }) => new Problem("verify.unavailable", `${subject}: ${detail}`)));
  const asked: StatementOptions = { trust, requireSignatures: options.requireSignatures === true };
  const bringing = { to, options, asked, signal };
  if (from.kind === "url") return fromAddress(from.base, bringing);
  return from.kind === "store" ? fromStore(from.name, bringing) : fromFolder(from.path, bringing);
}

async function fromFolder(path: string, { to, options, asked, signal }: Bringing): Promise<Mirrored> {
  await refuseFolderTakenBack(path);
  const layout = keptPlan(path) === undefined ? "flat" : (await whereAsked(options, path)).layout;
  const statement = await openStatement(path, asked);
  const artifacts = statement.release?.artifacts ?? [];
  const isHere = ({ name, platform }: ReleaseArtifact): boolean =>
    existsSync(join(path, placeOf(layout, name, platform)));
  const absent = new Map(
    artifacts.filter((artifact) => !isHere(artifact)).map(({ name }) => [name, new NotPublished()]),
  );
  const elsewhere = inRegistries(artifacts, absent);
  refuseUnverified(await verifyOpened(path, statement, { ...asked, elsewhere, signal }));
  return sendOn({ folder: path, layout, elsewhere: new Set(elsewhere.keys()), to, options, signal });
}

async function fromAddress(base: URL, { to, options, asked, signal }: Bringing): Promise<Mirrored> {
  let mirrored: Mirrored | undefined;
  const verdict = await withStatement(base, asked, { env: process.env, signal }, async (remote) => {
    const statement = await openStatement(remote.folder, asked);
    const artifacts = statement.release?.artifacts ?? [];
    const absent = await fetchArtifacts(remote, { artifacts });
    const elsewhere = inRegistries(artifacts, absent);
    const found = await verifyOpened(remote.folder, statement, { ...asked, absent, elsewhere, signal });
    refuseUnverified(found);
    const kept = new Set(elsewhere.keys());
    mirrored = await sendOn({ folder: remote.folder, layout: "flat", elsewhere: kept, to, options, signal });
    return found;
  });
  refuseUnverified(verdict);
  if (mirrored === undefined) throw new Error("verified, and not sent on");
  return mirrored;
}

async function fromStore(name: string, { to, options, asked, signal }: Bringing): Promise<Mirrored> {
  const where = await whereAsked(options, options.setVersion);
  const place = where.publish.find(({ store }) => store === name);
  if (place === undefined || where.plan === undefined) throw notPublishedTo(name, where);
  const context = storeContext({ ...where, signal }, aboutPlan(where.plan));
  const store = await stores.get(place.kind)?.open(place.options, context);
  if (store === undefined) throw new Error(`no kind ${place.kind}`);
  try {
    return await inPrivate("slipway-mirror-", (folder) =>
      fromOpened({ store, place, context, folder, where }, { to, options, asked, signal }),
    );
  } finally {
    await store.close();
  }
}

function notPublishedTo(name: string, { publish, plan }: Where): Problem {
  const stores = publish.map(({ store }) => store).join(", ");
  return new Problem(
    "usage",
    stores === "" ? `${name} got nothing: ${whyNowhere(plan)}` : `nothing is published to ${name}`,
    {
      expected: `a store that this release was published to${stores === "" ? "" : `: ${stores}`}, a folder, or an address`,
    },
  );
}

interface Opened {
  readonly store: Store;
  readonly place: PublishPlan;
  readonly context: StoreContext;
  /** A private folder that is written into. */
  readonly folder: string;
  readonly where: Where;
}

async function fromOpened(
  { store, place, context, folder, where }: Opened,
  { to, options, asked, signal }: Bringing,
): Promise<Mirrored> {
  if (store.read === undefined)
    throw new Problem("usage", `${store.where} holds no files that could be mirrored`, {
      hint: "Mirror from a place that has the release's files: its images come along.",
    });
  const names = asked.trust.readers.flatMap(({ suffixes }) => suffixes.map((suffix) => `release.json${suffix}`));
  await fetchStatementFrom({ store, folder }, [...new Set(names)], {
    statement: mostStatement,
    signature: mostSignature,
  });
  const statement = await openStatement(folder, asked);
  if (statement.release !== undefined) await refuseTakenBack({ folder, place, context });
  const artifacts = statement.release?.artifacts ?? [];
  const absent = await fetchArtifactsFrom({ store, folder }, { artifacts });
  const elsewhere = inRegistries(artifacts, absent);
  await refuseLeftOut({
    folder,
    name: place.store,
    where,
    missing: new Set([...absent.keys()].filter((each) => !elsewhere.has(each))),
  });
  refuseUnverified(await verifyOpened(folder, statement, { ...asked, absent, elsewhere, signal }));
  return sendOn({ folder, layout: "flat", elsewhere: new Set(elsewhere.keys()), to, options, signal });
}

/** Fails closed: what is not verified goes nowhere. */
function refuseUnverified({ outcome, checks }: Verdict): void {
  if (outcome === "verified") return;
  const wrong = checks.filter((check) => check.outcome === "failed" || check.outcome === "unavailable");
  throwIfAny(
    wrong.map(
      (check) =>
        new Problem(
          check.outcome === "failed" ? "verify.mismatch" : "verify.unavailable",
          `${check.subject}: ${check.detail}`,
          { hint: "Nothing was sent: only what is verified is mirrored." },
        ),
    ),
  );
  throw new Problem("verify.unavailable", "nothing could be verified", { hint: "Nothing was sent." });
}
