/** A bucket of MinIO that keeps every version and locks it: a release goes there, once, and is marked as taken back there. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";

import { httpClient } from "../../src/store/http.ts";
import { s3 } from "../../src/store/s3.ts";
import { openBucket, textBody } from "../../src/store/s3/client.ts";
import { base64Of } from "../../src/store/s3/parts.ts";
import { digestOfHex } from "../../src/model/artifact.ts";
import { needs } from "../judges.ts";
import { objectUser, startObjectServer } from "../worlds/object-server.ts";
import { contextFor, decidedFor, fileOf, openS3, unread } from "./s3/opened.ts";

needs("minio")("a locked bucket takes a release, and keeps it", async () => {
  const home = mkdtempSync(join(tmpdir(), "slipway-locked-test-"));
  const server = await startObjectServer("minio", []);
  const http = httpClient({ env: {} });
  try {
    const bucket = openBucket({
      http,
      bucket: "locked",
      endpoint: new URL(server.url),
      pathStyle: true,
      region: "us-east-1",
      credentials: async () => objectUser,
      looked: "",
      now: Date.now,
    });
    await bucket.must("make a bucket", {
      method: "PUT",
      key: "",
      headers: { "x-amz-bucket-object-lock-enabled": "true" },
    });
    const rule = textBody(
      "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>",
    );
    const checksum = { "x-amz-checksum-sha256": base64Of(digestOfHex(rule.sha256)) };
    await bucket.must("lock it", {
      method: "PUT",
      key: "",
      query: { "object-lock": "" },
      headers: checksum,
      body: rule,
    });

    const options = decidedFor(server.url, { bucket: "locked" });
    const probed = await s3.probe?.(options, contextFor(home), []);
    expect(probed?.at(-1)).toMatchObject({ outcome: "ok", detail: "keeps versions, and locks objects" });
    const files = [fileOf(home, "small.zip", 100), fileOf(home, "large.zip", 11 * 1024 * 1024)];
    const release = fileOf(home, "release.json", 50);
    for (const attempt of ["done", "already"]) {
      const store = await openS3(options, contextFor(home));
      for (const { artifact, path } of [...files, release])
        expect((await store.put(artifact, unread(), path)).outcome).toBe(attempt);
      for (const { artifact } of [...files, release])
        expect((await store.point(artifact)).map(({ outcome }) => outcome)).toEqual([attempt]);
      await store.show?.();
      await store.close();
    }
    const store = await openS3(options, contextFor(home));
    expect(await store.withdraw?.({ why: "broken", release: release.artifact.digest })).toMatchObject([
      { outcome: "done" },
    ]);
    expect(await store.state?.()).toMatchObject({ visibility: "withdrawn", why: "broken" });
  } finally {
    http.close();
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  }
});
