/** What a Release's provenance is made of: the Plan but for where it goes, toolchains, base images, and keys that hold no secrets. */
import { describe, expect, it } from "vitest";

import { readProvenance } from "../../src/format/provenance.ts";
import { type Evidence, planDigest, provenanceOf } from "../../src/make/provenance.ts";
import type { Plan, PlannedStep } from "../../src/model/plan.ts";
import { planOf } from "../worlds/running.ts";

const sha = (digit: string): string => digit.repeat(64);

function stepOf(id: string, more: Partial<PlannedStep> = {}): PlannedStep {
  return { id, section: "builds", kind: "go", title: id, needs: [], options: {}, env: {}, outputs: [], ...more };
}

const base = {
  reference: "debian:12",
  digest: `sha256:${sha("1")}`,
  index: `sha256:${sha("2")}`,
};

const plan: Plan = planOf(
  [
    stepOf("build/a"),
    stepOf("build/b", { env: { TOKEN: { late: "{{ env.TOKEN }}", with: {} } } }),
    stepOf("image/c", {
      section: "images",
      kind: "image",
      options: {
        platforms: [
          { platform: "linux/amd64", base },
          { platform: "linux/arm64", base: null },
        ],
      },
    }),
  ],
  {
    source: {
      repository: "https://example.com/p",
      ref: "refs/tags/v1.0.0",
      tree: "2".repeat(40),
      config: { path: "slipway.yaml", sha256: sha("3") },
      builder: "pkg:npm/slipway#local",
      platform: "",
      asked: { targets: [], skip: [], version: "" },
    },
  },
);

const evidence: Evidence = {
  keys: new Map(plan.steps.map(({ id }, index) => [id, sha(String(index))])),
  toolchains: new Map([
    ["build/b", [{ name: "go", version: "1.26.8" }]],
    ["build/a", [{ name: "go", version: "1.26.8" }]],
  ]),
};

const listings = [{ entry: { name: "p.tar.gz", type: "archive", size: 1, digests: { sha256: sha("5") } } }] as const;

describe("the provenance", () => {
  it("names artifacts, commit, tree, toolchains with their Steps, and base images by digest", () => {
    const read = readProvenance(provenanceOf(plan, evidence, listings), "provenance.json");
    expect(read.artifacts).toEqual([{ name: "p.tar.gz", sha256: sha("5") }]);
    expect(read.source).toMatchObject({ commit: plan.commit, tree: "2".repeat(40), ref: "refs/tags/v1.0.0" });
    expect(read.toolchains).toEqual([{ name: "go", version: "1.26.8", steps: ["build/a", "build/b"] }]);
    expect(read.images).toEqual([
      { reference: "debian:12", digest: base.index, platform: "linux/amd64", manifest: base.digest },
    ]);
    expect(read.build.plan).toBe(planDigest(plan));
  });

  it("leaves out the key of a Step that was told something by the operator's environment", () => {
    const { steps } = readProvenance(provenanceOf(plan, evidence, listings), "provenance.json");
    expect(steps.map(({ id }) => id)).toEqual(["build/a", "image/c"]);
  });

  it("says the same of a Plan that goes elsewhere, and another digest of one that makes something else", () => {
    const nothing = { types: [], names: [] };
    const elsewhere: Plan = {
      ...plan,
      publish: [{ store: "s", kind: "folder", options: {}, only: nothing, except: nothing, optional: false }],
      skipped: [{ what: "publish[0]", why: "--skip publish" }],
    };
    expect(provenanceOf(elsewhere, evidence, listings)).toBe(provenanceOf(plan, evidence, listings));
    for (const other of [
      { ...plan, version: "1.0.1" },
      { ...plan, steps: plan.steps.slice(1) },
      { ...plan, release: { ...plan.release, index: "other.json" } },
    ])
      expect(planDigest(other)).not.toBe(planDigest(plan));
  });
});
