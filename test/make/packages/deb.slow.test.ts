/** Debs as dpkg, apt, lintian, debsig-verify and gpg see them. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { deb } from "../../../src/make/packages/deb.ts";
import { needs } from "../../judges.ts";
import { gpgWorld, keyProject, makeKey } from "../../worlds/keys.ts";
import { type Described, installed, makePackage, projectFiles } from "../../worlds/packages.ts";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "slipway-deb-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const longName = `/usr/share/tool/${"långt namn ".repeat(12)}/x y`;
const unit = "/usr/lib/systemd/system/dev-disk-by\\x2dlabel.service";
const licence =
  "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: 2023 Tool Team\nLicense: MIT\n Do as you like.\n";

const everything: Described = {
  version: { text: "1.0.0-rc.1", release: "2", epoch: 3 },
  texts: { section: "net", summary: "runs things", description: "It does things.\n\nAnd more." },
  relations: {
    depends: ["libc6 >= 2.31", "docker.io | docker-ce (>> 20)", "python3:any"],
    predepends: ["dpkg (>= 1.17)"],
    provides: ["thing (= 1.0)"],
    conflicts: ["other < 2"],
    breaks: ["old (<= 1)"],
  },
  contents: [
    installed("tool", "/usr/bin/tool", { mode: 0o4755 }),
    installed("tool.conf", "/etc/tool/a b.conf", { type: "config|noreplace", mode: 0o640, group: "adm" }),
    installed("tool.conf", unit),
    installed("tool.conf", longName),
    installed("licence", "/usr/share/doc/tool/copyright", { type: "license" }),
    { source: "link", from: "tool", to: "/usr/bin/tl" },
    { source: "dir", from: "", to: "/var/lib/tool", mode: 0o750, owner: "1234", group: "daemon" },
    { source: "text", from: "", to: "/var/log/tool.log", type: "ghost" },
  ],
  scripts: { postinstall: "exit 0", templates: "Template: tool/x\nType: string\nDescription: What?\n" },
  options: {
    triggers: { "interest-noawait": ["/usr/share/tool"], activate: ["ldconfig"] },
    fields: { Bugs: "https://example.com/{{ 1 }}" },
  },
  changelog: [
    {
      version: "1.0.0-rc.1",
      time: 1_700_000_000,
      author: "Tool Team <team@example.com>",
      changes: ["Added a thing to do."],
    },
    { version: "0.9.0", time: 1_600_000_000, author: "Nobody", changes: ["Began to do things."] },
  ],
};

async function made(described: Described = everything): Promise<string> {
  await projectFiles(folder, { tool: "#!/bin/sh\necho tool\n", "tool.conf": "a=1\n", licence });
  return makePackage(folder, deb, described);
}

const utc = { ...process.env, TZ: "UTC", LC_ALL: "C.UTF-8" };
const dpkgDeb = (...args: readonly string[]): string => execFileSync("dpkg-deb", args, { encoding: "utf8", env: utc });
const field = (path: string, name: string): string => dpkgDeb("-f", path, name).trim();

describe("what dpkg reads", () => {
  needs("dpkg")("every field, under its Debian name and in its Debian form", async () => {
    const path = await made();
    expect(path.endsWith("/tool_1.0.0~rc.1-2_amd64.deb")).toBe(true);
    expect(dpkgDeb("-f", path).replace(/^Installed-Size: .*\n/m, "")).toBe(
      `Package: tool
Version: 3:1.0.0~rc.1-2
Architecture: amd64
Maintainer: Tool Team <team@example.com>
Pre-Depends: dpkg (>= 1.17)
Depends: libc6 (>= 2.31), docker.io | docker-ce (>> 20), python3:any
Breaks: old (<= 1)
Conflicts: other (<< 2)
Provides: thing (= 1.0)
Section: net
Priority: optional
Homepage: https://example.com
Bugs: https://example.com/1
Description: runs things
 It does things.
 .
 And more.
`,
    );
  });

  needs("dpkg")("Installed-Size is what dpkg-gencontrol counts: files rounded up, 1 for each folder", async () => {
    await projectFiles(folder, { big: "x".repeat(1025) });
    const contents = [installed("big", "/opt/big"), { source: "link", from: "big", to: "/opt/l" }] as const;
    const path = await makePackage(folder, deb, { contents });
    expect(field(path, "Installed-Size")).toBe("5"); // ./ and opt/, 2 KiB, a link
  });

  needs("dpkg")("contents with their modes, owners and names, parents first, and no ghosts", async () => {
    const listed = dpkgDeb("-c", await made())
      .trim()
      .split("\n")
      .map((line) => line.split(/\s+/));
    const of = (name: string): string | undefined =>
      listed
        .filter((words) => words.slice(5).join(" ").startsWith(`./${name}`))
        .map(([mode, owner]) => `${mode} ${owner}`)[0];
    expect(listed[0]?.[5]).toBe("./");
    expect(of("usr/bin/tool")).toBe("-rwsr-xr-x root/root");
    expect(of("etc/tool/a b.conf")).toBe("-rw-r----- root/adm");
    expect(of("var/lib/tool")).toBe("drwxr-x--- 1234/daemon");
    expect(of("usr/bin/tl -> tool")).toBe("lrwxrwxrwx root/root");
    expect(of("var/log")).toBeUndefined();
    expect(of(unit.slice(1).replace("\\", "\\\\"))).toBe("-rw-r--r-- root/root");
    const seen = new Set<string>();
    for (const words of listed) {
      const path = words
        .slice(5)
        .join(" ")
        .replace(/ -> .*/, "")
        .replace(/\/$/, "");
      expect(path === "." || seen.has(path.slice(0, path.lastIndexOf("/")))).toBe(true);
      seen.add(path);
    }
  });

  needs("dpkg")(
    "md5sums that md5sum agrees with, without the config file, and control files as they are named",
    async () => {
      const path = await made();
      dpkgDeb("-R", path, join(folder, "raw"));
      const control = (name: string): string => readFileSync(join(folder, "raw/DEBIAN", name), "utf8");
      const sums = control("md5sums")
        .trim()
        .split("\n")
        .map((line) => [line.slice(0, 32), line.slice(34)] as const);
      expect(sums.map(([, name]) => `/${name}`)).toContain(longName);
      expect(sums.map(([, name]) => `/${name}`)).toContain(unit);
      expect(sums.map(([, name]) => name)).not.toContain("etc/tool/a b.conf");
      for (const [sum, name] of sums)
        expect(
          createHash("md5")
            .update(readFileSync(join(folder, "raw", name)))
            .digest("hex"),
        ).toBe(sum);
      expect(control("conffiles")).toBe("/etc/tool/a b.conf\n");
      expect(control("triggers")).toBe("interest-noawait /usr/share/tool\nactivate ldconfig\n");
      expect(control("templates")).toBe("Template: tool/x\nType: string\nDescription: What?\n");
    },
  );

  for (const [compression, member] of [
    ["gzip", "data.tar.gz"],
    ["zstd", "data.tar.zst"],
    ["xz", "data.tar.xz"],
    ["none", "data.tar"],
  ] as const)
    needs("dpkg")(
      `contents compressed as ${compression}, of more pieces than one`,
      async () => {
        const program = readFileSync(process.execPath).subarray(0, compression === "xz" ? 3_000_000 : 20_000_000);
        writeFileSync(join(folder, "program"), program);
        const contents = [
          installed("program", "/usr/lib/a"),
          installed("program", "/usr/lib/b"),
          installed("tool", "/usr/lib/c"),
        ];
        const path = await made({ contents, options: { compression } });
        expect(execFileSync("ar", ["t", path], { encoding: "utf8" }).trim().split("\n")).toEqual([
          "debian-binary",
          "control.tar.gz",
          member,
        ]);
        dpkgDeb("-x", path, join(folder, "out2"));
        for (const name of ["a", "b"])
          expect(readFileSync(join(folder, "out2/usr/lib", name)).equals(program)).toBe(true);
      },
      120_000,
    );
});

describe("what lintian says", () => {
  const lintian = (path: string): readonly string[] =>
    spawnSync("lintian", ["--allow-root", "--fail-on", "none", "-E", path], { encoding: "utf8", env: utc })
      .stdout.split("\n")
      .flatMap((line) => /^[EWX]: tool: (\S+)/.exec(line)?.slice(1) ?? []);

  needs("lintian")(
    "of the least a package can be: that changelog and copyright are not there",
    async () => {
      expect(
        [
          ...new Set(
            lintian(
              await made({
                texts: { summary: "runs things", section: "net" },
                contents: [{ source: "dir", from: "", to: "/usr/share/x" }],
              }),
            ),
          ),
        ].toSorted(),
      ).toEqual(expect.arrayContaining(["no-changelog", "no-copyright-file"]));
    },
    60_000,
  );

  for (const release of ["1", undefined])
    needs("lintian")(
      `of changelog, copyright and config file of a version ${release === undefined ? "without" : "with"} a revision: nothing`,
      async () => {
        const said = lintian(
          await made({
            ...everything,
            version: { text: "1.0.0", release },
            scripts: {},
            options: {},
            target: "all",
            texts: {
              ...everything.texts,
              description: "It does things, one after the other, and never stops before\nit is told so.",
            },
            contents: [
              installed("tool.conf", "/usr/share/tool/data"),
              installed("tool.conf", "/etc/tool.conf", { type: "config" }),
              installed("licence", "/usr/share/doc/tool/copyright"),
            ],
            changelog: (everything.changelog ?? []).map((entry) => ({
              ...entry,
              author: "Tool Team <team@debian.org>",
              version: entry.version.replace("-rc.1", ""),
            })),
          }),
        );
        expect(said).toEqual([]);
      },
      60_000,
    );
});

describe("installing", () => {
  /** A root with nothing in it but dpkg's own files; scripts run outside of it. */
  function install(...args: readonly string[]): string {
    for (const path of ["var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers"])
      mkdirSync(join(folder, "root", path), { recursive: true });
    writeFileSync(join(folder, "root/var/lib/dpkg/status"), "", { flag: "a" });
    const { status, stdout, stderr } = spawnSync(
      "dpkg",
      [`--root=${join(folder, "root")}`, "--force-script-chrootless", "--force-depends", "--force-not-root", ...args],
      { encoding: "utf8", env: { ...utc, DEBIAN_FRONTEND: "noninteractive", DPKG_MAINTSCRIPT_DEBUG: "" } },
    );
    if (status !== 0) throw new Error(stdout + stderr);
    return stdout;
  }

  const log = (): readonly string[] => readFileSync(join(folder, "log"), "utf8").trim().split("\n");
  const scripts = (): NonNullable<Described["scripts"]> => ({
    preinstall: `echo "preinst $*" >> ${folder}/log\nexit 0\n`,
    postinstall: `echo "postinst $*" >> ${folder}/log`,
    preupgrade: `#!/bin/bash\necho "preupgrade $*" >> ${folder}/log`,
    postupgrade: `echo "postupgrade $*" >> ${folder}/log; exit 0`,
    preremove: `echo "prerm $*" >> ${folder}/log`,
    postremove: `echo "postrm $*" >> ${folder}/log`,
  });

  needs("dpkg")("scripts run in dpkg's order with its arguments, and those for upgrades only then", async () => {
    const contents = [installed("tool.conf", "/etc/tool.conf", { type: "config" })];
    const first = await made({ contents, scripts: scripts() });
    install("-i", first);
    const second = await made({ contents, scripts: scripts(), version: { text: "1.1.0" } });
    install("-i", second);
    install("-r", "tool");
    install("-P", "tool");
    expect(log()).toEqual([
      "preinst install",
      "postinst configure ", // with an empty word
      "prerm upgrade 1.1.0",
      "preinst upgrade 1.0.0 1.1.0",
      "preupgrade upgrade 1.0.0 1.1.0",
      "postrm upgrade 1.1.0",
      "postinst configure 1.0.0",
      "postupgrade configure 1.0.0",
      "prerm remove",
      "postrm remove",
      "postrm purge",
    ]);
  });

  needs("dpkg")("a script that fails stops dpkg, though others stand around it", async () => {
    const path = await made({ contents: [], scripts: { preinstall: "true", preupgrade: "false\ntrue" } });
    install("-i", path);
    const next = await made({
      contents: [],
      version: { text: "1.1.0" },
      scripts: { preinstall: "true", preupgrade: "false\ntrue" },
    });
    expect(() => install("-i", next)).toThrow("pre-installation script subprocess returned error exit status 1");
  });

  needs("dpkg")("a changed config file stays, beside the new one, and is there until it is purged", async () => {
    const contents = [installed("tool.conf", "/etc/tool.conf", { type: "config" })];
    install("-i", await made({ contents }));
    writeFileSync(join(folder, "root/etc/tool.conf"), "mine\n");
    await projectFiles(folder, { tool: "", licence });
    writeFileSync(join(folder, "tool.conf"), "theirs\n");
    const second = await makePackage(folder, deb, { contents, version: { text: "1.1.0" } });
    install("--force-confold", "-i", second);
    expect(readFileSync(join(folder, "root/etc/tool.conf"), "utf8")).toBe("mine\n");
    expect(readFileSync(join(folder, "root/etc/tool.conf.dpkg-dist"), "utf8")).toBe("theirs\n");
    install("-r", "tool");
    expect(readFileSync(join(folder, "root/etc/tool.conf"), "utf8")).toBe("mine\n");
    install("-P", "tool");
    expect(() => readFileSync(join(folder, "root/etc/tool.conf"))).toThrow("ENOENT");
  });

  needs("dpkg")("every name is there afterwards, and dpkg finds each file as it was packed", async () => {
    install("-i", await made({ ...everything, scripts: {}, options: {}, relations: {} }));
    expect(readFileSync(join(folder, "root", longName), "utf8")).toBe("a=1\n");
    expect(readFileSync(join(folder, "root", unit), "utf8")).toBe("a=1\n");
    expect(install("--verify", "tool")).toBe("");
  });

  needs("apt-get")("apt installs it from its file, with what it provides", async () => {
    const path = await made({ contents: [], relations: { provides: ["thing (= 1.0)"] } });
    install("--configure", "-a");
    const state = [
      "-o",
      `Dir=${folder}/apt`,
      "-o",
      `Dir::State::status=${folder}/root/var/lib/dpkg/status`,
      "-o",
      "APT::Architecture=amd64",
    ];
    for (const name of ["etc/apt", "var/lib/apt/lists/partial", "var/cache/apt/archives/partial"])
      mkdirSync(join(folder, "apt", name), { recursive: true });
    const said = execFileSync("apt-get", [...state, "-s", "install", path], {
      encoding: "utf8",
      env: utc,
      stdio: "pipe",
    });
    expect(said).toContain("Inst tool (1.0.0 local-deb [amd64])");
  });
});

describe("signatures", () => {
  needs("debsig-verify", "gpg")(
    "debsig-verify believes origin's, and not those of changed contents",
    async ({ gpg: program }) => {
      const gpg = gpgWorld(program);
      const project = keyProject();
      try {
        const fingerprint = makeKey(gpg, "release", "rsa2048");
        project.write("key.asc", gpg.run(["--armor", "--export-secret-keys", fingerprint]));
        const path = await made({
          ...everything,
          scripts: {},
          options: {},
          signer: await project.openpgp("{ openpgp: file:key.asc }"),
        });
        const id = fingerprint.slice(-16).toUpperCase();
        mkdirSync(join(folder, "policies", id), { recursive: true });
        mkdirSync(join(folder, "keyrings", id), { recursive: true });
        writeFileSync(join(folder, "keyrings", id, "key.gpg"), gpg.run(["--export", fingerprint]));
        writeFileSync(
          join(folder, "policies", id, "tool.pol"),
          `<?xml version="1.0"?>
<!DOCTYPE Policy SYSTEM "https://www.debian.org/debsig/1.0/policy.dtd">
<Policy xmlns="https://www.debian.org/debsig/1.0/">
  <Origin Name="Tool" id="${id}" Description="Tool"/>
  <Selection><Required Type="origin" File="key.gpg" id="${id}"/></Selection>
  <Verification MinOptional="0"><Required Type="origin" File="key.gpg" id="${id}"/></Verification>
</Policy>
`,
        );
        const verify = (deb: string): number | null =>
          spawnSync(
            "debsig-verify",
            ["--policies-dir", join(folder, "policies"), "--keyrings-dir", join(folder, "keyrings"), deb],
            { env: utc },
          ).status;
        expect(verify(path)).toBe(0);
        expect(dpkgDeb("-f", path, "Package").trim()).toBe("tool");
        const changed = readFileSync(path);
        const at = changed.indexOf("data.tar.gz") + 60 + 400;
        changed[at] = (changed[at] ?? 0) ^ 1;
        writeFileSync(join(folder, "changed.deb"), changed);
        expect(verify(join(folder, "changed.deb"))).toBe(13);
      } finally {
        gpg.close();
        project.close();
      }
    },
    60_000,
  );

  needs("gpg")(
    "dpkg-sig's member is signed text, with the digests of the three members before it",
    async ({ gpg: program }) => {
      const gpg = gpgWorld(program);
      const project = keyProject();
      try {
        const fingerprint = makeKey(gpg, "release", "rsa2048");
        project.write("key.asc", gpg.run(["--armor", "--export-secret-keys", fingerprint]));
        const path = await made({
          ...everything,
          scripts: {},
          options: { signature: { method: "dpkg-sig", signer: "Me <me@example.com>" } },
          signer: await project.openpgp("{ openpgp: file:key.asc }"),
        });
        const member = (name: string): Buffer => execFileSync("ar", ["p", path, name]);
        writeFileSync(join(folder, "sig"), member("_gpgbuilder"));
        const text = gpg.run(["--decrypt", join(folder, "sig")]).toString();
        const lines = ["debian-binary", "control.tar.gz", "data.tar.gz"].map((name) => {
          const [md5, sha1] = ["md5", "sha1"].map((hash) => createHash(hash).update(member(name)).digest("hex"));
          return `\t${md5} ${sha1} ${member(name).length} ${name}\n`;
        });
        expect(text).toBe(
          `Version: 4\nSigner: Me <me@example.com>\nDate: Tue Nov 14 22:13:20 2023\nRole: builder\nFiles:\n${lines.join("")}`,
        );
        expect(dpkgDeb("-f", path, "Package").trim()).toBe("tool");
      } finally {
        gpg.close();
        project.close();
      }
    },
    60_000,
  );
});

it("is the same in another folder, another day, with another umask and time zone", async () => {
  const first = readFileSync(await made());
  rmSync(folder, { recursive: true });
  folder = realpathSync(mkdtempSync(join(tmpdir(), "slipway-deb-elsewhere-")));
  const [umask, zone] = [process.umask(0o077), process.env["TZ"]];
  process.env["TZ"] = "Pacific/Kiritimati";
  try {
    expect(readFileSync(await made()).equals(first)).toBe(true);
  } finally {
    process.umask(umask);
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  }
});
