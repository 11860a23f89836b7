/** Verifies a Release behind an address: its statement is fetched and checked first, then what that lists. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { onDisk } from "../../model/disk.ts";
import type { Problem } from "../../model/problem.ts";
import { httpClient } from "../../store/http.ts";
import { fetchArtifacts, fetchStatement, type RemoteRelease } from "../../store/remote-release.ts";
import { attempt } from "../../verify/attempt.ts";
import { verifyOpened } from "../../verify/folder.ts";
import { mostSignature } from "../../verify/signed.ts";
import { mostStatement, openStatement, type StatementOptions } from "../../verify/statement.ts";
import { type Check, outcomeOf, type Verdict } from "../../verify/verdict.ts";
import { inRegistries } from "./elsewhere.ts";

export interface RemoteContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Milliseconds in which nothing comes before a server is given up. */
const silence = 30_000;

/** The whole Release: everything that it lists is fetched, and read twice. */
export function verifyRemote(base: URL, options: StatementOptions, context: RemoteContext): Promise<Verdict> {
  return withStatement(base, options, context, async (remote) => {
    const statement = await openStatement(remote.folder, options);
    const { release } = statement;
    const absent = release === undefined ? new Map<string, Problem>() : await fetchArtifacts(remote, release);
    const elsewhere = inRegistries(release?.artifacts ?? [], absent);
    return verifyOpened(remote.folder, statement, { ...options, absent, elsewhere, signal: context.signal });
  });
}

/**
 * Fetches release.json and its signatures into a private folder that is gone afterwards, and hands it on. Where they cannot be had,
 * that is the verdict.
 */
export async function withStatement(
  base: URL,
  { trust }: StatementOptions,
  { env, signal }: RemoteContext,
  work: (remote: RemoteRelease) => Promise<Verdict>,
): Promise<Verdict> {
  const above = join(tmpdir(), "slipway-verify-");
  const folder = await onDisk(above, () => mkdtemp(above));
  const http = httpClient({ env, signal, silence });
  try {
    const remote: RemoteRelease = { http, base, folder };
    const fetched = await attempt("release", "release.json", async () => {
      const suffixes = trust.readers.flatMap((reader) => reader.suffixes);
      await fetchStatement(remote, { suffixes, statement: mostStatement, signature: mostSignature });
      return "";
    });
    return fetched.outcome === "ok" ? await work(remote) : nothing([fetched]);
  } finally {
    http.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A verdict about a Release that was not looked into. */
export function nothing(checks: readonly Check[]): Verdict {
  return { outcome: outcomeOf(checks), release: undefined, signedBy: [], checks, files: 0, bytes: 0 };
}
