/** What may not be read refutes nothing: the verdict is open, wherever in a release it lies. */
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { verifyTarget } from "../../src/cli/verifying/verification.ts";
import { makeRelease } from "../worlds/release.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-unreadable-"));
let whole = "";
beforeAll(async () => {
  chmodSync(home, 0o755);
  whole = join(home, "1.2.3");
  await (await makeRelease(home, { formats: ["binary"], programSize: 100 })).write(whole);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Whoever runs the tests may be root, who may read everything: then another user reads. */
async function asSomebody<T>(work: () => Promise<T>): Promise<T> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

const context = { env: {}, signal: new AbortController().signal };

test.skipIf(process.platform === "win32").each<readonly [string, (folder: string) => readonly [string, string]]>([
  [
    "a folder in it",
    (folder) => {
      mkdirSync(join(folder, "sub"));
      return [join(folder, "sub"), folder];
    },
  ],
  [
    "what may be a signature of its statement",
    (folder) => {
      writeFileSync(join(folder, "release.json.minisig"), "x");
      return [join(folder, "release.json.minisig"), folder];
    },
  ],
  ["the file that is asked for", (folder) => [join(folder, "notes.md"), join(folder, "notes.md")]],
  ["the folder above", (folder) => [folder, join(folder, "notes.md")]],
])("%s", async (_, deny) => {
  const folder = mkdtempSync(join(home, "c-"));
  chmodSync(folder, 0o755);
  cpSync(whole, folder, { recursive: true });
  const [denied, target] = deny(folder);
  chmodSync(denied, 0o000);
  const { verdict } = await asSomebody(() => verifyTarget(target, {}, context));
  chmodSync(denied, 0o755);
  expect(verdict.outcome).toBe("unavailable");
  expect(verdict.checks).toContainEqual(
    expect.objectContaining({ outcome: "unavailable", detail: expect.stringContaining("permission denied") as string }),
  );
});
