/** Packages that rpmbuild made, read to their end. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

import { readMembers } from "../../../src/format/members.ts";
import type { Member } from "../../../src/format/members/member.ts";
import { needs } from "../../judges.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-rpm-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A package of a folder, two files and a link, whose payload rpmbuild writes by `payload`. */
function built(payload: string): string {
  const spec = `Name: t
Version: 1
Release: 1
Summary: s
License: l
BuildArch: noarch
%global _binary_payload ${payload}
%description
d
%install
mkdir -p %{buildroot}/etc/t
echo a > %{buildroot}/etc/t/a
head -c 300000 /dev/zero > %{buildroot}/etc/t/zeros
ln -s /etc/t/a %{buildroot}/etc/t/link
%files
%attr(0750, root, root) %dir /etc/t
%attr(0640, root, root) /etc/t/a
/etc/t/zeros
/etc/t/link
%ghost /etc/t/ghost
`;
  writeFileSync(join(folder, "t.spec"), spec);
  const defines = ["--define", `_topdir ${folder}/top`, "--define", `_tmppath ${folder}`];
  execFileSync("rpmbuild", [...defines, "-bb", join(folder, "t.spec")], { stdio: "pipe" });
  const made = join(folder, "top/RPMS/noarch");
  return join(made, readdirSync(made)[0] ?? "");
}

async function members(path: string): Promise<readonly Member[]> {
  const found: Member[] = [];
  for await (const member of readMembers("rpm", path)) found.push(member);
  return found;
}

for (const payload of ["w9.gzdio", "w3.zstdio", "w6.xzdio", "w.ufdio"]) {
  needs("rpm")(`with a payload by ${payload}`, async () => {
    const path = built(payload);
    const sha256 = createHash("sha256").update(Buffer.alloc(300_000)).digest("hex");
    expect(await members(path)).toMatchObject([
      { path: "etc/t", type: "directory", mode: 0o750 },
      { path: "etc/t/a", type: "file", mode: 0o640, size: 2 },
      { path: "etc/t/link", type: "symlink", target: "/etc/t/a", unsafe: undefined },
      { path: "etc/t/zeros", type: "file", size: 300_000, sha256 },
    ]);
    const bytes = readFileSync(path);
    for (const [at, why] of [
      [2, "is no rpm package"],
      [bytes.length - 40, /digest|damaged|zstd|xz|gzip|deflate|cpio/],
    ] as const) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      writeFileSync(path, damaged);
      await expect(members(path)).rejects.toThrow(why);
    }
  });
}

it("what is no package is refused", async () => {
  writeFileSync(join(folder, "none"), "none");
  await expect(members(join(folder, "none"))).rejects.toThrow("The file is no rpm package");
});
