/** Attacks on a Release that an identity signed: what nearly is that identity, and a log's entry for another file, are refused. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

import { attackEngine } from "../../src/cli/attacking.ts";
import { askService } from "../../src/cli/key-requests.ts";
import type { SignaturePlan } from "../../src/model/release-plan.ts";
import { Problem } from "../../src/model/problem.ts";
import { attackRelease } from "../../src/prove/attack/run.ts";
import { keylessSigner } from "../../src/sign/keyless.ts";
import { readToken } from "../../src/sign/keyless-token.ts";
import { makeRelease } from "../worlds/release.ts";
import { keyContext } from "../worlds/sigstore.ts";
import { startSigstore, tokenFor } from "../worlds/sigstore-services.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-attack-identities-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const issuer = "https://token.actions.githubusercontent.com";
const subject = "https://github.com/acme/tool/.github/workflows/release.yml@refs/tags/v1.0.0";

const planned: SignaturePlan = {
  kind: "sigstore",
  key: "ci",
  fingerprint: "",
  options: { content: "message" },
  attaches: true,
  of: ["release", "checksums"],
  name: { late: "{{ artifact.name }}.sigstore.json", with: {} },
  env: {},
};

it("are refused", async () => {
  const services = await startSigstore();
  try {
    const context = keyContext({}, { request: (request) => askService(request, {}, new AbortController().signal) });
    const url = new URL(services.url);
    const clients = { fulcio: url, rekor: { url, version: 1 as const }, tsa: undefined };
    const signer = await keylessSigner(clients, async () => readToken(tokenFor(), context), context);
    const made = await makeRelease(home, {
      formats: ["zip"],
      signatures: [planned],
      sign: ({ options }, file) => signer.signFile(file, options, 0),
    });
    const folder = join(home, "1.2.3");
    await made.write(folder);
    const trust = {
      slipway: 1,
      product: "tool",
      identities: { ci: { issuer, subject, trustedRoot: services.root } },
      require: [{ of: "release", by: ["ci"] }],
    };
    const offline = (): Promise<never> => Promise.reject(new Problem("verify.unavailable", "no network here"));
    const { attacks } = await attackRelease({
      folder,
      file: { name: "trust.json", text: `${JSON.stringify(trust, null, 2)}\n` },
      metadata: undefined,
      engine: { ...attackEngine({}), url: offline },
      only: [31, 32],
    });
    expect(attacks).toMatchObject([
      { number: 31, outcome: "refused", variants: 7 },
      { number: 32, outcome: "refused", variants: 1 },
    ]);
  } finally {
    await services.stop();
  }
});
