/** A Step's key: the digest of all that can change its result and is known before it runs. */
import { createHash } from "node:crypto";

import { canonicalJson, type Json, plain } from "../model/json.ts";
import type { Step } from "../model/plan.ts";
import type { MakeContext, Maker } from "./maker.ts";

/** Hex. Same key and same reads, same bytes. */
export async function stepKey(step: Step, maker: Maker, context: MakeContext): Promise<string> {
  const own = (await maker.key?.(step, context)) ?? null;
  const parts: Json = {
    section: step.section,
    kind: step.kind,
    maker: maker.version,
    options: withoutPlaces(step.options),
    env: step.env,
    // All of them: what is remembered is the artifact as it was listed, with its platform and attributes.
    outputs: plain(step.outputs),
    inputs: context.inputs.map(({ name, digest }) => ({ name, digest })),
    epoch: context.epoch,
    own,
  };
  return createHash("sha256").update(canonicalJson(parts)).digest("hex");
}

/** Where an entry stands in slipway.yaml changes nothing it makes. */
function withoutPlaces(value: Json): Json {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(withoutPlaces);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (key === "place" ? [] : [[key, withoutPlaces(inner)]])),
  );
}
