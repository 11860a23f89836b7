/** Images that cosign 2 and 3 signed, and we, verified where they lie; and what proves nothing of them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { writeReferrer, blobOf } from "../../src/format/oci/referrer.ts";
import { bundleType } from "../../src/format/sigstore/bundle.ts";
import { bundleOfAnnotations, annotationsOfBundle } from "../../src/format/sigstore/cosign-signature.ts";
import { readBundle } from "../../src/format/sigstore/bundle.ts";
import { simpleSigningType, writeSimpleSigning } from "../../src/format/sigstore/simple-signing.ts";
import { writeStatement, signPredicate } from "../../src/format/sigstore/statement.ts";
import { describeManifest } from "../../src/format/oci/manifest.ts";
import { writeRelease } from "../../src/format/release.ts";
import { type Digest, hexOf } from "../../src/model/artifact.ts";
import type { ManifestBytes } from "../../src/model/image.ts";
import type { FileSigner } from "../../src/model/signer.ts";
import { copyImage } from "../../src/store/copy-image.ts";
import { repositorySource, repositoryTarget } from "../../src/store/registry/repository-image.ts";
import { checkImageSignatures, proveImage, type SignedImage } from "../../src/verify/image-signatures.ts";
import type { TrustedKey } from "../../src/verify/signatures/kind.ts";
import { sigstore } from "../../src/verify/signatures/sigstore.ts";
import { nobody, openTrust } from "../../src/verify/trust.ts";
import { verifyImage, verifyImageOf } from "../../src/verify/remote-image.ts";
import { judge, needs } from "../judges.ts";
import { testImage } from "../store/images.ts";
import { repositoryOf } from "../store/registry/world.ts";
import { type CosignHome, cosignHome, cosignPassword } from "../worlds/cosign.ts";
import { type Registry, startRegistry } from "../worlds/registry.ts";
import { testKey, testReader, testSignature } from "../worlds/signed.ts";
import { fileOf, sigstoreSigner } from "../worlds/sigstore.ts";
import { generateKeyPairSync } from "node:crypto";

const image = await testImage();
const pem = { type: "pkcs8", format: "pem" } as const;
const newSigner = () =>
  sigstoreSigner(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export(pem).toString());
const trust = (signer: Pick<FileSigner, "publicKey">, name = "release"): Promise<TrustedKey> =>
  sigstore.readKey(signer.publicKey, name);

describe("an image in a registry", () => {
  let registry: Registry | undefined;
  let home: CosignHome;
  beforeAll(async () => {
    home = cosignHome();
    writeFileSync(home.path("empty.json"), '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}');
    if (judge("docker-registry") !== undefined) registry = await startRegistry("docker-registry");
  });
  afterAll(async () => {
    home.close();
    await registry?.stop();
  });

  const ways = [
    { name: "cosign-2", how: "tag", words: ["--tlog-upload=false"] },
    {
      name: "cosign",
      how: "referrer",
      words: ["--use-signing-config=false", "--tlog-upload=false", "--new-bundle-format"],
    },
  ] as const;
  for (const { name, how, words } of ways)
    needs("docker-registry", name)(
      `that ${name} signed is verified by ${how}, by its key and by no other`,
      async (tools) => {
        const path = `acme/${name}`;
        const target = repositoryTarget(repositoryOf(registry?.host ?? "", { path }));
        await copyImage({ from: image.source, to: target, root: image.index });
        home.makeKey(tools[name], name);
        const subject = `${registry?.host ?? ""}/${path}@${image.index.digest}`;
        const http = ["--allow-insecure-registry", "--allow-http-registry"];
        const signed = await home.ask(tools[name], "sign", "--key", `${name}.key`, ...words, ...http, subject);
        expect(signed).toEqual({ status: 0, text: expect.any(String) as string });
        const source = repositorySource(repositoryOf(registry?.host ?? "", { path }));
        const key = await sigstore.readKey(readFileSync(home.path(`${name}.pub`), "utf8"), "cosign");
        const proofs = await proveImage(source, image.index.digest, [key]);
        expect(proofs).toMatchObject([{ predicateType: undefined, proof: { outcome: "ok", by: { name: "cosign" } } }]);
        expect(proofs[0]?.where.startsWith("sha256-")).toBe(how === "tag");
        const [other] = await proveImage(source, image.index.digest, [await trust(await newSigner())]);
        expect(other?.proof.outcome).toBe("unknown-key");
        // What it says of the image is verified too, and is no signature of it.
        writeFileSync(home.path("sbom.json"), '{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT"}');
        const attesting = ["attest", "--key", `${name}.key`, "--type", "spdxjson", "--predicate", "sbom.json"];
        const attested = await home.ask(tools[name], ...attesting, ...words, ...http, subject);
        expect(attested).toEqual({ status: 0, text: expect.any(String) as string });
        const all = await proveImage(source, image.index.digest, [key]);
        expect(all.map(({ predicateType }) => predicateType ?? "").toSorted()).toEqual([
          "",
          "https://spdx.dev/Document",
        ]);
        expect(all.map(({ proof }) => proof.outcome)).toEqual(["ok", "ok"]);
        // It opens the key that cosign made, too.
        const secret = readFileSync(home.path(`${name}.key`), "utf8");
        expect((await sigstoreSigner(secret, cosignPassword)).fingerprint).toBe(key.fingerprint);
      },
    );
});

/** An image in memory, with what somebody put beside it. */
function imageWith(
  referrers: readonly ManifestBytes[],
  blobs: ReadonlyMap<Digest, Uint8Array>,
  tagged?: ManifestBytes,
): SignedImage {
  return {
    where: "memory",
    manifest: async (name) =>
      name.endsWith(".sig")
        ? tagged
        : name.endsWith(".att")
          ? undefined
          : [...referrers, image.index].find(({ digest }) => digest === name),
    async *blob({ digest }) {
      const bytes = blobs.get(digest);
      if (bytes !== undefined) yield bytes;
    },
    referrers: async () => referrers.map(describeManifest),
  };
}

const subject = describeManifest(image.index);
const { digest } = image.index;

async function referrer(signer: FileSigner, sha256: string, about = subject, predicateType = signPredicate) {
  const statement = writeStatement({ subjects: [{ sha256 }], predicateType, predicate: {} });
  const layer = blobOf(bundleType, await signer.signFile(fileOf("it", statement), { content: "statement" }, 0));
  return { manifest: writeReferrer({ subject: about, artifactType: bundleType, layers: [layer] }), layer };
}

async function tag(signer: FileSigner, of: Digest, change: (payload: Uint8Array) => Uint8Array = (same) => same) {
  const payload = writeSimpleSigning(of, "ghcr.io/acme/tool");
  const bundle = readBundle(await signer.signFile(fileOf("it", payload), { content: "message" }, 0), "it");
  const layer = blobOf(simpleSigningType, change(payload), annotationsOfBundle(bundle));
  return { manifest: writeReferrer({ subject: undefined, artifactType: undefined, layers: [layer] }), layer };
}

const other = image.platforms[0];

/** What is of the image itself. */
function orImage(name: string) {
  return async (found: ManifestBytes | undefined) => found ?? (await image.source.manifest(name));
}

describe("what lies beside an image", () => {
  it("is a proof only where it is about this image, and by a key that is trusted", async () => {
    const signer = await newSigner();
    const key = await trust(signer);
    const cases = {
      ours: [await referrer(signer, hexOf(digest)), "ok"],
      "of another image": [await referrer(signer, hexOf(other.digest)), "failed"],
      "that refers to another image": [await referrer(signer, hexOf(digest), describeManifest(other)), "failed"],
      "by another key": [await referrer(await newSigner(), hexOf(digest)), "unknown-key"],
    } as const;
    for (const [what, [{ manifest, layer }, outcome]] of Object.entries(cases)) {
      const proofs = await proveImage(
        imageWith([manifest], new Map([[layer.descriptor.digest, layer.bytes]])),
        digest,
        [key],
      );
      expect({ what, proofs: proofs.map(({ proof }) => proof.outcome) }).toEqual({ what, proofs: [outcome] });
    }
    const tags = {
      ours: [await tag(signer, digest), "ok"],
      "of another image": [await tag(signer, other.digest), "failed"],
      changed: [
        await tag(signer, digest, (payload) => Buffer.from(Buffer.from(payload).toString().replace("acme", "evil"))),
        "unknown-key",
      ],
      "by another key": [await tag(await newSigner(), digest), "unknown-key"],
    } as const;
    for (const [what, [{ manifest, layer }, outcome]] of Object.entries(tags)) {
      const proofs = await proveImage(
        imageWith([], new Map([[layer.descriptor.digest, layer.bytes]]), manifest),
        digest,
        [key],
      );
      expect({ what, proofs: proofs.map(({ proof }) => proof.outcome) }).toEqual({ what, proofs: [outcome] });
    }
  });

  it("an attestation is no signature, and what cannot be read is none either", async () => {
    const signer = await newSigner();
    const key = await trust(signer);
    const { manifest, layer } = await referrer(signer, hexOf(digest), subject, "https://spdx.dev/Document");
    const attested = imageWith([manifest], new Map([[layer.descriptor.digest, layer.bytes]]));
    const checks = await checkImageSignatures(attested, digest, [key]);
    expect(checks.map(({ outcome }) => outcome)).toEqual(["ok", "failed"]);
    expect(checks[0]?.detail).toBe("https://spdx.dev/Document about the image is signed by release");
    const broken = blobOf(bundleType, Buffer.from("{"));
    const beside = writeReferrer({ subject, artifactType: bundleType, layers: [broken] });
    const found = await proveImage(imageWith([beside], new Map([[broken.descriptor.digest, broken.bytes]])), digest, [
      key,
    ]);
    expect(found).toMatchObject([{ proof: { outcome: "failed" } }]);
    const good = await referrer(signer, hexOf(digest));
    const signed = imageWith([good.manifest], new Map([[good.layer.descriptor.digest, good.layer.bytes]]));
    expect(await checkImageSignatures(signed, digest, [key])).toMatchObject([
      { outcome: "ok", by: { name: "release", method: "sigstore" } },
      { outcome: "ok", detail: "it is signed" },
    ]);
  });

  it("who attests something of an image has not signed it, whoever else has", async () => {
    const [scanner, signer] = [await newSigner(), await newSigner()];
    const [scans, signs] = [await trust(scanner, "scanner"), await trust(signer, "signer")];
    const parts = [
      await referrer(scanner, hexOf(digest), subject, "https://cosign.sigstore.dev/attestation/vuln/v1"),
      await referrer(signer, hexOf(digest)),
    ];
    const blobs = new Map(parts.map(({ layer }) => [layer.descriptor.digest, layer.bytes]));
    const beside = imageWith(
      parts.map(({ manifest }) => manifest),
      blobs,
    );
    const source: SignedImage = {
      ...beside,
      manifest: (name) => (name === "it" ? image.source.manifest(digest) : beside.manifest(name).then(orImage(name))),
      blob: (blob) => (blobs.has(blob.digest) ? beside.blob(blob) : image.source.blob(blob)),
    };
    const asked = (by: readonly TrustedKey[]) =>
      verifyImage({ source, name: "it", subject: "it", trust: { ...nobody, given: by, keys: [scans, signs] } });
    expect(await asked([scans])).toMatchObject({ outcome: "invalid", signedBy: [{ name: "signer" }] });
    expect(await asked([signs])).toMatchObject({ outcome: "verified", signedBy: [{ name: "signer" }] });
  });

  it("what a trust file asks of images is asked of one of a Release where it lies", async () => {
    const [release, signer, stranger] = [testKey("release"), await newSigner(), await newSigner()];
    const folder = mkdtempSync(join(tmpdir(), "slipway-image-of-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const artifact = { name: "tool.oci.tar", type: "image", size: 1, digests: { sha256: "0".repeat(64) } } as const;
    const facts = { product: "tool", version: "1.0.0", tag: "v1.0.0", sequence: 1, channel: "stable", epoch: 0 };
    const text = writeRelease({
      ...facts,
      commit: "0123456789abcdef0123456789abcdef01234567",
      isSnapshot: false,
      isNightly: false,
      isPrerelease: false,
      artifacts: [{ ...artifact, attributes: { digest, names: [], platforms: [] } }],
    });
    writeFileSync(join(folder, "release.json"), text);
    writeFileSync(join(folder, "release.json.release"), testSignature(release, Buffer.from(text)));
    const file = {
      slipway: 1,
      product: "tool",
      keys: { release: { test: release.text }, images: { sigstore: signer.publicKey } },
      require: [
        { of: "release", by: ["release"] },
        { of: "images", by: ["images"] },
      ],
    };
    const opened = await openTrust({ name: "trust.json", text: JSON.stringify(file) }, [], [testReader, sigstore]);
    const verdictBy = async (by: FileSigner) => {
      const { manifest, layer } = await referrer(by, hexOf(digest));
      const beside = imageWith([manifest], new Map([[layer.descriptor.digest, layer.bytes]]));
      const source: SignedImage = {
        ...beside,
        manifest: (name) => (name === "it" ? image.source.manifest(digest) : beside.manifest(name).then(orImage(name))),
        blob: (blob) => (blob.digest === layer.descriptor.digest ? beside.blob(blob) : image.source.blob(blob)),
      };
      return verifyImageOf({ source, name: "it", subject: "it" }, folder, { trust: opened });
    };
    expect(await verdictBy(signer)).toMatchObject({ outcome: "verified", signedBy: [{ name: "release" }] });
    expect((await verdictBy(stranger)).outcome).toBe("invalid");
  });

  it("annotations without a signature, or with something else for a certificate, are refused", () => {
    const content = { kind: "message", sha256: new Uint8Array(32) } as const;
    expect(() => bundleOfAnnotations({}, content, "it")).toThrow("no signature");
    const annotations = { "dev.cosignproject.cosign/signature": "AA==", "dev.sigstore.cosign/certificate": "nonsense" };
    expect(() => bundleOfAnnotations(annotations, content, "it")).toThrow("not in PEM");
  });
});
