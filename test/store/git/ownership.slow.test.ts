/** Repositories on this machine: what another user planted in theirs is not run by whoever releases. */
import { chmodSync, chownSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { gitEnvironment } from "../../../src/store/git/environment.ts";
import { makeTap, releaseTo, said, type Tap } from "./tap.ts";

const files = { "tool.rb": "class Tool\n" };
const nobody = 65_534;
let tap: Tap;
beforeEach(() => {
  tap = makeTap();
});
afterEach(() => {
  vi.restoreAllMocks();
  tap.remove();
});

const ran = (): boolean => existsSync(join(tap.home, "ran"));

/** Hooks and settings that git obeys in a repository that is pushed to. */
function plant(): void {
  const program = `#!/bin/sh\ntouch '${tap.home}/ran'\n`;
  for (const name of ["pre-receive", "update", "post-receive", "post-update", "reference-transaction"]) {
    writeFileSync(join(tap.bare, "hooks", name), program);
    chmodSync(join(tap.bare, "hooks", name), 0o755);
  }
  for (const key of ["uploadpack.packObjectsHook", "core.fsmonitor", "gc.recentObjectsHook"])
    tap.git("config", key, join(tap.bare, "hooks/update"));
}

/** The folder is another user's; who may not give anything away is somebody else instead. */
function giveAway(path: string): void {
  const own = process.getuid?.() ?? 0;
  if (own !== 0) return void vi.spyOn(process, "getuid").mockReturnValue(own + 1);
  const all = readdirSync(path, { recursive: true, encoding: "utf8" });
  for (const name of ["", ...all]) chownSync(join(path, name), nobody, nobody);
}

const open = (more: Readonly<Record<string, string>> = {}, git = tap.bare) => {
  const context = tap.context();
  return tap.open({ git }, { ...context, env: { ...context.env, GIT_CONFIG_NOSYSTEM: "1", ...more } });
};

test("the operator's own runs its hooks", async () => {
  plant();
  await releaseTo(await open(), files);
  expect(ran()).toBe(true);
});

test.each(["", ".git"])("another user's is refused before git looks into it (named %s)", async (left) => {
  plant();
  giveAway(tap.bare);
  const git = left === "" ? tap.bare : tap.bare.slice(0, -left.length);
  const releasing = open({}, git).then((store) => releaseTo(store, files));
  await expect(releasing).rejects.toMatchObject({
    code: "store.denied",
    message: expect.stringContaining("belongs to another user") as string,
    hint: expect.stringContaining("safe.directory") as string,
  });
  expect(ran()).toBe(false);
});

test("another user's is believed where the operator's own settings say so, and only that one", async () => {
  giveAway(tap.bare);
  const settings = join(tap.home, "settings");
  writeFileSync(settings, `[safe]\n\tdirectory = ${tap.home}/other.git\n`);
  await expect(open({ GIT_CONFIG_GLOBAL: settings })).rejects.toMatchObject({ code: "store.denied" });
  writeFileSync(settings, `[safe]\n\tdirectory = ${tap.bare}\n`);
  const receipts = await releaseTo(await open({ GIT_CONFIG_GLOBAL: settings }), files);
  expect(said(receipts)).toEqual(["put tool.rb done", "point tool.rb done"]);
});

test.each([
  ["https://example.org/acme/tap", "https:http"],
  ["git@example.org:acme/tap", "ssh"],
  ["../tap", "file"],
])("to %s git speaks nothing but %s", (remote, spoken) => {
  const login = { remote, token: undefined, user: "", sshKey: undefined, knownHosts: undefined, ca: undefined };
  expect(gitEnvironment({}, "/nonexistent", login)["GIT_ALLOW_PROTOCOL"]).toBe(spoken);
});
