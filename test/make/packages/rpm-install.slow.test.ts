/** Packages for rpm in throw-away roots: installed, upgraded, verified and removed by rpm, dnf and zypper. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect } from "vitest";

import { rpm as format } from "../../../src/make/packages/rpm.ts";
import { needs, needsRoot } from "../../judges.ts";
import { type Described, installed, makePackage, projectFiles, versionOf } from "../../worlds/packages.ts";
import type { Root } from "../../worlds/roots.ts";
import { outcomeOf, repository, withTemplates } from "./rpm-world.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-rpm-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const scripts = ["preinstall", "postinstall", "preremove", "postremove", "pretrans", "posttrans"] as const;

/** A package whose scripts say into /log that they ran, and with what. */
function telling(version: string, more: Described = {}): Described {
  return {
    target: "all",
    version: versionOf(version),
    scripts: Object.fromEntries([
      ...scripts.map((name) => [name, `echo ${version} ${name} $1 >> /log\n`]),
      ...["preupgrade", "postupgrade"].map((name) => [name, `echo ${version} ${name} >> /log\nexit 0\n`]),
      ["verify", "test ! -e /bad\n"],
    ]) as Described["scripts"] & object,
    contents: [
      installed("conf", "/etc/tool/conf", { type: "config" }),
      installed("kept", "/etc/tool/kept", { type: "config|noreplace" }),
      installed("run", "/usr/bin/tool", { mode: 0o4755 }),
      { source: "dir", from: "", to: "/var/lib/tool", mode: 0o750, owner: "games", group: "games" },
      { source: "link", from: "tool", to: "/usr/bin/t" },
      { source: "text", from: "", to: "/var/log/tool.log", type: "ghost" },
    ],
    ...more,
  };
}

async function projectOf(version: string): Promise<string> {
  const project = join(folder, version);
  await projectFiles(project, {
    conf: `conf ${version}\n`,
    kept: `kept ${version}\n`,
    run: `#!/bin/sh\necho ${version}\n`,
  });
  return project;
}

/** Runs this machine's rpm on the root. */
function rpmOn(root: Root, rpm: string) {
  return (...args: readonly string[]): Promise<string> =>
    root.outside(rpm, "--root", root.path, "--nosignature", ...args);
}

describe("rpm 4.18", () => {
  needsRoot("bare", "rpm")(
    "installs, verifies, upgrades and removes a package, running its scripts in order",
    async (root, { rpm }) => {
      const [first, second] = await Promise.all(
        ["1.0.0-rc.1", "1.0.0"].map(async (version) => makePackage(await projectOf(version), format, telling(version))),
      );
      const run = rpmOn(root, rpm);
      await run("--nodeps", "-i", first ?? "");
      expect(root.read("/log")).toBe(
        ["pretrans 1", "preinstall 1", "postinstall 1", "posttrans 1"].map((line) => `1.0.0-rc.1 ${line}\n`).join(""),
      );
      expect(root.stat("/usr/bin/tool")).toMatchObject({ mode: 0o4755, owner: "root", mtime: 1_700_000_000 });
      expect(root.stat("/var/lib/tool")).toMatchObject({ type: "dir", mode: 0o750, owner: "games", group: "games" });
      expect(root.stat("/usr/bin/t")).toMatchObject({ type: "symlink", target: "tool" });
      expect(root.stat("/var/log/tool.log")).toBeUndefined();
      expect(await run("-V", "--nodeps", "tool")).toBe("");

      root.write("/etc/tool/conf", "mine\n");
      root.write("/etc/tool/kept", "mine\n");
      root.write("/var/log/tool.log", "lines\n");
      root.write("/bad", "");
      const verified = await root.attemptOutside(rpm, "--root", root.path, "-V", "--nodeps", "tool");
      expect(verified.stdout).toMatch(/^S\.5\.{4}T\. {2}c \/etc\/tool\/conf$/m);
      expect(verified.status).not.toBe(0);
      await run("--nodeps", "-U", second ?? "");
      expect(root.read("/log").split("\n").slice(4, -1)).toEqual([
        "1.0.0 pretrans 2",
        "1.0.0 preinstall 2",
        "1.0.0 preupgrade",
        "1.0.0 postinstall 2",
        "1.0.0 postupgrade",
        "1.0.0-rc.1 preremove 1",
        "1.0.0-rc.1 postremove 1",
        "1.0.0 posttrans 2",
      ]);
      expect(root.read("/etc/tool/conf")).toBe("conf 1.0.0\n");
      expect(root.read("/etc/tool/conf.rpmsave")).toBe("mine\n");
      expect(root.read("/etc/tool/kept")).toBe("mine\n");
      expect(root.read("/etc/tool/kept.rpmnew")).toBe("kept 1.0.0\n");
      await run("--nodeps", "-e", "tool");
      expect(root.read("/log").split("\n").slice(12, -1)).toEqual(["1.0.0 preremove 0", "1.0.0 postremove 0"]);
      for (const path of ["/usr/bin/tool", "/usr/bin/t", "/var/lib/tool", "/var/log/tool.log"])
        expect(root.stat(path), path).toBeUndefined();
      expect(root.read("/etc/tool/kept.rpmsave")).toBe("mine\n");
    },
  );

  needsRoot("bare", "rpm")("stops where a script before installing fails", async (root, { rpm }) => {
    const described = telling("1.0.0", { scripts: { preinstall: "exit 3\n" } });
    const path = await makePackage(await projectOf("1.0.0"), format, described);
    const { status, stderr } = await root.attemptOutside(rpm, "--root", root.path, "--nodeps", "-i", path);
    expect(status).not.toBe(0);
    expect(stderr).toContain("%prein(tool-1.0.0-1.noarch) scriptlet failed, exit status 3");
    expect(root.stat("/usr/bin/tool")).toBeUndefined();
  });

  needsRoot("bare", "rpm")("puts what has a prefix elsewhere", async (root, { rpm }) => {
    await projectFiles(folder, { a: "a" });
    const described = { target: "all", contents: [installed("a", "/opt/tool/a")] };
    const path = await makePackage(folder, withTemplates(format, { prefixes: ["/opt/tool"] }), described);
    await rpmOn(root, rpm)("-i", "--nodeps", "--prefix", "/srv/other", path);
    expect(root.list("/srv/other")).toEqual(["a"]);
  });

  for (const compression of ["gzip", "zstd", "xz", "none"]) {
    needsRoot("bare", "rpm")(
      `unpacks ${compression}, whose parts were compressed one by one`,
      async (root, { rpm }) => {
        await manyParts(folder);
        const path = await makePackage(folder, format, { options: { compression }, ...parts });
        expect(outcomeOf(rpm, ["-K", "--nosignature", path]).status).toBe(0);
        const run = rpmOn(root, rpm);
        await run("-i", "--nodeps", "--ignorearch", path);
        expect(await run("-V", "--nodeps", "tool")).toBe("");
      },
    );
  }

  needs("rpm", "cpio")("is not the only one that reads the payload: rpm2cpio and cpio list it", async ({ cpio }) => {
    await manyParts(folder);
    for (const compression of ["gzip", "zstd", "xz", "none"]) {
      const path = await makePackage(folder, format, { options: { compression }, ...parts });
      const listed = execFileSync("sh", ["-c", `rpm2cpio "$1" | ${cpio} --list --quiet`, "sh", path], {
        encoding: "utf8",
      });
      expect(listed).toBe("./etc/words\n./usr/bin/noise\n./usr/share/more\n");
    }
  });
});

const parts: Described = {
  contents: [
    installed("words", "/etc/words"),
    installed("noise", "/usr/bin/noise", { mode: 0o755 }),
    installed("more", "/usr/share/more"),
  ],
};

/** Contents large enough to be compressed by themselves, in several chunks, between some that are not. */
async function manyParts(project: string): Promise<void> {
  await projectFiles(project, { words: "words\n".repeat(1000) });
  writeFileSync(join(project, "noise"), Buffer.concat([randomBytes(1_500_000), Buffer.alloc(4_000_000)]));
  writeFileSync(join(project, "more"), Buffer.from("more of this\n".repeat(150_000)));
}

describe("rpm 6.1 and dnf5", () => {
  needsRoot("forky")("check, install, verify and remove a package of each compression", async (root) => {
    await manyParts(folder);
    for (const compression of ["gzip", "zstd", "xz", "none"]) {
      const path = root.put(await makePackage(folder, format, { options: { compression }, ...parts }), "/tmp/tool.rpm");
      expect(await root.run("rpm", "-Kv", path)).not.toContain("BAD");
      await root.run("rpm", "-i", "--nodeps", path);
      expect(await root.run("rpm", "-V", "tool")).toBe("");
      await root.run("rpm", "-e", "tool");
    }
  });

  needsRoot("forky", "createrepo_c")(
    "install a package and what it needs from a repository, and upgrade it",
    async (root, { createrepo_c }) => {
      const repo = repository(createrepo_c, join(folder, "repo"), await solvable());
      await root.outside("cp", "-r", repo, join(root.path, "repo"));
      const dnf = (...args: readonly string[]): Promise<string> =>
        root.run(
          "dnf5",
          "-y",
          "--repofrompath=r,file:///repo",
          "--repo=r",
          "--no-gpgchecks",
          "--disable-plugin=local",
          ...args,
        );
      await dnf("install", "tool-1.0.0");
      expect(await root.run("rpm", "-qa", "--qf", "%{NAME}-%{VERSION}\n")).toMatch(
        /needed-2[^]*tool-1\.0\.0|tool-1\.0\.0[^]*needed-2/,
      );
      await dnf("upgrade");
      expect(await root.run("rpm", "-q", "tool")).toBe("tool-1.1.0-1.noarch\n");
    },
  );
});

/** Three versions of a package, what it needs, and what has the shell. */
async function solvable(): Promise<readonly string[]> {
  // What a script before the transaction needs must be there before, so that the shell could not come along.
  const withoutPretrans = { preinstall: "true\n", postinstall: "echo postinstall $1 >> /log\n", postremove: "true\n" };
  const relations = { depends: ["needed >= 2", "nobody | needed", "/bin/sh"], conflicts: ["enemy"] };
  return Promise.all([
    ...["1.0.0-rc.1", "1.0.0", "1.1.0"].map(async (version) =>
      makePackage(await projectOf(version), format, telling(version, { relations, scripts: withoutPretrans })),
    ),
    makePackage(join(folder, "needed"), format, { name: "needed", target: "all", version: versionOf("2.0.0") }),
    makePackage(join(folder, "sh"), format, { name: "sh", target: "all", relations: { provides: ["/bin/sh"] } }),
  ]);
}

describe("dnf 4 and zypper", () => {
  needsRoot(
    "bare",
    "dnf",
    "createrepo_c",
  )("dnf installs a package with what it needs, upgrades and removes it", async (root, { dnf, createrepo_c }) => {
    const repo = repository(createrepo_c, join(folder, "repo"), await solvable());
    const options = [
      "--installroot",
      root.path,
      "-y",
      "--releasever=1",
      "--repofrompath",
      `r,file://${repo}`,
      "--repo",
      "r",
      "--nogpgcheck",
      "--setopt=install_weak_deps=1",
    ];
    await root.outside(dnf, ...options, "install", "tool-1.0.0~rc.1");
    await root.outside(dnf, ...options, "upgrade", "tool-1.0.0");
    await root.outside(dnf, ...options, "upgrade");
    expect(root.read("/log")).toContain("postinstall 2\n");
    expect(root.read("/etc/tool/conf")).toBe("conf 1.1.0\n");
    await root.outside(dnf, ...options, "remove", "--noautoremove", "tool");
    expect(root.stat("/usr/bin/tool")).toBeUndefined();
  });

  needsRoot(
    "bare",
    "zypper",
    "createrepo_c",
  )("zypper installs a package with what it needs, and upgrades it", async (root, { zypper, createrepo_c }) => {
    const repo = repository(createrepo_c, join(folder, "repo"), await solvable());
    const options = ["--root", root.path, "--non-interactive", "--no-gpg-checks"];
    await root.outside(zypper, ...options, "addrepo", `dir:${repo}`, "r");
    await root.outside(zypper, ...options, "install", "tool=1.0.0");
    expect(root.read("/etc/tool/conf")).toBe("conf 1.0.0\n");
    await root.outside(zypper, ...options, "update");
    expect(root.read("/etc/tool/conf")).toBe("conf 1.1.0\n");
  });
});
