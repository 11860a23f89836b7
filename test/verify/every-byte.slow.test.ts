/** Every byte of every file of a small Release is changed in turn: each change fails and names the file. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { verifyFolder } from "../../src/verify/folder.ts";
import { makeRelease } from "../worlds/release.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-every-byte-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

test("a changed byte fails and names its file, for every byte of every file", async () => {
  const folder = join(home, "1.2.3");
  const made = await makeRelease(home, { programSize: 40, formats: ["tar.gz", "tar.zst", "zip", "gz", "binary"] });
  await made.write(folder);
  let changes = 0;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length; at += 1) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(path, damaged);
      const { outcome, checks } = await verifyFolder(folder);
      const blamed = checks.filter((check) => check.outcome !== "ok").map(({ subject }) => subject);
      if (outcome !== "invalid" || blamed.some((subject) => subject !== name))
        expect.fail(`byte ${at} of ${name}: ${outcome}, ${blamed.join(", ")}`);
      changes += 1;
    }
    writeFileSync(path, bytes);
  }
  expect(changes).toBeGreaterThan(5000);
  expect((await verifyFolder(folder)).outcome).toBe("verified");
});
