/** Mirrors a published Release: brings it here, verifies all of it, and only then sends it on. */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { findConfig } from "../input/config/find.ts";
import { readConfig } from "../input/index.ts";
import { onDisk } from "../model/disk.ts";
import { Problem, throwIfAny } from "../model/problem.ts";
import type { Store } from "../model/store.ts";
import { fetchArtifactsFrom, fetchStatementFrom } from "../store/fetch-published.ts";
import { fetchArtifacts, releaseBase } from "../store/remote-release.ts";
import { stores } from "../store/table.ts";
import { verifyOpened } from "../verify/folder.ts";
import { mostSignature } from "../verify/signed.ts";
import { mostStatement, openStatement, type StatementOptions } from "../verify/statement.ts";
import type { Verdict } from "../verify/verdict.ts";
import { aboutPlan } from "./about.ts";
import type { Options } from "./options.ts";
import { storeContext } from "./publishing/context.ts";
import { keptPlan } from "./folder.ts";
import { sendOn, type Mirrored } from "./publishing/send-on.ts";
import { whereAsked } from "./publishing/where.ts";
import { inRegistries } from "./verifying/elsewhere.ts";
import { withStatement } from "./verifying/remote.ts";
import { trusting } from "./verifying/trusting.ts";
import { kinds } from "./tables.ts";

/** Where a Release is taken from. */
export type ReleaseAt =
  | { readonly kind: "url"; readonly base: URL }
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "store"; readonly name: string };

/** Undefined for what names no Release, such as an image: an address, a folder with release.json, a store of the config. */
export async function releaseAt(from: string): Promise<ReleaseAt | undefined> {
  if (/^https?:\/\//i.test(from)) return { kind: "url", base: releaseBase(from) };
  if (existsSync(join(resolve(from), "release.json"))) return { kind: "folder", path: resolve(from) };
  if (/[/\\:]/.test(from) || (await findConfig(process.cwd())) === undefined) return undefined;
  const config = await readConfig({ dir: process.cwd(), file: undefined, kinds });
  return Object.hasOwn(config.stores, from) ? { kind: "store", name: from } : undefined;
}

interface Bringing {
  readonly to: string;
  readonly options: Options;
  readonly asked: StatementOptions;
  readonly signal: AbortSignal;
}

/** Fails with what is wrong with the Release before the first byte goes out. */
export async function mirrorRelease(
  from: ReleaseAt,
  to: string,
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
  const verdict = await verifyOpened(path, await openStatement(path, asked), { ...asked, signal });
  refuseUnverified(verdict);
  const layout = keptPlan(path) === undefined ? "flat" : (await whereAsked(options, path)).layout;
  return sendOn({ folder: path, layout, left: new Set(), to, options, signal });
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
    const left = new Set(elsewhere.keys());
    mirrored = await sendOn({ folder: remote.folder, layout: "flat", left, to, options, signal });
    return found;
  });
  refuseUnverified(verdict);
  if (mirrored === undefined) throw new Error("verified, and not sent on");
  return mirrored;
}

async function fromStore(name: string, { to, options, asked, signal }: Bringing): Promise<Mirrored> {
  const where = await whereAsked(options, options.setVersion);
  const place = where.publish.find(({ store }) => store === name);
  if (place === undefined || where.plan === undefined)
    throw new Problem("usage", `nothing is published to ${name}`, { expected: "a store that `publish` names" });
  const context = storeContext({ ...where, signal }, aboutPlan(where.plan));
  const store = await stores.get(place.kind)?.open(place.options, context);
  if (store === undefined) throw new Error(`no kind ${place.kind}`);
  try {
    return await inPrivate((folder) => fromOpened(store, folder, { to, options, asked, signal }));
  } finally {
    await store.close();
  }
}

async function fromOpened(store: Store, folder: string, bringing: Bringing): Promise<Mirrored> {
  const { to, options, asked, signal } = bringing;
  if (store.read === undefined)
    throw new Problem("usage", `${store.where} holds no files that could be mirrored`, {
      hint: "Images go one by one: slipway mirror IMAGE TO",
    });
  const names = asked.trust.readers.flatMap(({ suffixes }) => suffixes.map((suffix) => `release.json${suffix}`));
  await fetchStatementFrom({ store, folder }, [...new Set(names)], {
    statement: mostStatement,
    signature: mostSignature,
  });
  const statement = await openStatement(folder, asked);
  const artifacts = statement.release?.artifacts ?? [];
  const absent = await fetchArtifactsFrom({ store, folder }, { artifacts });
  const elsewhere = inRegistries(artifacts, absent);
  refuseUnverified(await verifyOpened(folder, statement, { ...asked, absent, elsewhere, signal }));
  return sendOn({ folder, layout: "flat", left: new Set(elsewhere.keys()), to, options, signal });
}

async function inPrivate<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const above = join(tmpdir(), "slipway-mirror-");
  const folder = await onDisk(above, () => mkdtemp(above));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
