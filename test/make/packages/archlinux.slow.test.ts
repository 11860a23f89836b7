/** Packages of Arch, installed by pacman into throw-away roots, and read by libarchive. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { archlinux } from "../../../src/make/packages/archlinux.ts";
import { needs, needsRoot } from "../../judges.ts";
import { arch } from "../../worlds/arch.ts";
import { gpgWorld, keyProject, makeKey } from "../../worlds/keys.ts";
import { type Described, installed, makePackage, projectFiles } from "../../worlds/packages.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-arch-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function build(described: Described, files: Readonly<Record<string, string>> = {}): Promise<string> {
  await projectFiles(folder, files);
  return makePackage(folder, archlinux, described);
}

const tellArguments = (name: string): string => `# says what it was given\necho "${name} $*" >> /log\nexit 0\n`;

describe("what pacman installs", () => {
  const contents = [
    installed("tool", "/usr/bin/tool", { mode: 0o4755 }),
    installed("tool", `/usr/share/tool/${"long/".repeat(30)}ä ö#=\\.txt`),
    { source: "link", from: "tool", to: "/usr/bin/t" },
    { source: "link", from: "/usr/share/tool/empty", to: "/usr/bin/u v#" },
    { source: "dir", from: "", to: "/var/lib/tool", mode: 0o750 },
    { source: "text", from: "", to: "/usr/share/tool/empty" },
    { source: "text", from: "", to: "/var/log/tool.log", type: "ghost" },
  ] as const;
  const files = { tool: "#!/bin/sh\necho hello\n" };

  needsRoot("bookworm", "pacman")(
    "has its modes, links and folders, and is gone when it is removed",
    async (root, tools) => {
      const system = await arch(root, tools.pacman);
      await system.install(await build({ contents }, files));
      expect(root.stat("/usr/bin/tool")).toMatchObject({ mode: 0o4755, owner: "root", mtime: 1_700_000_000 });
      expect(root.stat("/var/lib/tool")).toMatchObject({ type: "dir", mode: 0o750 });
      expect(root.stat("/usr/bin/t")).toMatchObject({ type: "symlink", target: "tool" });
      expect(root.stat("/usr/share/tool/empty")).toMatchObject({ size: 0 });
      expect(root.stat("/var/log/tool.log")).toBeUndefined();
      expect(await root.run("/usr/bin/tool")).toBe("hello\n");
      const all = await system.attempt("-Qkk", "tool");
      expect(all).toEqual({ status: 0, output: expect.stringMatching(/^tool: \d+ total files, 0 altered files\n$/) });
      root.write("/usr/share/tool/empty", "changed");
      expect((await system.attempt("-Qkk", "tool")).output).toContain(
        "/usr/share/tool/empty (SHA256 checksum mismatch)",
      );
      await system.pacman("-R", "tool");
      expect(root.stat("/usr/bin/tool")).toBeUndefined();
      expect(root.stat("/usr/share/tool")).toBeUndefined();
    },
  );

  for (const compression of ["zstd", "gzip", "xz", "none"])
    needsRoot(
      "bookworm",
      "pacman",
      "bsdtar",
    )(`may be compressed by ${compression}`, async (root, tools) => {
      const system = await arch(root, tools.pacman);
      // Large enough to be spliced in, so that there are several frames or streams.
      const big = Array.from({ length: 200_000 }, (_, index) => `${index * 7919}`).join("\n");
      const file = await build(
        { contents: [...contents, installed("big", "/usr/big")], options: { compression } },
        { ...files, big },
      );
      const listed = execFileSync(tools.bsdtar, ["-tf", file], { encoding: "utf8" }).split("\n");
      expect(listed.slice(0, 4)).toEqual([".BUILDINFO", ".MTREE", ".PKGINFO", "usr/"]);
      await system.install(file);
      expect(root.read("/usr/big")).toBe(big);
      expect((await system.attempt("-Qkk", "tool")).output).toContain("0 altered files");
    });

  needsRoot("bookworm", "pacman")("is described as it was", async (root, tools) => {
    const system = await arch(root, tools.pacman);
    await system.install(await build({ name: "base" }));
    const file = await build({
      version: { text: "1.2.3-rc.1+4", release: "5", epoch: 2 },
      texts: { summary: "a tool\nof two lines" },
      options: { groups: ["tools"], packager: "Packager <p@example.com>" },
      relations: {
        depends: ["base >= 1.0"],
        recommends: ["nice"],
        suggests: ["nicer"],
        conflicts: ["other < 2"],
        breaks: ["old"],
        provides: ["tool-api = 2"],
        replaces: ["older"],
      },
      changelog: [{ version: "1.2.3", time: 1_700_000_000, author: "A <a@example.com>", changes: ["one", "two"] }],
    });
    expect(basename(file)).toBe("tool-1.2.3rc1+4-5-x86_64.pkg.tar.zst");
    await system.install(file);
    expect(await system.pacman("-Q", "tool")).toBe("tool 2:1.2.3rc1+4-5\n");
    const fields = new Map(
      (await system.pacman("-Qi", "tool")).split("\n").map((line) => line.split(/ +: /) as [string, string]),
    );
    expect(Object.fromEntries(fields)).toMatchObject({
      Description: "a tool of two lines",
      Architecture: "x86_64",
      URL: "https://example.com",
      Licenses: "MIT",
      Groups: "tools",
      Provides: "tool-api=2",
      "Depends On": "base>=1.0",
      "Optional Deps": "nice",
      "Conflicts With": "other<2  old",
      Replaces: "older",
      Packager: "Packager <p@example.com>",
    });
    expect(await system.pacman("-Qc", "tool")).toContain(
      "2023-11-14  A <a@example.com>\n\n  * 1.2.3\n    - one\n    - two\n",
    );
  });

  needsRoot("bookworm", "pacman")(
    "needs what it depends on, and stands beside nothing it conflicts with",
    async (root, tools) => {
      const system = await arch(root, tools.pacman);
      const needing = await build({ name: "needing", relations: { depends: ["base >= 2.0.0"], conflicts: ["enemy"] } });
      const early = await build({ name: "base", version: { text: "2.0.0-rc.1" } });
      const right = await build({ name: "base", version: { text: "2.0.0" } });
      await expect(system.install(needing)).rejects.toThrow("base>=2.0.0");
      await expect(system.install(needing, early)).rejects.toThrow("base>=2.0.0");
      await system.install(needing, right);
      await expect(system.install(await build({ name: "enemy" }))).rejects.toThrow("conflicting");
    },
  );

  needsRoot("bookworm", "pacman")("may be 10,000 files", async (root, tools) => {
    const system = await arch(root, tools.pacman);
    const many = Array.from(
      { length: 10_000 },
      (_, index) => [`many/${index % 100}/${index}.txt`, `${index}\n`] as const,
    );
    await system.install(await build({ contents: [installed("many", "/opt/many/")] }, Object.fromEntries(many)));
    expect(root.read("/opt/many/42/9942.txt")).toBe("9942\n");
    expect((await system.attempt("-Qkk", "tool")).output).toBe("tool: 10102 total files, 0 altered files\n");
  });
});

describe("an upgrade", () => {
  needsRoot("bookworm", "pacman")(
    "runs the functions with the versions, whatever exits in one",
    async (root, tools) => {
      const system = await arch(root, tools.pacman);
      const scripts = Object.fromEntries(archlinux.scripts.map((name) => [name, tellArguments(name)]));
      await system.install(await build({ scripts, version: { text: "1.0.0-rc.1" } }));
      await system.install(await build({ scripts, version: { text: "1.0.0" } }));
      await system.pacman("-R", "tool");
      expect(root.read("/log").split("\n")).toEqual([
        "preinstall 1.0.0rc1-1",
        "postinstall 1.0.0rc1-1",
        "preupgrade 1.0.0-1 1.0.0rc1-1",
        "postupgrade 1.0.0-1 1.0.0rc1-1",
        "preremove 1.0.0-1",
        "postremove 1.0.0-1",
        "",
      ]);
    },
  );

  needsRoot("bookworm", "pacman")(
    "keeps what was changed of its configuration, and so does removal",
    async (root, tools) => {
      const system = await arch(root, tools.pacman);
      const contents = [
        installed("file", "/etc/kept", { type: "config" }),
        installed("file", "/etc/same", { type: "config|noreplace" }),
        installed("file", "/etc/replaced"),
      ];
      await system.install(await build({ contents }, { file: "one\n" }));
      root.write("/etc/kept", "mine\n");
      root.write("/etc/replaced", "mine\n");
      await system.install(await build({ contents, version: { text: "2.0.0" } }, { file: "two\n" }));
      expect(root.read("/etc/kept")).toBe("mine\n");
      expect(root.read("/etc/kept.pacnew")).toBe("two\n");
      expect(root.read("/etc/same")).toBe("two\n");
      expect(root.read("/etc/replaced")).toBe("two\n");
      await system.pacman("-R", "tool");
      expect(root.read("/etc/kept.pacsave")).toBe("mine\n");
      expect(root.stat("/etc/same")).toBeUndefined();
    },
  );
});

describe("a service", () => {
  const service = {
    units: ["engram.service"],
    user: "engram",
    group: "engram",
    home: "/var/lib/engram",
    about: "Engram's own",
    enable: true,
    start: true,
    restart: true,
    data: [],
  };

  needsRoot("bookworm", "pacman")("has its user, who owns what is the user's, and is started", async (root, tools) => {
    const system = await arch(root, tools.pacman);
    root.write("/usr/bin/systemctl", '#!/bin/sh\necho "$@" >> /log\n', 0o755);
    await root.run("mkdir", "-p", "/run/systemd/system");
    const described = (text: string): Described => ({
      frames: archlinux.service(service),
      scripts: { postinstall: "#!/bin/bash -e\nstat -c %U /var/lib/engram >> /log\nexit 0\n" },
      version: { text },
      contents: [
        { source: "dir", from: "", to: "/var/lib/engram", mode: 0o750, owner: "engram", group: "engram" },
        { source: "text", from: "A=1\n", to: "/etc/engram", mode: 0o640, group: "engram", type: "config" },
      ],
    });
    await system.install(await build(described("1.0.0")));
    expect(root.stat("/var/lib/engram")).toMatchObject({ owner: "engram", group: "engram", mode: 0o750 });
    expect(root.stat("/etc/engram")).toMatchObject({ owner: "root", group: "engram", mode: 0o640 });
    expect(root.read("/etc/passwd")).toMatch(/^engram:x:\d+:\d+:Engram's own:\/var\/lib\/engram:\/usr\/bin\/nologin$/m);
    await system.install(await build(described("2.0.0")));
    expect(root.stat("/var/lib/engram")).toMatchObject({ owner: "engram", group: "engram", mode: 0o750 });
    await system.pacman("-R", "tool");
    expect(root.read("/log").split("\n")).toEqual([
      "engram",
      "daemon-reload",
      "enable engram.service",
      "start engram.service",
      "daemon-reload",
      "try-restart engram.service",
      "stop engram.service",
      "disable engram.service",
      "daemon-reload",
      "",
    ]);
  });

  needsRoot("bookworm", "pacman")("is left alone where systemd does not run", async (root, tools) => {
    const system = await arch(root, tools.pacman);
    expect(await system.install(await build({ frames: archlinux.service(service) }))).not.toContain("rror");
    expect((await system.attempt("-R", "tool")).output).not.toContain("rror");
  });
});

describe("a signature", () => {
  needsRoot(
    "bookworm",
    "pacman",
    "makepkg",
    "gpg",
  )("beside the package is what a repository with SigLevel Required wants", async (root, tools) => {
    const gpg = gpgWorld(tools.gpg);
    const project = keyProject();
    try {
      const fingerprint = makeKey(gpg, "release", "ed25519");
      project.write("key.asc", gpg.run(["--armor", "--export-secret-keys", fingerprint]));
      const signer = await project.openpgp("{ openpgp: file:key.asc }");
      const file = await build({ signer, contents: [installed("tool", "/usr/bin/tool")] }, { tool: "tool" });
      const signature = join(folder, "out", `${basename(file)}.sig`);
      expect(existsSync(signature)).toBe(true);
      gpg.run(["--verify", signature, file]);

      root.put(file, `/repo/${basename(file)}`);
      root.put(signature, `/repo/${basename(file)}.sig`);
      const repo = join(root.path, "repo");
      await root.outside("repo-add", join(repo, "tools.db.tar.gz"), join(repo, basename(file)));
      const system = await arch(
        root,
        tools.pacman,
        `[tools]\nSigLevel = PackageRequired DatabaseOptional\nServer = file://${repo}\n`,
      );
      await system.pacman("-Sy");
      expect((await system.attempt("-S", "tool")).status).not.toBe(0);
      root.write("/tmp/key", gpg.run(["--armor", "--export", fingerprint]).toString());
      const home = join(root.path, "etc/pacman.d/gnupg");
      await root.outside("pacman-key", "--gpgdir", home, "--init");
      await root.outside("pacman-key", "--gpgdir", home, "--add", join(root.path, "tmp/key"));
      await root.outside("pacman-key", "--gpgdir", home, "--lsign-key", fingerprint);
      await system.pacman("-S", "tool");
      expect(root.read("/usr/bin/tool")).toBe("tool");
    } finally {
      gpg.close();
      project.close();
    }
  });
});

needs("bsdtar")("libarchive reads members that belong to root, with the times of the release", async ({ bsdtar }) => {
  const file = await build({ contents: [installed("tool", "/usr/bin/tool")] }, { tool: "tool" });
  const listed = execFileSync(bsdtar, ["-tvf", file], {
    encoding: "utf8",
    env: { ...process.env, TZ: "UTC", LC_ALL: "C" },
  });
  expect(
    listed
      .trim()
      .split("\n")
      .map((line) =>
        line
          .replace(/ +/g, " ")
          .split(" ")
          .filter((_, index) => index !== 4)
          .join(" "),
      ),
  ).toEqual([
    "-rw-r--r-- 0 root root Nov 14 2023 .BUILDINFO",
    "-rw-r--r-- 0 root root Nov 14 2023 .MTREE",
    "-rw-r--r-- 0 root root Nov 14 2023 .PKGINFO",
    "drwxr-xr-x 0 root root Nov 14 2023 usr/",
    "drwxr-xr-x 0 root root Nov 14 2023 usr/bin/",
    "-rw-r--r-- 0 root root Nov 14 2023 usr/bin/tool",
  ]);
});

it("has the same bytes wherever and whenever it is made", async () => {
  const described: Described = { contents: [installed("tool", "/usr/bin/tool"), installed("big", "/usr/bin/big")] };
  const files = { tool: "tool", big: "0123456789abcdef".repeat(40_000) };
  const first = await readFile(await build(described, files));
  const before = { umask: process.umask(0o077), zone: process.env["TZ"] };
  process.env["TZ"] = "Asia/Tokyo";
  folder = await mkdtemp(join(folder, "other-"));
  try {
    expect(await readFile(await build(described, files))).toEqual(first);
  } finally {
    process.umask(before.umask);
    if (before.zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = before.zone;
  }
});
