/** What people do to a TUF repository, each as one step: make or change its root, sign, refresh, add a Release. */
import { Problem } from "../../model/problem.ts";
import { rootDifferences, targetDifferences } from "./differences.ts";
import { plainNames } from "./plain-names.ts";
import { addRelease } from "./release.ts";
import { pendingFile, type Step, type TufRepository } from "./repository.ts";
import { sameRoles } from "./roles.ts";
import { proposeRoot, rolesOf, signRoot, type WantedRoles } from "./root.ts";
import { settle, type Settling, signTargets } from "./settle.ts";

/**
 * The first root, or the next one where these roles are others or half of the root's time is over; then whatever has to be signed
 * anew because of it.
 */
export async function establishRoot(repository: TufRepository, roles: WantedRoles, settling: Settling): Promise<Step> {
  const { root } = repository;
  const left = root === undefined ? 0 : Date.parse(root.signed.expires) / 1000 - settling.now;
  if (root !== undefined && sameRoles(rolesOf(root), roles) && left * 2 > settling.lifetimes.root)
    return { repository, changes: [], notes: [`root ${root.signed.version} is as trust.root says`] };
  return changeRoot(repository, roles, settling);
}

/** The next root with these roles, and what it makes necessary. */
export async function changeRoot(repository: TufRepository, roles: WantedRoles, settling: Settling): Promise<Step> {
  const step = await proposeRoot(repository, roles, settling.lifetimes.root, settling);
  return settledIfRoot(repository, step, settling);
}

/** Adds the signatures of the keys that are here to everything that waits for some. */
export async function signPending(repository: TufRepository, settling: Settling): Promise<Step> {
  const { pending } = repository;
  if (pending.root === undefined && pending.targets === undefined)
    return { repository, changes: [], notes: ["nothing waits for signatures"] };
  refuseMore(pending);
  const asked = [
    ...(pending.root === undefined ? [] : rootDifferences(repository.root, pending.root)),
    ...(pending.targets === undefined ? [] : targetDifferences(repository.targets, pending.targets)),
  ];
  const rooted = pending.root === undefined ? nothing(repository) : await signRoot(repository, pending.root, settling);
  const waiting = rooted.repository.pending.targets;
  const signed = waiting === undefined ? rooted : await after(rooted, (now) => signTargets(now, waiting, settling));
  const done = isMoved(repository, signed.repository) ? await after(signed, (now) => settle(now, settling)) : signed;
  return { ...done, notes: [...asked, ...done.notes] };
}

const fields = {
  root: ["_type", "consistent_snapshot", "expires", "keys", "roles", "spec_version", "version"],
  targets: ["_type", "expires", "spec_version", "targets", "version"],
} as const;

/** What waits lay where others write too: nobody signs what they were not shown. */
function refuseMore({ root, targets }: TufRepository["pending"]): void {
  for (const [role, metadata] of [
    ["root", root],
    ["targets", targets],
  ] as const) {
    if (metadata === undefined) continue;
    const known: readonly string[] = fields[role];
    const more = Object.keys(metadata.raw).find((field) => !known.includes(field));
    const isPlain = role !== "root" || metadata.raw["consistent_snapshot"] === true;
    if (more === undefined && isPlain) continue;
    throw new Problem(
      "verify.mismatch",
      `${pendingFile[role]} says ${more ?? "consistent_snapshot"}, which Slipway did not write so`,
      {
        hint: "Find out who wrote it. Nothing was signed.",
      },
    );
  }
}

/** Signs the timestamp anew, and what is about to expire or is not signed by whom the root names. */
export async function refreshRepository(repository: TufRepository, settling: Settling): Promise<Step> {
  return settle(repository, settling);
}

/** Lists a Release: `statement` is its release.json. */
export async function publishRelease(
  repository: TufRepository,
  statement: Uint8Array,
  settling: Settling,
): Promise<Step> {
  if (repository.root === undefined)
    throw new Problem("file.missing", "the trust folder has no root yet", { hint: "Run `slipway keys init`." });
  const { targets, copies, version, channel } = addRelease(repository, statement);
  // A run that was stopped may have listed it, and told nobody.
  if (targets === undefined && isNamed(repository))
    return {
      repository,
      changes: plainNames(repository),
      notes: [`${version} is listed already, and what ${channel} has`],
    };
  const step = await settle(repository, { ...settling, targets });
  return { ...step, changes: [...copies, ...step.changes] };
}

async function settledIfRoot(before: TufRepository, step: Step, settling: Settling): Promise<Step> {
  return isMoved(before, step.repository) ? after(step, (now) => settle(now, settling)) : step;
}

/** Whether the timestamp leads to the newest snapshot, and that to the newest targets. */
function isNamed({ timestamp, snapshot, files, pending }: TufRepository): boolean {
  return (
    pending.targets !== undefined ||
    (snapshot?.signed.meta["targets.json"]?.version === files.targets?.version &&
      timestamp?.signed.meta["snapshot.json"].version === files.snapshot?.version)
  );
}

function isMoved(before: TufRepository, now: TufRepository): boolean {
  return before.root !== now.root || before.targets !== now.targets;
}

function nothing(repository: TufRepository): Step {
  return { repository, changes: [], notes: [] };
}

async function after(step: Step, next: (repository: TufRepository) => Promise<Step>): Promise<Step> {
  const { repository, changes, notes } = await next(step.repository);
  return { repository, changes: [...step.changes, ...changes], notes: [...step.notes, ...notes] };
}
