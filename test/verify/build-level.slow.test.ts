/** SLSA's build level: above 1 only what a platform signed of this very release, by an identity that is trusted. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { askService } from "../../src/cli/key-requests.ts";
import type { Release } from "../../src/format/release.ts";
import { writeStatement } from "../../src/format/sigstore/statement.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { problemsOf } from "../../src/model/problem.ts";
import { keylessSigner } from "../../src/sign/keyless.ts";
import { readToken } from "../../src/sign/keyless-token.ts";
import { buildLevel } from "../../src/verify/build-level.ts";
import { sigstore } from "../../src/verify/signatures/sigstore.ts";
import { nobody, type Trust } from "../../src/verify/trust.ts";
import { fileOf, keyContext } from "../worlds/sigstore.ts";
import { type SigstoreServices, startSigstore, tokenFor } from "../worlds/sigstore-services.ts";

const issuer = "https://token.actions.githubusercontent.com";
const subject = "https://github.com/acme/tool/.github/workflows/release.yml@refs/tags/v1.0.0";
const commit = "0123456789abcdef0123456789abcdef01234567";
const statementDigest = "5".repeat(64);
const release = {
  commit,
  artifacts: [
    { name: "tool.tar.gz", type: "archive", size: 1, digests: { sha256: "a".repeat(64) } },
    { name: "checksums.txt", type: "checksums", size: 1, digests: { sha256: "b".repeat(64) } },
  ],
} as unknown as Release;

let services: SigstoreServices;
beforeAll(async () => {
  services = await startSigstore();
});
afterAll(() => services.stop());

const hosted = { sub: subject, runner_environment: "github-hosted", sha: commit };
const predicate = { buildDefinition: {}, runDetails: { builder: { id: subject } } };

/** A bundle as a job of the platform has it made. */
async function attest(
  digests: readonly string[],
  claims: JsonObject = hosted,
  predicateType = "https://slsa.dev/provenance/v1",
): Promise<Uint8Array> {
  const context = keyContext({}, { request: (request) => askService(request, {}, new AbortController().signal) });
  const fulcio = new URL(services.url);
  const token = async (): ReturnType<Parameters<typeof keylessSigner>[1]> => readToken(tokenFor(claims), context);
  const signer = await keylessSigner({ fulcio, rekor: { url: fulcio, version: 1 }, tsa: undefined }, token, context);
  const subjects = digests.map((sha256) => ({ name: "x", sha256 }));
  const statement = fileOf("statement.json", Buffer.from(writeStatement({ subjects, predicateType, predicate })));
  return signer.signFile(statement, { content: "statement" }, 0);
}

async function trusting(who: JsonObject = {}): Promise<Trust> {
  const key = await sigstore.readIdentity?.({ issuer, subject, trustedRoot: services.root, ...who }, "ci");
  if (key === undefined) throw new Error("no identities");
  return { ...nobody, keys: [key] };
}

async function refusal(bundle: Uint8Array, trust: Trust): Promise<string> {
  const thrown: unknown = await buildLevel(bundle, { release, sha256: statementDigest }, trust).then(
    () => undefined,
    (error: unknown) => error,
  );
  const [problem] = problemsOf(thrown) ?? [];
  return problem === undefined ? "accepted" : `${problem.code} ${problem.message}`;
}

describe("level 2", () => {
  it("is what the platform attests of release.json, or of every artifact", async () => {
    const trust = await trusting();
    for (const digests of [[statementDigest], ["a".repeat(64)]])
      expect(await buildLevel(await attest(digests), { release, sha256: statementDigest }, trust)).toMatchObject({
        level: 2,
        builder: subject,
        by: { name: "ci" },
      });
  });

  it("is not what is about something else, on a machine of the project's own, or of another commit", async () => {
    const trust = await trusting();
    expect(await refusal(await attest(["c".repeat(64)]), trust)).toContain("says nothing of tool.tar.gz");
    const own = { ...hosted, runner_environment: "self-hosted" };
    expect(await refusal(await attest([statementDigest], own), trust)).toContain('runner is "self-hosted"');
    const other = { ...hosted, sha: "f".repeat(40) };
    expect(await refusal(await attest([statementDigest], other), trust)).toContain("commit is");
    const { runner_environment: _runner, ...silent } = hosted;
    expect(await refusal(await attest([statementDigest], silent), trust)).toContain("runner is not said");
    const vsa = await attest([statementDigest], hosted, "https://slsa.dev/verification_summary/v1");
    expect(await refusal(vsa, trust)).toContain("verification_summary");
  });

  it("is nothing that another identity signed, that was changed, or that nobody asked for", async () => {
    const bundle = await attest([statementDigest]);
    const workflow = "https://github.com/acme/other/.github/workflows/release.yml";
    const other = await trusting({ subject: `${workflow}@refs/tags/v1.0.0` });
    expect(await refusal(bundle, other)).toContain("by somebody else");
    expect(await refusal(bundle, await trusting({ issuer: "https://accounts.example.com" }))).toMatch(
      /^verify\.unavailable /,
    );
    expect(await refusal(bundle, nobody)).toMatch(/^verify\.unavailable /);
    expect(await refusal(Buffer.from("{}"), await trusting())).toContain("no sigstore bundle");
    const text = Buffer.from(bundle).toString("utf8");
    const document = JSON.parse(text) as { dsseEnvelope: { payload: string } };
    const payload = Buffer.from(document.dsseEnvelope.payload, "base64").toString("utf8");
    const changed = payload.replaceAll(statementDigest, "6".repeat(64));
    document.dsseEnvelope.payload = Buffer.from(changed).toString("base64");
    expect(await refusal(Buffer.from(JSON.stringify(document)), await trusting())).not.toBe("accepted");
  });
});
