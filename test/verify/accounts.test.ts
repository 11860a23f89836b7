/** SBOMs and provenance that tell of other artifacts than the Release has are found out, whatever their own digests say. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

import { type Provenance, writeProvenance } from "../../src/format/provenance.ts";
import type { Release, ReleaseArtifact } from "../../src/format/release.ts";
import { writeCycloneDx } from "../../src/format/sbom/cyclonedx.ts";
import { artifactPrefix, type Sbom } from "../../src/format/sbom/model.ts";
import { writeSpdx } from "../../src/format/sbom/spdx.ts";
import { accountOf, compareAccount } from "../../src/verify/accounts.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-accounts-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const hex = (digit: string): string => digit.repeat(64);
const archive: ReleaseArtifact = { name: "tool.tar.gz", type: "archive", size: 1, digests: { sha256: hex("a") } };
const program: ReleaseArtifact = { name: "tool", type: "binary", size: 1, digests: { sha256: hex("b") } };
const spdx: ReleaseArtifact = {
  name: "tool.spdx.json",
  type: "sbom",
  size: 1,
  digests: { sha256: hex("c") },
  attributes: { format: "spdx" },
};
const cyclonedx = { ...spdx, name: "tool.cdx.json", attributes: { format: "cyclonedx" } };
const made: ReleaseArtifact = {
  name: "provenance.json",
  type: "provenance",
  size: 1,
  digests: { sha256: hex("d") },
  attributes: { format: "slsa" },
};
/** What is attached to an image holds the provenance, which therefore knows nothing of it. */
const attached: ReleaseArtifact = {
  name: "tool.att.tar",
  type: "image",
  size: 1,
  digests: { sha256: hex("9") },
  subject: "tool.tar.gz",
};
const release: Release = {
  product: "tool",
  version: "1.0.0",
  tag: "v1.0.0",
  sequence: 1_769_774_400,
  channel: "stable",
  commit: "0123456789abcdef0123456789abcdef01234567",
  epoch: 1_769_774_400,
  isSnapshot: false,
  isNightly: false,
  isPrerelease: false,
  artifacts: [archive, program, spdx, attached, made],
};

/** What the check of an artifact of this text says. */
function said(artifact: ReleaseArtifact, text: string): Promise<string> {
  const path = join(home, "account");
  writeFileSync(path, text);
  return compareAccount(release, artifact, path);
}

const sbom = (...files: readonly (readonly [string, string])[]): Sbom => ({
  name: "tool-1.0.0",
  epoch: release.epoch,
  tool: { name: "slipway", version: "1" },
  root: "product",
  nodes: [
    {
      id: "product",
      purpose: "application",
      name: "tool",
      version: "1.0.0",
      purl: "pkg:generic/tool@1.0.0",
      contains: files.map(([name]) => `${artifactPrefix}${name}`),
    },
    ...files.map(([name, sha256]) => ({
      id: `${artifactPrefix}${name}`,
      purpose: "archive" as const,
      name,
      file: name,
      hashes: { sha256 },
    })),
  ],
  remarks: [],
});

describe.each([
  ["SPDX", spdx, writeSpdx],
  ["CycloneDX", cyclonedx, writeCycloneDx],
] as const)("an SBOM in %s", (_, artifact, write) => {
  test("passes where it describes artifacts as they are", async () => {
    expect(await said(artifact, await write(sbom(["tool", hex("b")], ["tool.tar.gz", hex("a")])))).toContain(
      "describes 2 artifacts",
    );
    const one = { ...artifact, attributes: { ...artifact.attributes, of: "tool" } };
    expect(await said(one, await write(sbom(["tool", hex("b")])))).toContain("describes 1 artifacts");
  });

  test("fails where it describes other bytes, other names, nothing, or another artifact", async () => {
    await expect(said(artifact, await write(sbom(["tool", hex("a")])))).rejects.toThrow("tool has another sha256");
    await expect(said(artifact, await write(sbom(["evil", hex("a")])))).rejects.toThrow("does not list");
    await expect(said(artifact, await write(sbom()))).rejects.toThrow("tells of nothing");
    const one = { ...artifact, attributes: { ...artifact.attributes, of: "tool" } };
    await expect(said(one, await write(sbom(["tool.tar.gz", hex("a")])))).rejects.toThrow("not about tool alone");
    await expect(said(artifact, "{}")).rejects.toMatchObject({ name: /^Problems?$/ });
  });
});

describe("a provenance", () => {
  const provenance = (change: Partial<Provenance> = {}): Provenance => ({
    artifacts: [
      { name: "tool", sha256: hex("b") },
      { name: "tool.tar.gz", sha256: hex("a") },
    ],
    source: {
      repository: "",
      ref: "refs/tags/v1.0.0",
      commit: release.commit,
      tree: "1".repeat(40),
      config: { path: "slipway.yaml", sha256: hex("e") },
    },
    build: {
      product: "tool",
      version: "1.0.0",
      tag: "v1.0.0",
      epoch: release.epoch,
      snapshot: false,
      nightly: false,
      dirty: false,
      plan: hex("f"),
      platform: "",
      asked: { targets: [], skip: [], version: "" },
    },
    builder: { id: "https://example.org/builder", slipway: "1.0.0" },
    toolchains: [],
    images: [],
    steps: [],
    ...change,
  });

  test("passes where it tells of all that was built", async () => {
    expect(await said(made, writeProvenance(provenance()))).toContain("built by https://example.org/builder");
  });

  test.each<readonly [string, Partial<Provenance>, string]>([
    ["of other bytes", { artifacts: [{ name: "tool", sha256: hex("0") }] }, "another sha256"],
    ["of what is not there", { artifacts: [{ name: "evil", sha256: hex("0") }] }, "does not list"],
    ["not of all", { artifacts: [{ name: "tool", sha256: hex("b") }] }, "says nothing of tool.tar.gz"],
    ["of another commit", { source: { ...provenance().source, commit: "f".repeat(40) } }, "its commit is"],
    ["of another version", { build: { ...provenance().build, version: "2.0.0" } }, "its version is"],
    ["of another product", { build: { ...provenance().build, product: "other" } }, "its product is"],
  ])("fails where it tells %s", async (_, change, says) => {
    await expect(said(made, writeProvenance(provenance(change)))).rejects.toThrow(says);
  });
});

test("what another program wrote is nobody's account but its own", () => {
  expect(accountOf({ ...spdx, attributes: { format: "spdx", by: "command" } })).toBeUndefined();
  expect(accountOf({ ...spdx, attributes: { format: "syft" } })).toBeUndefined();
  expect(accountOf(archive)).toBeUndefined();
});
