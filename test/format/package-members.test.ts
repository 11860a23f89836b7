/** What is installed is read out of every package format again, as verify does. */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { readMembers } from "../../src/format/members.ts";
import type { Member } from "../../src/format/members/member.ts";
import { packages } from "../../src/make/packages/table.ts";
import { type Described, installed, makePackage, projectFiles } from "../worlds/packages.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-package-members-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const described: Described = {
  contents: [
    installed("tool", "/usr/bin/tool", { mode: 0o4755 }),
    { source: "link", from: "/usr/bin/tool", to: "/usr/bin/t" },
    { source: "dir", from: "", to: "/var/lib/tool", mode: 0o750 },
  ],
};
// Longer than what is compressed together with its neighbours, and of no repeats.
const program = Array.from({ length: 4000 }, (_, at) => createHash("sha512").update(String(at)).digest("hex")).join("");
const digest = createHash("sha256").update(program).digest("hex");

/** Formats with the compressions each has. */
const forms = [...packages.values()]
  .filter(({ kind }) => kind !== "srpm")
  .flatMap(({ kind, schema }) => {
    const has = "compression" in schema.shape ? ["gzip", "zstd", "xz", "none"] : [undefined];
    return has.map((compression) => [kind, compression] as const);
  });

async function membersOf(kind: string, path: string): Promise<readonly Member[]> {
  const members: Member[] = [];
  for await (const member of readMembers(kind, path)) members.push(member);
  return members;
}

describe.each(forms)("a package of %s, compression %s", (kind, compression) => {
  const make = async (): Promise<string> => {
    await projectFiles(folder, { tool: program });
    const format = packages.get(kind);
    if (format === undefined) throw new Error(kind);
    return makePackage(folder, format, {
      ...described,
      ...(compression === undefined ? {} : { options: { compression } }),
    });
  };

  it("shows what it installs, and nothing else but folders", async () => {
    const prefix = kind === "termux.deb" ? "data/data/com.termux/files/" : "";
    const members = await membersOf(kind, await make());
    const byPath = new Map(members.map((member) => [member.path.slice(prefix.length), member]));
    expect(byPath.get("usr/bin/tool")).toMatchObject({ type: "file", mode: 0o4755, sha256: digest, unsafe: undefined });
    expect(byPath.get("usr/bin/t")).toMatchObject({
      type: "symlink",
      target: `/${prefix}usr/bin/tool`,
      unsafe: undefined,
    });
    expect(byPath.get("var/lib/tool")).toMatchObject({ type: "directory", mode: 0o750 });
    expect(members.filter(({ type }) => type !== "directory")).toHaveLength(2);
  });

  it("that is cut off is refused", async () => {
    const path = await make();
    const { length } = await readFile(path);
    for (const part of [0.3, 0.6, 0.9]) {
      await truncate(path, Math.floor(length * (1 - part)));
      await expect(membersOf(kind, path)).rejects.toThrow(expect.objectContaining({ code: "format.invalid" }));
    }
  });
});
