/** A branch of a remote repository while a release goes there: what all acts share. */
import type { Digest } from "../../model/artifact.ts";
import { findReleaseHere } from "../forge/statement.ts";
import type { StoreContext } from "../kind.ts";
import { refOfBranch, type StagingNames, stagingNames } from "./branches.ts";
import type { CommitFacts } from "./commit.ts";
import { type OpenedGit, openGit } from "./open.ts";
import type { DecidedGit } from "./decided.ts";
import { openPulls } from "./pull/propose.ts";
import type { PullForge, Pulls } from "./pull/forge.ts";
import type { Oid, TreeFile } from "./repository.ts";
import { commitSigner } from "./signed-commit.ts";
import { releaseMessage } from "./trailers.ts";

export interface GitPlace extends StagingNames {
  readonly decided: DecidedGit;
  readonly context: StoreContext;
  readonly opened: OpenedGit;
  /** Name of the branch that people read. */
  readonly branch: string;
  readonly ref: string;
  /** Digest of release.json, where it lies on this machine. */
  readonly release: Digest | undefined;
  /** Text of the commit. */
  readonly message: string;
  readonly facts: CommitFacts;
  /** Undefined where no forge is known there. */
  readonly forge: PullForge | undefined;
  readonly pulls: Pulls | undefined;
  /** The branch as it was seen last, fetched; undefined: there is none. */
  tip(): Promise<Oid | undefined>;
  /** Fetches what the branch is now. */
  renew(current: Oid | undefined): Promise<Oid | undefined>;
  /** An entry of the branch as it was seen last. */
  entry(path: string): Promise<TreeFile | undefined>;
  close(): Promise<void>;
}

export async function openPlace(decided: DecidedGit, context: StoreContext): Promise<GitPlace> {
  const names = stagingNames(context.about, decided);
  const written = decided.pullRequest?.base || decided.branch;
  const asked = [names.staging, names.withdrawing, ...(written === "" ? [] : [refOfBranch(written)])];
  const release = (await findReleaseHere(context))?.digest;
  const opened = await openGit(decided, context, asked);
  const { repository, refs } = opened;
  const branch = written === "" ? (refs.defaultBranch ?? "main") : written;
  const ref = refOfBranch(branch);
  const api = openPulls(decided, context, opened.token);
  const known = refs.oids.get(ref) ?? (written === "" ? refs.oids.get("HEAD") : undefined);
  let tip: Promise<Oid | undefined> | undefined;
  const renew: GitPlace["renew"] = (current) =>
    (tip = current === undefined ? Promise.resolve(undefined) : repository.fetch(ref));
  const place: GitPlace = {
    ...names,
    decided,
    context,
    opened,
    branch,
    ref,
    release,
    message: releaseMessage(decided.message, context.about, release),
    facts: {
      author: decided.author,
      epoch: context.about.epoch,
      index: `${opened.folder}/index`,
      sign: commitSigner(decided.signer, context),
    },
    forge: api?.forge,
    pulls: api?.pulls,
    tip: () => tip ?? renew(known),
    renew,
    async entry(path) {
      const commit = await place.tip();
      return commit === undefined ? undefined : repository.entry(commit, path);
    },
    async close() {
      api?.close();
      await opened.close();
    },
  };
  return place;
}
