/** Says how a Release was made: its source, its Plan, the toolchains and images it was made with, and the key of each Step. */
import { createHash } from "node:crypto";

import { type Provenance, writeProvenance } from "../format/provenance.ts";
import type { ImageStepOptions } from "../model/image.ts";
import { canonicalJson, plain } from "../model/json.ts";
import type { Plan, PlannedStep } from "../model/plan.ts";
import type { SourcePlan } from "../model/provenance.ts";
import type { Listing } from "./listing.ts";
import type { RunResult } from "./run.ts";

/** What a run leaves behind about how it was made. */
export type Evidence = Pick<RunResult, "keys" | "toolchains">;

/**
 * The text of the provenance: an in-toto Statement about all `listings`, with SLSA's predicate v1. Same Plan, same Steps, same
 * toolchains: same bytes, whatever the day and the folder. The Plan must have been decided with a provenance.
 */
export function provenanceOf(plan: Plan, evidence: Evidence, listings: readonly Pick<Listing, "entry">[]): string {
  const { source } = plan;
  if (source === undefined) throw new Error("the Plan was decided without a provenance");
  return writeProvenance({
    artifacts: listings.map(({ entry }) => ({ name: entry.name, sha256: entry.digests.sha256 })),
    source: { ...source, commit: plan.commit },
    build: {
      product: plan.project,
      version: plan.version,
      tag: plan.tag,
      epoch: plan.epoch,
      snapshot: plan.isSnapshot,
      nightly: plan.isNightly,
      dirty: plan.isDirty,
      plan: planDigest(plan),
      platform: source.platform,
      asked: source.asked,
    },
    builder: { id: source.builder, slipway: plan.by },
    toolchains: toolchainsIn(plan, evidence),
    images: plan.steps.flatMap(basesOf),
    steps: plan.steps.flatMap((step) => {
      const key = evidence.keys.get(step.id);
      return key === undefined || knowsSecrets(step) ? [] : [{ id: step.id, key }];
    }),
  });
}

/**
 * SHA-256 of what the Plan makes, lower-case hex: its canonical JSON (RFC 8785) without the places it goes to, what was skipped,
 * who makes it and who signs it, none of which changes a byte of what is made.
 */
export function planDigest(plan: Plan): string {
  const { publish: _to, skipped: _without, source, release, ...made } = plan;
  const { builder: _by, platform: _on, ...from } = source ?? ({} as SourcePlan);
  const { signatures: _signed, ...lists } = release;
  const json = plain({ ...made, source: from, release: lists });
  return createHash("sha256").update(canonicalJson(json)).digest("hex");
}

/** What the operator's environment says is in the key, and who knows all the rest of it could try values until the key fits. */
function knowsSecrets({ env }: PlannedStep): boolean {
  return Object.values(env).some((text) => typeof text !== "string");
}

function toolchainsIn({ steps }: Plan, { toolchains }: Evidence): Provenance["toolchains"] {
  const users = new Map<string, { name: string; version: string; steps: string[] }>();
  for (const { id } of steps) {
    for (const { name, version } of toolchains.get(id) ?? []) {
      const known = users.get(`${name}\0${version}`);
      if (known === undefined) users.set(`${name}\0${version}`, { name, version, steps: [id] });
      else known.steps.push(id);
    }
  }
  return [...users.values()];
}

/** Base images by their digests: of what the reference named, and of each platform's manifest. */
function basesOf({ section, options }: PlannedStep): Provenance["images"] {
  if (section !== "images") return [];
  const { platforms } = options as ImageStepOptions;
  return platforms.flatMap(({ platform, base }) =>
    base === null ? [] : [{ reference: base.reference, digest: base.index, platform, manifest: base.digest }],
  );
}
