/** What is attached to images, judged by both cosigns in real registries: with the API of referrers, and without. */
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { attachToImages, type AttachSigner } from "../../src/make/attach.ts";
import { type Artifact, type Digest, hexOf } from "../../src/model/artifact.ts";
import type { ImageAttributes } from "../../src/model/image.ts";
import type { FileSigner } from "../../src/model/signer.ts";
import { askService } from "../../src/cli/key-requests.ts";
import { keylessSigner } from "../../src/sign/keyless.ts";
import { readToken } from "../../src/sign/keyless-token.ts";
import { copy } from "../../src/store/copy.ts";
import { repositorySource } from "../../src/store/registry/repository-image.ts";
import { proveImage } from "../../src/verify/image-signatures.ts";
import { sigstore } from "../../src/verify/signatures/sigstore.ts";
import { listReferrers } from "../../src/store/registry/referrers.ts";
import { stores } from "../../src/store/table.ts";
import { judge, needs } from "../judges.ts";
import { digestOf } from "../format/oci/images.ts";
import { contextOf } from "../store/context.ts";
import { testImage } from "../store/images.ts";
import { repositoryOf } from "../store/registry/world.ts";
import { type CosignHome, cosignHome, cosigns } from "../worlds/cosign.ts";
import { giteaObstacle, startGitea } from "../worlds/gitea.ts";
import { type Registry, startRegistry } from "../worlds/registry.ts";
import { keyContext, sigstoreSigner } from "../worlds/sigstore.ts";
import { type SigstoreServices, startSigstore, tokenFor } from "../worlds/sigstore-services.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-attach-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const image = await testImage();
const kept = new Map<Digest, Uint8Array>();
const pathOf = (digest: Digest): string => join(home, hexOf(digest));
const cache = {
  pathOf,
  async keepBytes(bytes: Uint8Array) {
    const digest = digestOf(bytes);
    kept.set(digest, bytes);
    writeFileSync(pathOf(digest), bytes);
    return { digest, size: bytes.length };
  },
  async *open({ digest }: Pick<Artifact, "digest">) {
    yield readFileSync(pathOf(digest));
  },
};

const documents = {
  "tool.spdx.json": { spdxVersion: "SPDX-2.3", name: "tool" },
  "tool.cdx.json": { bomFormat: "CycloneDX", specVersion: "1.6" },
  "provenance.json": {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: "tool_image.tar", digest: { sha256: "a".repeat(64) } }],
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: { buildDefinition: {}, runDetails: {} },
  },
};

async function documentsOf(): Promise<readonly { readonly artifact: Artifact }[]> {
  return Promise.all(
    Object.entries(documents).map(async ([name, json]) => {
      const held = await cache.keepBytes(Buffer.from(JSON.stringify(json)));
      return { artifact: { name, type: "sbom", listed: true, attributes: {}, refs: [], ...held } as const };
    }),
  );
}

function signerOf(signer: FileSigner): AttachSigner {
  return { sign: (file, options) => signer.signFile(file, options, 0) };
}

const pem = { type: "pkcs8", format: "pem" } as const;
const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export(pem).toString();
const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export(pem).toString();

async function imageNamed(name: string): Promise<Artifact> {
  const path = join(home, "image.tar");
  const artifact = await image.artifact(path, [{ name }]);
  await cache.keepBytes(readFileSync(path));
  return artifact;
}

async function push(
  host: string,
  artifacts: readonly Artifact[],
  user?: { readonly user: string; readonly token: string },
): Promise<readonly string[]> {
  const login = user && { username: user.user, password: { from: "env", name: "TOKEN" } };
  const options = { registry: host, path: "", insecure: false, ...login };
  const store = await stores.get("registry")?.open(options, contextOf(home, home, { "env:TOKEN": user?.token ?? "" }));
  if (store === undefined) throw new Error("no registries");
  try {
    const from = { open: (each: Artifact) => cache.open(each), localPath: ({ digest }: Artifact) => pathOf(digest) };
    return (await copy({ artifacts, from, to: store })).map(({ act, outcome }) => `${act} ${outcome}`);
  } finally {
    await store.close();
  }
}

function withTagsOnly(artifact: Artifact): Artifact {
  const { names } = artifact.attributes as ImageAttributes;
  return {
    ...artifact,
    attributes: { ...artifact.attributes, names: names.filter(({ name }) => !name.includes("@")) },
  };
}

describe.each(["docker-registry", "distribution", "referrers-registry"] as const)("in %s", (kind) => {
  let registry: Registry | undefined;
  let cosign: CosignHome;
  let name = "";
  let artifacts: readonly Artifact[] = [];
  beforeAll(async () => {
    cosign = cosignHome();
    if (judge(kind) === undefined) return;
    registry = await startRegistry(kind);
    name = `${registry.host}/acme/tool:1.0.0`;
    const signer = await sigstoreSigner(key);
    writeFileSync(cosign.path("key.pub"), signer.publicKey);
    writeFileSync(cosign.path("other.pub"), (await sigstoreSigner(other)).publicKey);
    writeFileSync(
      cosign.path("empty.json"),
      '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}',
    );
    const attachTo = async (pushed: Artifact) =>
      attachToImages({
        images: [pushed],
        documents: await documentsOf(),
        signers: [signerOf(signer)],
        cache,
        epoch: 0,
      });
    const pushed = await imageNamed(name);
    const attached = await attachTo(pushed);
    expect(attached.map(({ subject }) => subject)).toEqual(["tool_image.tar", "tool_image.tar"]);
    expect(await attachTo(pushed)).toEqual(attached);
    artifacts = [...attached.map(({ artifact }) => artifact), pushed];
    expect(artifacts.map((each) => each.name)).toEqual(["tool_image.sig.tar", "tool_image.att.tar", "tool_image.tar"]);
    await push(registry.host, artifacts);
    // cosign 2.6 prefers referrers where there are any, so what its elders read has a repository of its own.
    const old = await imageNamed(`${registry.host}/acme/old:1.0.0`);
    const tags = (await attachTo(old)).map(({ artifact }) => withTagsOnly(artifact));
    await push(registry.host, [old, ...tags]);
  });
  afterAll(async () => {
    cosign.close();
    await registry?.stop();
  });

  for (const each of cosigns)
    for (const how of each === "cosign" ? (["referrer"] as const) : (["tag", "referrer"] as const)) {
      const repository = (): string => `${registry?.host ?? ""}/acme/${how === "tag" ? "old" : "tool"}`;
      const words = ["--insecure-ignore-tlog", "--allow-insecure-registry", "--allow-http-registry"];
      const form =
        how === "referrer" && each === "cosign-2" ? ["--new-bundle-format", "--trusted-root=empty.json"] : [];

      needs(kind, each)(
        `${each} verifies the image by ${how}, each platform of it, and by no other key`,
        async (tools) => {
          for (const digest of [image.index, ...image.platforms].map((manifest) => manifest.digest)) {
            const subject = `${repository()}@${digest}`;
            const good = await cosign.ask(tools[each], "verify", "--key", "key.pub", ...words, ...form, subject);
            expect(good).toEqual({ status: 0, text: expect.stringContaining(digest) as string });
          }
          expect(
            (await cosign.ask(tools[each], "verify", "--key", "other.pub", ...words, ...form, `${repository()}:1.0.0`))
              .status,
          ).not.toBe(0);
        },
      );

      needs(kind, each)(`${each} verifies SBOMs and provenance by ${how}`, async (tools) => {
        for (const type of ["spdxjson", "cyclonedx", "slsaprovenance1"]) {
          const ask = (by: string) =>
            cosign.ask(
              tools[each],
              "verify-attestation",
              "--key",
              by,
              "--type",
              type,
              ...words,
              ...form,
              `${repository()}:1.0.0`,
            );
          expect(await ask("key.pub")).toEqual({ status: 0, text: expect.any(String) as string });
          expect((await ask("other.pub")).status).not.toBe(0);
        }
      });
    }

  needs(kind)("pushing it again changes nothing, and each referrer is listed once", async () => {
    const outcomes = new Set(await push(registry?.host ?? "", artifacts));
    expect([...outcomes].toSorted()).toEqual(["point already", "put already"]);
    const listed = await listReferrers(repositoryOf(registry?.host ?? ""), image.index.digest);
    expect(listed).toHaveLength(4);
    expect(new Set(listed.map(({ digest }) => digest)).size).toBe(4);
  });
});

needs("gitea", "cosign")("a forge's registry takes them, and cosign verifies by referrer", async (tools, context) => {
  const obstacle = giteaObstacle();
  if (obstacle !== undefined) context.skip(obstacle);
  const [gitea, own] = [await startGitea(), cosignHome()];
  try {
    const { host, user, token } = gitea;
    const auths = { [host]: { auth: Buffer.from(`${user}:${token}`).toString("base64") } };
    mkdirSync(own.path(".docker"));
    writeFileSync(own.path(".docker/config.json"), JSON.stringify({ auths }));
    const signer = await sigstoreSigner(key);
    writeFileSync(own.path("key.pub"), signer.publicKey);
    const name = `${host}/${user}/tool:1.0.0`;
    const pushed = await imageNamed(name);
    const request = { images: [pushed], documents: await documentsOf(), signers: [signerOf(signer)], cache, epoch: 0 };
    const attached = (await attachToImages(request)).map(({ artifact }) => artifact);
    await push(host, [...attached, pushed], gitea);
    expect(new Set(await push(host, [...attached, pushed], gitea))).toEqual(new Set(["put already", "point already"]));
    const words = [
      "--key",
      "key.pub",
      "--insecure-ignore-tlog",
      "--allow-insecure-registry",
      "--allow-http-registry",
      name,
    ];
    for (const ask of [["verify"], ["verify-attestation", "--type", "cyclonedx"]])
      expect(await own.ask(tools.cosign, ...ask, ...words)).toEqual({ status: 0, text: expect.any(String) as string });
  } finally {
    own.close();
    await gitea.stop();
  }
});

describe("without a key of its own", () => {
  const [issuer, subject] = [
    "https://token.actions.githubusercontent.com",
    "repo:acme/tool:ref:refs/tags/v1.0.0",
  ] as const;
  const identity = ["--certificate-identity", subject, "--certificate-oidc-issuer", issuer];
  const kind = "docker-registry";
  let services: SigstoreServices;
  let registry: Registry | undefined;
  let cosign: CosignHome;
  beforeAll(async () => {
    [services, cosign] = [await startSigstore(), cosignHome()];
    writeFileSync(cosign.path("root.json"), JSON.stringify(services.root));
    // cosign 2 reads trusted roots for bundles only; for tags it has these.
    const pems = {
      SIGSTORE_ROOT_FILE: "ca",
      SIGSTORE_REKOR_PUBLIC_KEY: "log",
      SIGSTORE_CT_LOG_PUBLIC_KEY_FILE: "ct",
    } as const;
    for (const [name, which] of Object.entries(pems)) {
      writeFileSync(cosign.path(`${which}.pem`), services.pem[which]);
      cosign.env[name] = cosign.path(`${which}.pem`);
    }
    if (judge(kind) === undefined) return;
    registry = await startRegistry(kind);
    const url = new URL(services.url);
    const own = keyContext({}, { request: (request) => askService(request, {}, new AbortController().signal) });
    const token = readToken(tokenFor({ sub: subject, ref: undefined }), own);
    const signer = await keylessSigner(
      { fulcio: url, rekor: { url, version: 1 }, tsa: undefined },
      async () => token,
      own,
    );
    for (const path of ["tool", "old"]) {
      const pushed = await imageNamed(`${registry.host}/acme/${path}:1.0.0`);
      const request = {
        images: [pushed],
        documents: await documentsOf(),
        signers: [signerOf(signer)],
        cache,
        epoch: 0,
      };
      const attached = (await attachToImages(request)).map(({ artifact }) => artifact);
      await push(registry.host, [pushed, ...(path === "old" ? attached.map(withTagsOnly) : attached)]);
    }
  });
  afterAll(async () => {
    cosign.close();
    await services.stop();
    await registry?.stop();
  });

  for (const [each, path, form] of [
    ["cosign-2", "old", ["--new-bundle-format=false"]],
    ["cosign-2", "tool", ["--new-bundle-format", "--trusted-root=root.json"]],
    ["cosign", "tool", ["--trusted-root=root.json"]],
  ] as const)
    needs(kind, each)(
      `${each} verifies ${path === "old" ? "by tag" : "by referrer"} who signed it, and nobody else`,
      async (tools) => {
        const name = `${registry?.host ?? ""}/acme/${path}:1.0.0`;
        const words = ["--allow-insecure-registry", "--allow-http-registry", ...form];
        for (const ask of [["verify"], ["verify-attestation", "--type", "spdxjson"]]) {
          const good = await cosign.ask(tools[each], ...ask, ...identity, ...words, name);
          expect(good).toEqual({ status: 0, text: expect.any(String) as string });
          const others = identity.map((word) => (word === subject ? `${subject}.1` : word));
          expect((await cosign.ask(tools[each], ...ask, ...others, ...words, name)).status).not.toBe(0);
        }
        const key = await sigstore.readIdentity?.({ issuer, subject, trustedRoot: services.root }, "ci");
        const source = repositorySource(repositoryOf(registry?.host ?? "", { path: `acme/${path}` }));
        const proofs = await proveImage(source, image.index.digest, key === undefined ? [] : [key]);
        expect(new Set(proofs.map(({ proof }) => proof.outcome))).toEqual(new Set(["ok"]));
      },
    );
});

it("without a key, documents are attached as they are", async () => {
  const request = { images: [await imageNamed("localhost:5000/acme/tool:1")], documents: await documentsOf() };
  const [attached, ...others] = await attachToImages({ ...request, signers: [], cache, epoch: 0 });
  expect(others).toEqual([]);
  expect(attached?.artifact.name).toBe("tool_image.att.tar");
  const text = Buffer.from(kept.get(attached?.artifact.digest ?? "sha256:") ?? []).toString("latin1");
  for (const type of ["application/spdx+json", "application/vnd.cyclonedx+json", "application/vnd.in-toto+json"])
    expect(text).toContain(`"artifactType":"${type}"`);
});
