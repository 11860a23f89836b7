/** Bundles that other writers made, good and bad, against `slipway conformance sigstore`. */
import { join } from "node:path";

import { expect, onTestFinished, vi } from "vitest";

import { needs } from "../judges.ts";
import { isVerified, type Question } from "./sigstore.ts";

const github = "https://github.com/login/oauth";
const actions = "https://token.actions.githubusercontent.com";
const conda = "https://github.com/prefix-dev/sigstore-example/.github/workflows/action.yaml@refs/heads/main";
const beacon =
  "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";
const william = { identity: "william@yossarian.net", issuer: github };

const roots = {
  public: "trusted_roots/public-good.json",
  staging: "sct-multi-intermediate/staging_trusted_root.json",
  stagingOf2025: "timestamps/valid_trusted_root.json",
};

/** A question in paths of the vectors' folder. */
type Vector = Question & { readonly trustedRoot: string };

const condaPackage: Vector = {
  bundle: "bundles/conda-attestation.sigstore.json",
  trustedRoot: roots.public,
  by: { identity: conda, issuer: actions },
  artifact: "bundles/signed-package-2.1.0-hb0f4dca_0.conda",
};

const blob: Vector = {
  bundle: "bundles/cosign-v3-blob.sigstore.json",
  trustedRoot: roots.public,
  by: { identity: "w.vollprecht@gmail.com", issuer: github },
  artifact: "bundles/cosign-v3-blob.txt",
};

const managed: Vector = {
  bundle: "managed-key/bundle.sigstore.json",
  trustedRoot: roots.public,
  by: { key: "managed-key/key.pub" },
  artifact: "managed-key/artifact.txt",
};

const good: Readonly<Record<string, Vector>> = {
  "an attestation made by a workflow": condaPackage,
  "a file signed with a key": managed,
  "a file of which only the digest is given": {
    bundle: "bundles/bundle_v3_github.whl.sigstore",
    trustedRoot: roots.public,
    by: {
      identity: "https://github.com/trailofbits/rfc8785.py/.github/workflows/release.yml@refs/tags/v0.1.2",
      issuer: actions,
    },
    artifact: "sha256:c4e92e9ecc828bef2aa7dba1de8ac983511f7532a0df11c770d39099a25cf201",
  },
  "a log of the second kind, with a timestamp": {
    bundle: "timestamps/valid_bundle.json",
    trustedRoot: roots.stagingOf2025,
    by: { identity: beacon, issuer: actions },
    artifact: "sha256:a0cfc71271d6e278e57cd332ff957c3f7043fdda354c4cbb190a30d56efa01bf",
  },
  "a certificate below two intermediate ones": {
    bundle: "sct-multi-intermediate/staging_bundle.sigstore.json",
    trustedRoot: roots.staging,
    by: {
      identity: "https://github.com/sigstore/root-signing-staging/.github/workflows/custom-test.yml@refs/heads/main",
      issuer: actions,
    },
    artifact: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  },
  "an attestation in a log of the second kind": {
    ...condaPackage,
    bundle: "bundles/conda-attestation-rekor2.sigstore.json",
    trustedRoot: roots.staging,
    by: { identity: "jku@goto.fi", issuer: github },
  },
  "a file in a log of the second kind": {
    bundle: "upstream/sigstore-python/staging-rekor-v2.txt.sigstore.json",
    trustedRoot: roots.staging,
    by: { identity: "jku@goto.fi", issuer: github },
    artifact: "upstream/sigstore-python/staging-rekor-v2.txt",
  },
};

/** What is wrong, and how it is said. */
const bad: Readonly<Record<string, readonly [Vector, RegExp]>> = {
  "another artifact": [{ ...condaPackage, artifact: blob.artifact }, /is no subject of the statement/],
  "another file than the key signed": [{ ...managed, artifact: blob.artifact }, /of other bytes/],
  "another identity": [{ ...condaPackage, by: { identity: `${conda}2`, issuer: actions } }, /by somebody else/],
  "the beginning of an identity": [
    { ...condaPackage, by: { identity: conda.slice(0, -1), issuer: actions } },
    /by somebody else/,
  ],
  "another issuer": [{ ...condaPackage, by: { identity: conda, issuer: github } }, /by somebody else/],
  "a root of another instance": [{ ...condaPackage, trustedRoot: roots.staging }, /certificate chain/],
  "a key where a certificate signed": [{ ...condaPackage, by: managed.by }, /which identities to trust/],
  "a certificate where a key signed": [{ ...managed, by: william }, /no key that is trusted/],
  "a timestamp by whom the root does not know": [blob, /timestamp could not be verified/],
  "a log of certificates that is not the root's": [
    {
      bundle: "invalid-ct-key_fail/bundle.sigstore.json",
      trustedRoot: "invalid-ct-key_fail/trusted_root.json",
      by: { identity: beacon, issuer: actions },
      artifact: "sha256:a0cfc71271d6e278e57cd332ff957c3f7043fdda354c4cbb190a30d56efa01bf",
    },
    /SCT verification failed/,
  ],
  "the log's entry of another artifact (CVE-2022-36056)": [
    {
      bundle: "bundles/bundle_cve_2022_36056.txt.sigstore",
      trustedRoot: roots.staging,
      by: william,
      artifact: "sha256:c87b5b213ab08b32970c106d0c7e4423e67f5449c2fd2d1e9b4ea6cc43b6ee7c",
    },
    /signature mismatch/,
  ],
  "no time that anybody signed": [
    {
      bundle: "bundles/bundle_v3_no_signed_time.txt.sigstore.json",
      trustedRoot: roots.public,
      by: william,
      artifact: "sha256:ca6de99a11d3d38056d838c7dc9a23a11a0c81bcace0d11eaa301a2ffb482c42",
    },
    /expected 1 timestamps, got 0/,
  ],
  "no certificate": [
    {
      bundle: "bundles/bundle_no_cert_v1.txt.sigstore",
      trustedRoot: roots.public,
      by: william,
      artifact: "sha256:1bc37d4fed3fd960bdf9d095f87283ba8ad1ab4481f38a34e8004f0c56ffe78d",
    },
    /certificates: /,
  ],
  "a version that there is not": [
    {
      bundle: "bundles/bundle_invalid_version.txt.sigstore",
      trustedRoot: roots.public,
      by: william,
      artifact: "sha256:7a1f2b23ec9add163c6d0bbb454af45e1483b9bec7b72aea1b4fdf0e2f5644f0",
    },
    /mediaType: /,
  ],
};

for (const [title, vector] of Object.entries(good))
  needs("sigstore-vectors")(`${title} is verified`, async ({ "sigstore-vectors": folder }) => {
    expect(await isVerified(inFolder(vector, folder))).toBe(true);
  });

for (const [title, [vector, reason]] of Object.entries(bad))
  needs("sigstore-vectors")(`${title} is refused`, async ({ "sigstore-vectors": folder }) => {
    const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    onTestFinished(() => void vi.restoreAllMocks());
    expect(await isVerified(inFolder(vector, folder))).toBe(false);
    expect(said.mock.calls.join("")).toMatch(reason);
  });

function inFolder({ bundle, trustedRoot, by, artifact }: Vector, folder: string): Question {
  const at = (path: string): string => join(folder, path);
  return {
    bundle: at(bundle),
    trustedRoot: at(trustedRoot),
    by: "key" in by ? { key: at(by.key) } : by,
    artifact: artifact.startsWith("sha256:") ? artifact : at(artifact),
  };
}
