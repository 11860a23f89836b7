/** Keyless signing by services of the test's own: cosign 2 and 3 and we verify it, and nobody what is not right in it. */
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { sigstoreClient } from "../../src/cli/commands/conformance/sigstore.ts";
import { askService } from "../../src/cli/key-requests.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { FileSigner } from "../../src/model/signer.ts";
import { keyless, keylessSigner } from "../../src/sign/keyless.ts";
import { readToken } from "../../src/sign/keyless-token.ts";
import { sigstore } from "../../src/verify/signatures/sigstore.ts";
import { needs } from "../judges.ts";
import { type CosignHome, cosignHome, cosigns } from "../worlds/cosign.ts";
import { fileOf, keyContext } from "../worlds/sigstore.ts";
import { type SigstoreServices, startSigstore, tokenFor } from "../worlds/sigstore-services.ts";

const issuer = "https://token.actions.githubusercontent.com";
const workflow = "https://github.com/acme/tool/.github/workflows/release.yml";
const subject = `${workflow}@refs/tags/v1.0.0`;
const tool = fileOf("tool", Buffer.from("the tool\n"));
const other = fileOf("other", Buffer.from("another tool\n"));
const sbom = (about = tool) => fileOf("tool.spdx.json", Buffer.from('{"spdxVersion":"SPDX-2.3"}'), [about]);

let services: SigstoreServices;
let home: CosignHome;
beforeAll(async () => {
  services = await startSigstore();
  home = cosignHome();
  writeFileSync(home.path("root.json"), JSON.stringify(services.root));
  for (const { name, open } of [tool, other]) for await (const bytes of open()) writeFileSync(home.path(name), bytes);
});
beforeEach(() => {
  services.log.length = 0;
  services.tamper = undefined;
});
afterAll(async () => {
  home.close();
  await services.stop();
});

const context = (variables: Record<string, string> = {}) =>
  keyContext(variables, { request: (request) => askService(request, {}, new AbortController().signal) });

function signerFor(
  token: string,
  { version = 1, stamped = version === 2 }: { readonly version?: 1 | 2; readonly stamped?: boolean } = {},
): Promise<FileSigner> {
  const url = new URL(services.url);
  const tsa = stamped ? new URL(`${services.url}/api/v1/timestamp`) : undefined;
  const own = context();
  return keylessSigner({ fulcio: url, rekor: { url, version }, tsa }, async () => readToken(token, own), own);
}

async function proof(bundle: Uint8Array, file = tool, who: JsonObject = { subject }, root = services.root) {
  const key = await sigstore.readIdentity?.({ issuer, trustedRoot: root, ...who }, "ci");
  if (key === undefined) throw new Error("no identities");
  return sigstore.check(bundle, file, [key]);
}

describe.each(cosigns)("%s", (name) => {
  const extra = name === "cosign-2" ? ["--new-bundle-format"] : [];
  const identity = [
    "--certificate-identity",
    subject,
    "--certificate-oidc-issuer",
    issuer,
    "--trusted-root",
    "root.json",
  ];

  for (const [form, options] of Object.entries({
    "Rekor's own time": { version: 1 as const },
    "a time stamp besides": { version: 1 as const, stamped: true },
  }))
    needs(name)(`verifies a file, with ${form}, and neither another file nor another identity`, async (tools) => {
      const bundle = await (await signerFor(tokenFor(), options)).signFile(tool, { content: "message" }, 0);
      writeFileSync(home.path("tool.sigstore.json"), bundle);
      const words = ["verify-blob", "--bundle", "tool.sigstore.json", ...extra, ...identity];
      expect(await home.ask(tools[name], ...words, "tool")).toEqual({ status: 0, text: expect.any(String) as string });
      expect((await home.ask(tools[name], ...words, "other")).status).not.toBe(0);
      const elsewhere = words.map((word) => (word === subject ? `${subject}.1` : word));
      expect((await home.ask(tools[name], ...elsewhere, "tool")).status).not.toBe(0);
      expect(await proof(bundle)).toEqual(expect.objectContaining({ outcome: "ok" }));
    });

  needs(name)("verifies what an SBOM says of a file", async (tools) => {
    const bundle = await (await signerFor(tokenFor())).signFile(sbom(), { content: "statement" }, 0);
    writeFileSync(home.path("sbom.sigstore.json"), bundle);
    const words = [
      "verify-blob-attestation",
      "--bundle",
      "sbom.sigstore.json",
      "--type",
      "spdxjson",
      ...extra,
      ...identity,
    ];
    expect(await home.ask(tools[name], ...words, "tool")).toEqual({ status: 0, text: expect.any(String) as string });
    expect((await home.ask(tools[name], ...words, "other")).status).not.toBe(0);
    expect(await proof(bundle, sbom())).toEqual(expect.objectContaining({ outcome: "ok" }));
  });
});

describe("our verifier", () => {
  it("believes Rekor's version 2, with a time stamp", async () => {
    const signer = await signerFor(tokenFor(), { version: 2 });
    expect(await proof(await signer.signFile(tool, { content: "message" }, 0))).toEqual(
      expect.objectContaining({ outcome: "ok" }),
    );
    expect(await proof(await signer.signFile(sbom(), { content: "statement" }, 0), sbom())).toMatchObject({
      outcome: "ok",
    });
    expect(services.log).toContain("POST /api/v2/log/entries");
    // One certificate for both.
    expect(services.log.filter((line) => line.endsWith("signingCert"))).toHaveLength(1);
  });

  it("believes exact identities only", async () => {
    const bundle = await (await signerFor(tokenFor())).signFile(tool, { content: "message" }, 0);
    const outcome = async (who: JsonObject) => (await proof(bundle, tool, who)).outcome;
    const good = [
      { subject },
      { workflow },
      { workflow, ref: "refs/tags/v1.0.0" },
      { workflow, ref: "refs/tags/v1.0.0", repositoryId: "1001", ownerId: "77" },
    ];
    const bad = [
      { subject: workflow },
      { subject: `${subject}.1` },
      { subject: subject.slice(0, -1) },
      { subject: ".*" },
      { workflow: workflow.slice(0, -1) },
      { workflow: subject },
      { workflow: workflow.toUpperCase() },
      { workflow, ref: "refs/tags/v1.0.0.1" },
      { workflow, ref: "refs/heads/v1.0.0" },
      { workflow, repositoryId: "100" },
      { workflow, repositoryId: "10011" },
      { workflow, ownerId: "7" },
      { subject, issuer: "https://token.actions.githubusercontent.com.example.com" },
      { subject, issuer: "https://token.actions.githubusercontent.co" },
    ];
    for (const who of good) expect({ who, outcome: await outcome(who) }).toEqual({ who, outcome: "ok" });
    for (const who of bad) expect({ who, outcome: await outcome(who) }).toEqual({ who, outcome: "unknown-key" });
  });

  it("refuses what does not belong together: entries of others, none, one twice, another file's signature", async () => {
    const parse = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()) as Parsed;
    const mine = parse(await (await signerFor(tokenFor())).signFile(tool, { content: "message" }, 0));
    const theirs = parse(await (await signerFor(tokenFor())).signFile(tool, { content: "message" }, 0));
    const elsewhere = parse(await (await signerFor(tokenFor())).signFile(other, { content: "message" }, 0));
    const changed = (change: (bundle: Parsed) => void): Uint8Array => {
      const copy = structuredClone(mine);
      change(copy);
      return Buffer.from(JSON.stringify(copy));
    };
    const [own] = mine.verificationMaterial.tlogEntries;
    if (own === undefined) throw new Error("no entry");
    const forged = {
      "another signer's entry": changed(
        (b) => void (b.verificationMaterial.tlogEntries = theirs.verificationMaterial.tlogEntries),
      ),
      "another file's entry": changed(
        (b) => void (b.verificationMaterial.tlogEntries = elsewhere.verificationMaterial.tlogEntries),
      ),
      "another's certificate": changed(
        (b) => void (b.verificationMaterial.certificate = theirs.verificationMaterial.certificate),
      ),
      "no entry": changed((b) => void (b.verificationMaterial.tlogEntries = [])),
      "one entry twice": changed((b) => void b.verificationMaterial.tlogEntries.push(own)),
      "another file's signature": changed((b) => void (b.messageSignature = elsewhere.messageSignature)),
      "a promise of another time": changed(
        (b) => void (b.verificationMaterial.tlogEntries = [{ ...own, integratedTime: "1" }]),
      ),
      "an unknown version": changed((b) => void (b.mediaType = "application/vnd.dev.sigstore.bundle.v0.9+json")),
    };
    expect((await proof(Buffer.from(JSON.stringify(mine)))).outcome).toBe("ok");
    for (const [what, bundle] of Object.entries(forged))
      expect({ what, is: (await proof(bundle)).outcome }).toEqual({
        what,
        is: what === "a promise of another time" ? "unknown-key" : "failed",
      });
    expect((await proof(Buffer.from(JSON.stringify(mine)), other)).outcome).toBe("failed");
  });

  it("does not believe other authorities, nor certificates of another time", async () => {
    const past = await startSigstore(new Date(Date.now() - 86_400_000));
    try {
      const bundle = await (await signerFor(tokenFor())).signFile(tool, { content: "message" }, 0);
      expect((await proof(bundle, tool, { subject }, past.root)).outcome).toBe("unknown-key");
      // Certified yesterday, noted today.
      const [fulcio, rekor] = [new URL(past.url), { url: new URL(services.url), version: 1 }] as const;
      const own = context();
      const late = await keylessSigner({ fulcio, rekor, tsa: undefined }, async () => readToken(tokenFor(), own), own);
      const expired = await late.signFile(tool, { content: "message" }, 0);
      const mixed = {
        ...services.root,
        certificateAuthorities: past.root["certificateAuthorities"] ?? [],
        ctlogs: past.root["ctlogs"] ?? [],
      };
      expect((await proof(expired, tool, { subject }, mixed)).outcome).toBe("unknown-key");
    } finally {
      await past.stop();
    }
  });
});

interface Parsed {
  mediaType: string;
  messageSignature: unknown;
  readonly verificationMaterial: { tlogEntries: JsonObject[]; certificate: unknown };
}

it("the client of sigstore-conformance signs, and verifies what it signed", async () => {
  writeFileSync(
    home.path("services.json"),
    JSON.stringify({
      mediaType: "application/vnd.dev.sigstore.signingconfig.v0.2+json",
      caUrls: [{ url: services.url, majorApiVersion: 1 }],
      rekorTlogUrls: [{ url: services.url, majorApiVersion: 2 }],
      tsaUrls: [{ url: `${services.url}/api/v1/timestamp`, majorApiVersion: 1 }],
    }),
  );
  const statement = { _type: "https://in-toto.io/Statement/v1", predicateType: "x", predicate: {} };
  const subjects = [{ name: "tool", digest: { sha256: tool.digest.slice("sha256:".length) } }];
  writeFileSync(home.path("statement.json"), JSON.stringify({ ...statement, subject: subjects }));
  const root = ["--trusted-root", home.path("root.json")];
  for (const [file, inToto] of [
    ["tool", []],
    ["statement.json", ["--in-toto"]],
  ] as const) {
    const bundle = ["--bundle", home.path(`${file}.bundle`)];
    const signing = ["--signing-config", home.path("services.json"), home.path(file)];
    expect(
      await sigstoreClient(["sign-bundle", ...inToto, "--identity-token", tokenFor(), ...bundle, ...root, ...signing]),
    ).toBe(0);
    const who = ["--certificate-identity", subject, "--certificate-oidc-issuer", issuer];
    expect(await sigstoreClient(["verify-bundle", ...bundle, ...who, ...root, home.path("tool")])).toBe(0);
    expect(await sigstoreClient(["verify-bundle", ...bundle, ...who, ...root, tool.digest])).toBe(0);
    expect(await sigstoreClient(["verify-bundle", ...bundle, ...who, ...root, home.path("other")])).toBe(1);
  }
});

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

describe("a token", () => {
  const opened = (variables: Record<string, string>) => keyless.open({}, context(variables));

  it("comes from SIGSTORE_ID_TOKEN, or from GitHub for a job that may ask", async () => {
    const given = await opened({ SIGSTORE_ID_TOKEN: tokenFor() });
    expect(given).toMatchObject({ method: "sigstore", publicKey: "", algorithm: "ecdsa-p256" });
    expect((await opened({ SIGSTORE_ID_TOKEN: tokenFor() })).fingerprint).toBe(given.fingerprint);
    expect((await opened({ SIGSTORE_ID_TOKEN: tokenFor({ sub: "me" }) })).fingerprint).not.toBe(given.fingerprint);
    const url = `${services.url}/token?api=1`;
    const github = { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "secret" };
    expect((await opened(github)).method).toBe("sigstore");
    expect(services.log).toEqual(["GET /token"]);
  });

  it("that is not there is a key that is missing; one that is not good is none, and never told", async () => {
    await expect(opened({})).rejects.toMatchObject({ code: "key.missing" });
    for (const [token, why] of [
      ["hush.hush.hush", "no identity token"],
      [tokenFor({ aud: "others" }), "for somebody else"],
      [tokenFor({ exp: 1 }), "expired"],
    ] as const) {
      const thrown = await opened({ SIGSTORE_ID_TOKEN: token }).catch((reason: unknown) => reason);
      expect(thrown).toMatchObject({ code: "key.invalid", message: expect.stringContaining(why) as string });
      expect(JSON.stringify(thrown) + String(thrown)).not.toContain(token);
    }
  });

  it("is not told by a service that quotes it, and goes to no other host", async () => {
    const token = tokenFor();
    services.tamper = (path) =>
      path.endsWith("signingCert") ? Buffer.from(JSON.stringify({ message: `no: ${token}` })) : undefined;
    const signer = await signerFor(token);
    const thrown = await signer.signFile(tool, { content: "message" }, 0).catch((reason: unknown) => reason);
    expect(thrown).toMatchObject({ code: "store.failed" });
    expect(String(thrown)).not.toContain(token);
  });

  it("follows no redirect to another host", async () => {
    const asked: string[] = [];
    const elsewhere = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end("{}");
    });
    const here = createServer((_, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${portOf(elsewhere)}/` }).end();
    });
    for (const server of [elsewhere, here])
      await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    try {
      const fulcio = new URL(`http://127.0.0.1:${portOf(here)}`);
      const own = context();
      const find = async () => readToken(tokenFor(), own);
      const signer = await keylessSigner({ fulcio, rekor: { url: fulcio, version: 1 }, tsa: undefined }, find, own);
      const signing = signer.signFile(tool, { content: "message" }, 0);
      await expect(signing).rejects.toMatchObject({
        code: "store.failed",
        message: expect.stringContaining("307") as string,
      });
      expect(asked).toEqual([]);
    } finally {
      for (const server of [elsewhere, here]) server.close();
    }
  });

  it("is good for nothing where the log notes another signature", async () => {
    const signer = await signerFor(tokenFor());
    const theirs = await signer.signFile(other, { content: "message" }, 0);
    expect(theirs.length).toBeGreaterThan(0);
    const answers: Buffer[] = [];
    services.tamper = (path, answer) => {
      if (!path.endsWith("entries")) return undefined;
      answers.push(answer);
      return answers[0];
    };
    await signer.signFile(other, { content: "message" }, 0);
    await expect(signer.signFile(tool, { content: "message" }, 0)).rejects.toMatchObject({ code: "format.invalid" });
  });
});
