/** Uploads to a real server of files, rclone's WebDAV, which asks for a password: sent, found again, replaced, taken back. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";

import { http } from "../../src/store/http-upload.ts";
import { needs } from "../judges.ts";
import { planText } from "../worlds/planning.ts";
import { startServer } from "../worlds/server.ts";
import { contextOf } from "./context.ts";
import { fileOf, unread } from "./s3/opened.ts";

needs("rclone")("a WebDAV server has what was sent to it, by name, and lets it go again", async ({ rclone }) => {
  const home = mkdtempSync(join(tmpdir(), "slipway-webdav-test-"));
  const kept = join(home, "kept");
  mkdirSync(join(kept, "tools"), { recursive: true });
  const login = ["--user", "ada", "--pass", "open up"];
  const words = ["serve", "webdav", kept, "--addr", "127.0.0.1:0", ...login, "--config", "/dev/null", "-v"];
  const server = await startServer(rclone, words, { ready: /http:\/\/127\.0\.0\.1:(\d+)/ });
  try {
    const url = `http://127.0.0.1:${server.said[0] ?? ""}/tools/`;
    const stores = { dav: { http: url, username: "ada", password: "env:PASSWORD", delete: true } };
    const config = { slipway: 1, project: { name: "tool" }, builds: [{ fake: "main" }], stores };
    const decided = planText(JSON.stringify(config)).publish[0]?.options ?? {};
    const file = fileOf(home, "a b+c.zip", 300_000);
    const context = { ...contextOf(home, home, { "env:PASSWORD": "open up" }), artifacts: [file.artifact] };
    for (const outcome of ["done", "already"]) {
      const store = await http.open(decided, context);
      await store.put(file.artifact, unread(), file.path);
      expect(await store.point(file.artifact)).toMatchObject([{ outcome }]);
      await store.close();
    }
    expect(readFileSync(join(kept, "tools", "a b+c.zip")).equals(readFileSync(file.path))).toBe(true);
    const other = fileOf(home, "a b+c.zip", 300_000, "other");
    const store = await http.open(decided, context);
    expect(await store.put(other.artifact, unread(), other.path)).toMatchObject({ outcome: "refused" });
    const withdrawal = { why: "broken", release: file.artifact.digest };
    expect(await store.withdraw?.(withdrawal)).toMatchObject([{ outcome: "done" }]);
    expect(readdirSync(join(kept, "tools"))).toEqual([]);
    const wrong = await http.open(decided, { ...context, secret: async () => Buffer.from("wrong") });
    await expect(wrong.put(file.artifact, unread(), file.path)).rejects.toMatchObject({ code: "store.denied" });
  } finally {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  }
});
