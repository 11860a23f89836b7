/** Plans as files: what `plan --output` writes and `--plan` takes. */
import { z } from "zod";

import { plain, readableJson } from "../model/json.ts";
import { selectableTypes } from "../model/only.ts";
import type { Plan, Step } from "../model/plan.ts";
import { Problem, throwIfAny } from "../model/problem.ts";
import { findFlaws } from "./flaws.ts";

const selection = z.strictObject({ types: z.array(z.enum(selectableTypes)), names: z.array(z.string()) });
const place = z.strictObject({ file: z.string(), line: z.number(), column: z.number() }).optional();
const data = z.record(z.string(), z.json());
const platform = z.strictObject({ os: z.string(), arch: z.string(), variant: z.string().optional() }).optional();
const text = z.union([z.string(), z.strictObject({ late: z.string(), with: data })]);
const env = z.record(z.string(), text);
const hook = z.strictObject({ run: z.union([text, z.array(text)]), dir: z.string(), env, place });

const step = z.strictObject({
  id: z.string(),
  section: z.enum([
    "before",
    "builds",
    "source",
    "archives",
    "packages",
    "images",
    "charts",
    "sboms",
    "notes",
    "files",
  ] satisfies Step["section"][]),
  kind: z.string(),
  title: z.string(),
  needs: z.array(z.string()),
  options: data,
  env,
  outputs: z.array(
    z.strictObject({
      name: z.string(),
      type: z.string(),
      platform,
      listed: z.boolean(),
      attributes: data,
      contains: z.array(z.strictObject({ step: z.string(), output: z.string(), path: z.string() })).optional(),
    }),
  ),
  open: z.boolean().optional(),
  hooks: z.strictObject({ pre: z.array(hook), post: z.array(hook) }).optional(),
  to: z.string().optional(),
  place,
});

const source = z.strictObject({
  repository: z.string(),
  ref: z.string(),
  tree: z.string(),
  config: z.strictObject({ path: z.string(), sha256: z.string() }),
  builder: z.string(),
  platform: z.string(),
  asked: z.strictObject({ targets: z.array(z.string()), skip: z.array(z.string()), version: z.string() }),
});

const publishing = z.strictObject({
  store: z.string(),
  kind: z.string(),
  options: data,
  only: selection,
  except: selection,
  optional: z.boolean(),
  snapshots: z.boolean().optional(),
  place,
});

const shape = z.strictObject({
  slipway: z.literal(1),
  by: z.string(),
  project: z.string(),
  version: z.string(),
  tag: z.string(),
  previousTag: z.string(),
  commit: z.string(),
  commitTime: z.number(),
  epoch: z.number(),
  isSnapshot: z.boolean(),
  isNightly: z.boolean(),
  isPrerelease: z.boolean(),
  isDirty: z.boolean(),
  source: source.optional(),
  steps: z.array(step),
  release: z.strictObject({
    folder: z.string(),
    own: z.string().optional(),
    layout: z.enum(["flat", "by-platform"]),
    title: z.string(),
    channel: z.string(),
    checksums: z.array(z.strictObject({ name: text, algorithm: z.string(), split: z.boolean() })),
    index: z.string(),
    signatureList: z.string(),
    signatures: z.array(
      z.strictObject({
        kind: z.string(),
        key: z.string(),
        fingerprint: z.string(),
        options: data,
        attaches: z.boolean(),
        of: z.array(z.string()),
        name: text,
        env,
        place,
      }),
    ),
    provenance: z.string(),
    reports: z.string().optional(),
  }),
  publish: z.array(publishing),
  leftOut: z.array(publishing.extend({ why: z.string() })).optional(),
  announce: z.array(z.strictObject({ name: z.string(), kind: z.string(), options: data, env, place })),
  skipped: z.array(z.strictObject({ what: z.string(), why: z.string() })),
});

/** The Plan's file: JSON with sorted keys, so that two Plans can be compared. */
export function writePlan(plan: Plan): string {
  return readableJson(plain(plan));
}

/**
 * Reads a Plan's file. Fails with `plan.invalid` when it is not one, was decided by another version of the program, whose Steps
 * may mean something else, or holds what no Plan holds that was decided: see `flaws.ts`.
 */
export function readPlan(content: string, file: string, by: string): Plan {
  let raw: unknown;
  try {
    raw = JSON.parse(content);
  } catch (cause) {
    throw new Problem("plan.invalid", `${file} is not a plan: it is not JSON`, {
      hint: "write one with `slipway plan --output FILE`",
      cause,
    });
  }
  const parsed = shape.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Problem(
      "plan.invalid",
      `${file} is not a plan: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`,
      {
        hint: "write one with `slipway plan --output FILE`",
      },
    );
  }
  if (parsed.data.by !== by) {
    throw new Problem("plan.invalid", `${file} was decided by Slipway ${parsed.data.by}; this is ${by}`, {
      hint: "decide it again with `slipway plan --output FILE`",
    });
  }
  // The shape says what the types say; names of kinds are for those to look up who have the tables.
  const plan = parsed.data as unknown as Plan;
  throwIfAny(findFlaws(plan, file));
  return plan;
}
