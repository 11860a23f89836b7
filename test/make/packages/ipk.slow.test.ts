/** An ipk as Python's tarfile sees it, and a package for Termux as dpkg does. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { ipk } from "../../../src/make/packages/ipk.ts";
import { termuxDeb } from "../../../src/make/packages/termux-deb.ts";
import { problemsOf } from "../../../src/model/problem.ts";
import type { Service } from "../../../src/model/package.ts";
import { needs } from "../../judges.ts";
import { decidePackage, type Described, installed, makePackage, projectFiles } from "../../worlds/packages.ts";

let folder: string;
beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "slipway-ipk-")));
  await projectFiles(folder, { tool: "#!/bin/sh\necho tool\n", "tool.conf": "a=1\n" });
  writeFileSync(join(folder, "big"), readFileSync(process.execPath).subarray(0, 3_000_000));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const described: Described = {
  version: { text: "1.0.0-rc.1", release: "1" },
  texts: { vendor: "Tool Inc.", section: "net", description: "More.\n\nAnd more." },
  relations: { depends: ["libc", "foo >= 1"], breaks: ["old"] },
  contents: [
    installed("tool", "/usr/bin/tool", { mode: 0o755 }),
    installed("big", "/usr/lib/big"),
    installed("tool.conf", "/etc/tool.conf", { type: "config" }),
    { source: "link", from: "/usr/bin/tool", to: "/usr/bin/tl" },
  ],
  scripts: { preinstall: "echo install", preupgrade: "echo upgrade" },
};

const options = {
  abiVersion: 3,
  alternatives: [
    { priority: 100, link: "/usr/bin/editor", target: "/usr/bin/tool" },
    { priority: 5, link: "/usr/bin/pager", target: "/usr/bin/tool" },
  ],
  autoInstalled: true,
  essential: true,
  tags: ["one", "two"],
  fields: { Source: "feeds/tool", LicenseFiles: "" },
};

/** Every member with its size, and texts of what is small. */
const reader = `
import json, sys, tarfile
def read(archive):
    members = {}
    for member in archive:
        text = archive.extractfile(member).read() if member.isfile() else b""
        members[member.name] = [oct(member.mode), member.uname, member.size, member.linkname, text.decode("utf-8", "replace") if len(text) < 2000 else ""]
    return members
outer = tarfile.open(sys.argv[1], "r:gz")
names = outer.getnames()
print(json.dumps([names, outer.extractfile("./debian-binary").read().decode()]
    + [read(tarfile.open(fileobj=outer.extractfile(name), mode="r:gz")) for name in ("./control.tar.gz", "./data.tar.gz")]))
`;

type Members = Readonly<Record<string, readonly [string, string, number, string, string]>>;

describe("an ipk", () => {
  needs("python3")("holds three members, the fields that opkg knows and no empty one", async ({ python3 }) => {
    const path = await makePackage(folder, ipk, { ...described, options });
    expect(path.endsWith("/tool_1.0.0~rc.1-1_x86_64.ipk")).toBe(true);
    const [names, version, control, data] = JSON.parse(
      execFileSync(python3, ["-c", reader, path], { encoding: "utf8", maxBuffer: 1e8 }),
    ) as readonly [readonly string[], string, Members, Members];
    expect(names).toEqual(["./debian-binary", "./data.tar.gz", "./control.tar.gz"]);
    expect(version).toBe("2.0\n");
    expect(Object.keys(control)).toEqual([".", "./conffiles", "./control", "./preinst"]);
    expect(control["./conffiles"]?.[4]).toBe("/etc/tool.conf\n");
    expect(control["./preinst"]?.[0]).toBe("0o755");
    expect(control["./control"]?.[4]).toBe(`Package: tool
Version: 1.0.0~rc.1-1
ABIVersion: 3
Depends: libc, foo (>= 1)
Alternatives: 100:/usr/bin/editor:/usr/bin/tool, 5:/usr/bin/pager:/usr/bin/tool
License: MIT
Section: net
Priority: optional
Vendor: Tool Inc.
Homepage: https://example.com
Maintainer: Tool Team <team@example.com>
Architecture: x86_64
Installed-Size: 3000024
Essential: yes
Auto-Installed: yes
Tags: one, two
Source: feeds/tool
Description: a tool
 More.
 .
 And more.
`);
    expect(Object.keys(data)).toEqual([
      ".",
      "./etc",
      "./etc/tool.conf",
      "./usr",
      "./usr/bin",
      "./usr/bin/tl",
      "./usr/bin/tool",
      "./usr/lib",
      "./usr/lib/big",
    ]);
    expect(data["./usr/bin/tool"]?.slice(0, 2)).toEqual(["0o755", "root"]);
    expect(data["./usr/bin/tl"]?.[3]).toBe("/usr/bin/tool");
    expect(data["./usr/lib/big"]?.[2]).toBe(3_000_000);
  });

  needs("tar")(
    "is read by GNU tar from end to end, and its inner archives stand in it as they are",
    async ({ tar }) => {
      const path = await makePackage(folder, ipk, described);
      execFileSync(tar, ["-xzf", path, "-C", folder]);
      execFileSync(tar, ["-xzf", join(folder, "data.tar.gz"), "-C", folder]);
      expect(readFileSync(join(folder, "usr/lib/big")).equals(readFileSync(join(folder, "big")))).toBe(true);
      const inner = ["data.tar.gz", "control.tar.gz"].reduce(
        (sum, name) => sum + readFileSync(join(folder, name)).length,
        0,
      );
      expect(readFileSync(path).length - inner).toBeLessThan(2000);
    },
  );

  it("refuses what opkg could not read, and takes names that Debian would not", () => {
    const messages = (more: Described): readonly string[] => {
      try {
        decidePackage(ipk, more);
        return [];
      } catch (thrown) {
        return (problemsOf(thrown) ?? []).map(({ message }) => message);
      }
    };
    expect(messages({ name: "kmod-Foo_bar", relations: { depends: ["Foo_1"] } })).toEqual([]);
    expect(
      messages({
        name: "a b",
        relations: { depends: ["x/y"] },
        options: { alternatives: [{ priority: 1, link: "a:b", target: "/x" }] },
      }),
    ).toEqual([
      '"a b" cannot be the name of an opkg package',
      'depends: "x/y": "x/y" is no name of an opkg package',
      'alternatives: "a:b" cannot be an alternative\'s path',
    ]);
  });

  it("has scripts for a service that are POSIX sh, and do nothing where systemd does not run", () => {
    const account = { user: "it", group: "", home: "", about: "" };
    const service: Service = { ...account, units: ["it.service"], enable: true, start: true, restart: true, data: [] };
    const scripts = Object.values(ipk.service({ ...service, user: "" }));
    expect(scripts).toHaveLength(4);
    for (const { before = "", after = "" } of scripts)
      for (const word of ["install", "upgrade", "configure", "remove"]) {
        const { status, stderr } = spawnSync("sh", ["-eu", "-s", word, "1"], {
          input: `D=; IPKG_INSTROOT=/image\n${before}${after}`,
          encoding: "utf8",
        });
        expect([status, stderr]).toEqual([0, ""]);
      }
    expect(existsSync("/run/it.service.upgrade")).toBe(false);
  });
});

describe("a package for Termux", () => {
  needs("dpkg")("lies below Termux's folder, with links, config files, scripts and changelog", async () => {
    const path = await makePackage(folder, termuxDeb, {
      ...described,
      target: "android/arm64",
      changelog: [{ version: "1.0.0", time: 1_700_000_000, author: "A <a@example.com>", changes: ["x"] }],
    });
    expect(path.endsWith("/tool_1.0.0~rc.1-1_aarch64.termux.deb")).toBe(true);
    const prefix = "/data/data/com.termux/files";
    const listed = execFileSync("dpkg-deb", ["-c", path], { encoding: "utf8" });
    expect(listed).toContain(` .${prefix}/usr/bin/tl -> ${prefix}/usr/bin/tool\n`);
    expect(listed).toContain(` .${prefix}/usr/share/doc/tool/changelog.Debian.gz\n`);
    expect(listed).not.toMatch(/ \.\/(usr|etc)/);
    expect(execFileSync("dpkg-deb", ["-I", path, "conffiles"], { encoding: "utf8" })).toBe(`${prefix}/etc/tool.conf\n`);
    const preinst = execFileSync("dpkg-deb", ["-I", path, "preinst"], { encoding: "utf8" });
    expect(preinst).toMatch(new RegExp(`^#!${prefix}/usr/bin/sh\n`));
    expect(preinst).toContain("echo upgrade");
  });
});
