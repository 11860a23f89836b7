/** Source packages: rpmbuild makes of them what the rpm format makes of the same description. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

import { rpm as binary } from "../../../src/make/packages/rpm.ts";
import { srpm } from "../../../src/make/packages/srpm.ts";
import { needs } from "../../judges.ts";
import { type Described, installed, makePackage, projectFiles, versionOf } from "../../worlds/packages.ts";
import { epoch } from "../../worlds/running.ts";
import { query, queryLines, relationsIn } from "./rpm-world.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-srpm-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const everything: Described = {
  version: versionOf("1.2.3-rc.1", { epoch: 1, release: "2" }),
  texts: { summary: "100% a tool", description: "With %{macros}\n\nand lines.", vendor: "ACME" },
  options: { group: "Tools", requires: { post: ["systemd"], verify: ["v"] } },
  relations: {
    depends: ["foo >= 1.2", "a | b (>= 2)", "/usr/bin/docker"],
    predepends: ["shadow-utils"],
    recommends: ["r"],
    suggests: ["s < 2"],
    conflicts: ["c"],
    breaks: ["d < 3"],
    replaces: ["old <= 1"],
    provides: ["virtual = 1.2.3"],
  },
  contents: [
    installed("conf", "/etc/tool/conf", { type: "config|noreplace", mode: 0o640, group: "adm" }),
    installed("conf", "/etc/tool/other", { type: "config|missingok" }),
    installed("run", "/usr/bin/tool", { mode: 0o4755 }),
    installed("LICENSE", "/usr/share/licenses/tool/LICENSE", { type: "license" }),
    installed("LICENSE", "/usr/share/doc/tool/README", { type: "doc|readme" }),
    installed("tree", "/usr/share/tool", { type: "tree" }),
    { source: "link", from: "tool", to: "/usr/bin/t" },
    { source: "dir", from: "", to: "/var/lib/tool", mode: 0o750, owner: "daemon" },
    { source: "text", from: "", to: "/var/log/tool.log", type: "ghost" },
  ],
  scripts: {
    preinstall: "echo %{name} 100%\ndate +%Y\n",
    postinstall: "#!/bin/sh -e\necho $1\n",
    postupgrade: "echo up\n",
    preremove: "x=${1%0}\n",
    pretrans: "#!<lua>\nx = 1\n",
    verify: "true\n",
  },
  changelog: [
    { version: "1.2.3", time: 1_699_963_200, author: "A <a@b.c>", changes: ["100% done", "two"] },
    {
      version: "1.2.2",
      time: 1_600_000_000 - (1_600_000_000 % 86_400) + 43_200,
      author: "A <a@b.c>",
      changes: ["one"],
    },
  ],
};

/** Lists and texts that must be the same. */
const texts =
  "%{NEVRA}|%{SUMMARY}|%{DESCRIPTION}|%{LICENSE}|%{VENDOR}|%{PACKAGER}|%{GROUP}|%{URL}|%{SIZE}|%{BUILDHOST}|%{SOURCERPM}|%{PREIN}|%{POSTIN}|[%{POSTINPROG} ]|%{PREUN}|%{POSTUN}|%{PRETRANS}|%{PRETRANSPROG}|%{VERIFYSCRIPT}|[%{CHANGELOGTIME} %{CHANGELOGNAME} %{CHANGELOGTEXT}]|%{PAYLOADCOMPRESSOR}";
const files =
  "%{FILENAMES} %{FILEMODES:perms} %{FILEUSERNAME} %{FILEGROUPNAME} %{FILEFLAGS:fflags} %{FILELINKTOS} %{FILEDIGESTS} %{FILEMTIMES} %{FILEVERIFYFLAGS}";

needs("rpm")(
  "rpmbuild makes the same package from it, whatever percent signs stand in scripts and texts",
  async ({ rpm }) => {
    await projectFiles(folder, {
      conf: "a=1\n",
      run: "#!/bin/sh\n",
      LICENSE: "MIT\n",
      "tree/a b": "b\n",
      "tree/x[1]*%{name}.txt": "x\n",
    });
    const expected = await makePackage(folder, binary, everything);
    const source = await makePackage(folder, srpm, everything);
    expect(query(rpm, source, "%{NEVRA} %{SOURCEPACKAGE} [%{FILENAMES} %{FILEFLAGS:fflags} ]%{SOURCERPM}")).toBe(
      "tool-1:1.2.3~rc.1-2.x86_64 1 tool-1.2.3~rc.1.tar.gz  tool.spec s (none)",
    );
    const top = join(folder, "top");
    execFileSync(
      "rpmbuild",
      ["--rebuild", "--nodeps", "--define", `_topdir ${top}`, "--define", `_tmppath ${folder}`, source],
      { stdio: "pipe" },
    );
    const rebuilt = join(top, "RPMS/x86_64", readdirSync(join(top, "RPMS/x86_64"))[0] ?? "");
    expect(query(rpm, rebuilt, texts)).toBe(query(rpm, expected, texts));
    expect(queryLines(rpm, rebuilt, files)).toEqual(queryLines(rpm, expected, files));
    for (const tag of ["REQUIRE", "PROVIDE", "CONFLICT", "OBSOLETE", "RECOMMEND", "SUGGEST"])
      expect(relationsIn(rpm, rebuilt, tag), tag).toEqual(relationsIn(rpm, expected, tag));
  },
);

needs("rpm")("a package without files or scripts is rebuilt too", async ({ rpm }) => {
  const source = await makePackage(folder, srpm, { target: "all" });
  const top = join(folder, "top");
  execFileSync("rpmbuild", ["--rebuild", "--define", `_topdir ${top}`, "--define", `_tmppath ${folder}`, source], {
    stdio: "pipe",
  });
  expect(readdirSync(join(top, "RPMS/noarch"))).toEqual(["tool-1.0.0-1.noarch.rpm"]);
  expect(query(rpm, source, "%{BUILDTIME}")).toBe(String(epoch));
});

it("a script with a line that begins a section of a spec file is refused", async () => {
  const making = makePackage(folder, srpm, { scripts: { preinstall: "cat <<E\n%files\nE\n" } });
  await expect(making).rejects.toThrow("the %pre script has a line that begins with %files");
});

it("has the same bytes when it is made again", async () => {
  const one = readFileSync(await makePackage(join(folder, "one"), srpm, { scripts: { preinstall: "true\n" } }));
  const two = readFileSync(await makePackage(join(folder, "two"), srpm, { scripts: { preinstall: "true\n" } }));
  expect(one.equals(two)).toBe(true);
});
