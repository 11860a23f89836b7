/** `slipway verify IMAGE`: what cosign signed is verified by its key, and an image is compared with the Release it is of. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { Options } from "../../src/cli/options.ts";
import { verifyTarget } from "../../src/cli/verifying/verification.ts";
import { writeRelease } from "../../src/format/release.ts";
import { writeTrustFile } from "../../src/format/trust-file.ts";
import { hexOf } from "../../src/model/artifact.ts";
import { mirrorImage } from "../../src/store/mirror-image.ts";
import type { Verdict } from "../../src/verify/verdict.ts";
import { needs } from "../judges.ts";
import { type FakeRegistry, startFakeRegistry } from "../servers/registry.ts";
import { testImage } from "../store/images.ts";
import { type CosignHome, cosignHome } from "../worlds/cosign.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-verify-image-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const signal = new AbortController().signal;
const image = await testImage();
const archive = join(home, "tool_image.tar");
const artifact = await image.artifact(archive, [{ name: "registry.example/tool:1.0.0" }]);

let registry: FakeRegistry;
let cosign: CosignHome;
beforeAll(async () => {
  cosign = cosignHome();
  registry = await startFakeRegistry();
});
afterAll(async () => {
  cosign.close();
  await registry.stop();
});

async function verify(target: string, options: Options = {}): Promise<Verdict> {
  return (await verifyTarget(target, options, { env: {}, signal })).verdict;
}
async function pushed(name: string): Promise<string> {
  const to = `${registry.host}/${name}`;
  await mirrorImage({
    from: `oci-archive:${archive}`,
    to: `${to}:1.0.0`,
    root: home,
    env: {},
    signal,
    referrers: false,
    insecure: false,
  });
  return to;
}

/** A folder with a release.json that lists one image of this digest. */
function releaseOf(digest: string): string {
  const folder = mkdtempSync(join(home, "r-"));
  const text = writeRelease({
    product: "tool",
    version: "1.0.0",
    tag: "v1.0.0",
    sequence: 1,
    channel: "stable",
    commit: "c",
    epoch: 1_769_774_400,
    isSnapshot: false,
    isNightly: false,
    isPrerelease: false,
    artifacts: [
      {
        name: artifact.name,
        type: "image",
        size: artifact.size,
        digests: { sha256: hexOf(artifact.digest) },
        attributes: { format: "oci", digest },
      },
    ],
  });
  writeFileSync(join(folder, "release.json"), text);
  return folder;
}

test("every byte of an image is read, in an archive and in a registry; its Release says which it is", async () => {
  const reference = await pushed("plain");
  for (const target of [`oci-archive:${archive}`, `${reference}:1.0.0`, `${reference}@${image.index.digest}`]) {
    expect(await verify(target)).toMatchObject({ outcome: "verified", files: 3 + image.blobs.size, signedBy: [] });
    const right = await verify(target, { release: releaseOf(image.index.digest) });
    expect(right).toMatchObject({ outcome: "verified", release: { version: "1.0.0" } });
    expect(right.checks.at(-1)?.detail).toContain("tool_image.tar of tool 1.0.0");
    expect((await verify(target, { release: releaseOf(image.shared) })).outcome).toBe("invalid");
  }
  expect((await verify(`${reference}:9.9.9`)).outcome).toBe("unavailable");
});

needs("cosign-2")(
  "what cosign signed is verified by its key, and by no other; unsigned images are invalid",
  async (tools) => {
    const program = tools["cosign-2"];
    cosign.makeKey(program);
    const other = cosignHome();
    other.makeKey(program);
    const pubkey = [cosign.path("cosign.pub")];
    try {
      const [signed, unsigned] = [await pushed("signed"), await pushed("unsigned")];
      const words = ["sign", "--key", "cosign.key", "--tlog-upload=false", "--yes", `${signed}@${image.index.digest}`];
      expect(await cosign.ask(program, ...words)).toMatchObject({ status: 0 });
      expect(await verify(`${signed}:1.0.0`, { pubkey })).toMatchObject({
        outcome: "verified",
        signedBy: [{ method: "sigstore" }],
      });
      expect((await verify(`${signed}:1.0.0`, { pubkey: [other.path("cosign.pub")] })).outcome).toBe("invalid");
      expect((await verify(`${unsigned}:1.0.0`, { pubkey })).outcome).toBe("invalid");
      const trust = join(home, "trust.json");
      const pem = await cosign.ask("cat", "cosign.pub");
      const require = [{ of: "release", by: ["ci"], threshold: 1 }];
      writeFileSync(
        trust,
        writeTrustFile({
          product: "tool",
          keys: { ci: { sigstore: pem.text } },
          identities: {},
          require,
          contains: [],
        }),
      );
      expect((await verify(`${signed}:1.0.0`, { trust })).outcome).toBe("verified");
      expect((await verify(`${unsigned}:1.0.0`, { trust })).outcome).toBe("invalid");
      // A Release that nobody signed lists nothing.
      expect((await verify(`${signed}:1.0.0`, { pubkey, release: releaseOf(image.index.digest) })).outcome).toBe(
        "invalid",
      );
      expect((await verify(`${signed}:1.0.0`, { trust, release: releaseOf(image.index.digest) })).outcome).toBe(
        "invalid",
      );
    } finally {
      other.close();
    }
  },
);
