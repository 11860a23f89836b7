/** Large things are signed as they flow by: a gigabyte takes no more memory than a kilobyte. */
import { generateKeyPairSync } from "node:crypto";
import { expect } from "vitest";

import { needs } from "../judges.ts";
import { gpgWorld, keyProject, makeKey, signTime } from "../worlds/keys.ts";

needs("gpg")("a gigabyte is signed within 150 MB, by OpenPGP and by RSA", async ({ gpg: program }) => {
  const gpg = gpgWorld(program);
  const project = keyProject();
  try {
    makeKey(gpg, "release", "rsa3072");
    project.write("key.asc", gpg.run(["--armor", "--export-secret-keys", "release"]));
    const pem = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" });
    const pgp = await project.openpgp("{ openpgp: file:key.asc }");
    const rsa = await project.rsa("{ rsa: env:KEY }", { env: { KEY: String(pem) } });
    const options = { time: signTime, armor: false };
    await pgp.detached(lent(1024), options); // loads what is loaded once
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = (): void => void (peak = Math.max(peak, process.memoryUsage().rss));
    await pgp.detached(lent(1024 ** 3, watch), options);
    await rsa.signature(lent(1024 ** 3, watch), "sha256");
    expect((peak - before) / 1e6).toBeLessThan(150);
    // The same bytes in other chunks, all in one buffer that is used again: the same signature.
    expect(await pgp.detached(Buffer.alloc(3_000_000, "slipway!"), options)).toEqual(
      await pgp.detached(lent(3_000_000), options),
    );
  } finally {
    gpg.close();
    project.close();
  }
});

/** `size` bytes in one buffer that is written over each time, as makers lend them. */
async function* lent(size: number, watch?: () => void): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(1 << 20);
  for (let at = 0; at < size; at += buffer.length) {
    buffer.fill("slipway!");
    yield buffer.subarray(0, Math.min(buffer.length, size - at));
    buffer.fill(0);
    watch?.();
  }
}
