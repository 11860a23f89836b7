/** The bundles of sigstore-conformance, each accepted or refused as its folder's name says, through `slipway conformance sigstore`. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { afterEach, beforeEach, expect, vi } from "vitest";

import { sigstoreClient } from "../../src/cli/commands/conformance/sigstore.ts";
import { needs } from "../judges.ts";

/** What the suite expects where a folder does not say it (its test/client.py). */
const usual = {
  identity:
    "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main",
  issuer: "https://token.actions.githubusercontent.com",
};

beforeEach(() => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** The words that the suite would call a client with. */
function wordsFor(folder: string, artifact: string): readonly string[] {
  const at = (name: string): string => join(folder, name);
  const said = (name: "identity" | "issuer"): string =>
    existsSync(at(name)) ? readFileSync(at(name), "utf8").trim() : usual[name];
  const who = existsSync(at("key.pub"))
    ? ["--key", at("key.pub")]
    : ["--certificate-identity", said("identity"), "--certificate-oidc-issuer", said("issuer")];
  const root = existsSync(at("trusted_root.json")) ? ["--trusted-root", at("trusted_root.json")] : [];
  return ["verify-bundle", "--bundle", at("bundle.sigstore.json"), ...who, ...root, artifact];
}

needs("sigstore-conformance", "sigstore-vectors")(
  "every bundle is accepted or refused as the suite says, by file and by digest",
  async (found) => {
    vi.stubEnv("SIGSTORE_TRUSTED_ROOT", join(found["sigstore-vectors"], "trusted_roots", "public-good.json"));
    const assets = join(found["sigstore-conformance"], "test", "assets", "bundle-verify");
    const folders = readdirSync(assets, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const wrong: string[] = [];
    for (const { name } of folders) {
      const folder = join(assets, name);
      const own = join(folder, "artifact");
      const artifact = existsSync(own) ? own : join(assets, "a.txt");
      const digest = `sha256:${createHash("sha256").update(readFileSync(artifact)).digest("hex")}`;
      for (const each of [artifact, digest]) {
        const code = await sigstoreClient(wordsFor(folder, each));
        if (code !== (name.endsWith("_fail") ? 1 : 0))
          wrong.push(`${name} by ${each === digest ? "digest" : "file"}: ${code}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(folders.length).toBeGreaterThanOrEqual(70);
  },
);
