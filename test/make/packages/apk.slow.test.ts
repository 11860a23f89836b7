/** Packages of Alpine, installed by apk-tools into throw-away roots, and read by Python. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { apk } from "../../../src/make/packages/apk.ts";
import type { PackageFormat } from "../../../src/make/packages/format.ts";
import { needs, needsRoot } from "../../judges.ts";
import { alpine } from "../../worlds/alpine.ts";
import { type Described, installed, makePackage, projectFiles } from "../../worlds/packages.ts";
import { rsaKey } from "../../worlds/rsa.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-apk-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const format = apk as PackageFormat;

async function build(described: Described, files: Readonly<Record<string, string>> = {}): Promise<string> {
  await projectFiles(folder, files);
  return makePackage(folder, format, described);
}

const tellArguments = (name: string): string => `echo "${name} $*" >> /log\n`;

describe("what apk installs", () => {
  needsRoot("bare", "apk")(
    "has its modes, owners, links and folders, and is gone when it is removed",
    async (root, tools) => {
      const system = await alpine(root, tools.apk);
      const long = `/usr/share/tool/${"long/".repeat(30)}ä.txt`;
      const file = await build(
        {
          scripts: { preinstall: "addgroup -S tool\nadduser -S -D -H -G tool tool\n" },
          contents: [
            installed("tool", "/usr/bin/tool", { mode: 0o4755 }),
            installed("tool", "/etc/tool/secret", { mode: 0o640, group: "tool" }),
            installed("tool", long),
            { source: "link", from: "tool", to: "/usr/bin/t" },
            { source: "link", from: "/usr/bin/tool", to: "/usr/bin/u" },
            { source: "dir", from: "", to: "/var/lib/tool", mode: 0o750, owner: "tool", group: "tool" },
            { source: "text", from: "", to: "/usr/share/tool/empty" },
            { source: "text", from: "", to: "/var/log/tool.log", type: "ghost" },
          ],
        },
        { tool: "#!/bin/sh\necho hello\n" },
      );
      await system.add(file, "--allow-untrusted");
      expect(root.stat("/usr/bin/tool")).toMatchObject({ mode: 0o4755, owner: "root", mtime: 1_700_000_000 });
      expect(root.stat("/etc/tool/secret")).toMatchObject({ mode: 0o640, group: "tool" });
      expect(root.stat("/var/lib/tool")).toMatchObject({ type: "dir", mode: 0o750, owner: "tool", group: "tool" });
      expect(root.stat("/usr/bin/t")).toMatchObject({ type: "symlink", target: "tool" });
      expect(root.stat("/usr/bin/u")).toMatchObject({ type: "symlink", target: "/usr/bin/tool" });
      expect(root.stat("/usr/share/tool/empty")).toMatchObject({ size: 0 });
      expect(root.stat("/var/log/tool.log")).toBeUndefined();
      expect(root.read(long)).toContain("hello");
      expect(await root.run("/usr/bin/tool")).toBe("hello\n");
      expect(await system.apk("audit", "--packages")).toBe("");
      await system.apk("del", "tool");
      expect(root.stat("/usr/bin/tool")).toBeUndefined();
      expect(root.stat("/var/lib/tool")).toBeUndefined();
      expect(root.stat("/usr/share/tool")).toBeUndefined();
    },
  );

  needsRoot("bare", "apk")("is described as it was", async (root, tools) => {
    const system = await alpine(root, tools.apk);
    const file = await build({
      version: { text: "1.2.3-rc.1+4", release: "5", epoch: 2 },
      texts: { summary: "a tool\nof two lines" },
      relations: { provides: ["tool-api = 2"], conflicts: ["other < 2"], breaks: ["old"], replaces: ["older"] },
      options: { origin: "tools" },
      contents: [{ source: "text", from: "x", to: "/x" }],
    });
    await system.add(file, "--allow-untrusted");
    expect(await system.apk("list", "--installed")).toContain("tool-1.2.3_rc1_p4-r5 x86_64 {tools} (MIT) [installed]");
    const all = await system.apk("info", "--all", "tool");
    for (const text of ["a tool of two lines", "https://example.com", "tool-api=2", "!other<2", "!old"])
      expect(all).toContain(text);
    expect(root.read("/lib/apk/db/installed")).toContain("m:Tool Team <team@example.com>\nt:1700000000\n");
    expect(root.read("/lib/apk/db/installed")).toContain("r:older\n");
  });

  needsRoot("bare", "apk")("may be nothing at all, or only a script", async (root, tools) => {
    const system = await alpine(root, tools.apk);
    await system.add(await build({ name: "meta" }), "--allow-untrusted");
    await system.add(await build({ name: "only", scripts: { postinstall: "touch /ran" } }), "--allow-untrusted");
    await system.add(
      await build({ name: "dirs", contents: [{ source: "dir", from: "", to: "/srv/dirs" }] }),
      "--allow-untrusted",
    );
    expect(root.stat("/ran")?.type).toBe("file");
    expect(root.stat("/srv/dirs")?.type).toBe("dir");
  });

  needsRoot("bare", "apk")(
    "needs what it depends on, and stands beside nothing it conflicts with",
    async (root, tools) => {
      const system = await alpine(root, tools.apk);
      const needing = await build({ name: "needing", relations: { depends: ["base >= 2.0.0"], conflicts: ["enemy"] } });
      const old = await build({ name: "base", version: { text: "1.9.0" } });
      const base = await build({ name: "base", version: { text: "2.0.0-rc.1" } });
      const right = await build({ name: "base", version: { text: "2.0.0" } });
      const enemy = await build({ name: "enemy" });
      const add = async (...files: readonly string[]): Promise<number | null> =>
        (
          await system.attempt(
            "add",
            "--allow-untrusted",
            ...files.map((file) => join(root.path, root.put(file, `/tmp/${file.split("/").at(-1)}`))),
          )
        ).status;
      expect(await add(needing)).not.toBe(0);
      expect(await add(needing, old)).not.toBe(0);
      expect(await add(needing, base)).not.toBe(0);
      expect(await add(needing, right)).toBe(0);
      expect(await add(enemy)).not.toBe(0);
    },
  );

  needsRoot("bare", "apk")("takes files over from what it replaces, and from nobody else", async (root, tools) => {
    const system = await alpine(root, tools.apk);
    const contents = (from: string) => [{ source: "text", from, to: "/usr/share/words" }] as const;
    await system.add(await build({ name: "older", contents: contents("old") }), "--allow-untrusted");
    const thief = await build({ name: "thief", contents: contents("stolen") });
    const heir = await build({ name: "heir", contents: contents("new"), relations: { replaces: ["older"] } });
    const stealing = await system.attempt(
      "add",
      "--allow-untrusted",
      join(root.path, root.put(thief, "/tmp/thief.apk")),
    );
    expect(stealing.output).toContain("trying to overwrite usr/share/words owned by older");
    await system.attempt("del", "thief");
    await system.add(heir, "--allow-untrusted");
    expect(root.read("/usr/share/words")).toBe("new");
  });

  needsRoot("bare", "apk")("runs the trigger when a folder changed", async (root, tools) => {
    const system = await alpine(root, tools.apk);
    const trigger = { paths: ["/usr/share/fonts/*"], script: tellArguments("trigger") };
    await system.add(await build({ name: "fonts", options: { trigger } }), "--allow-untrusted");
    const contents = [{ source: "text", from: "x", to: "/usr/share/fonts/a/font" }] as const;
    await system.add(await build({ name: "font", contents }), "--allow-untrusted");
    expect(root.read("/log")).toBe("trigger /usr/share/fonts/a\n");
  });

  needsRoot("bare", "apk")("may be 10,000 files", async (root, tools) => {
    const system = await alpine(root, tools.apk);
    const files = Array.from(
      { length: 10_000 },
      (_, index) => [`many/${index % 100}/${index}.txt`, `${index}\n`] as const,
    );
    const file = await build({ contents: [installed("many", "/opt/many/")] }, Object.fromEntries(files));
    await system.add(file, "--allow-untrusted");
    expect(root.list("/opt/many")).toHaveLength(100);
    expect(root.read("/opt/many/42/9942.txt")).toBe("9942\n");
  });
});

describe("an upgrade", () => {
  const scripts = Object.fromEntries(apk.scripts.map((name) => [name, tellArguments(name)]));

  needsRoot("bare", "apk")("runs the scripts of upgrades, with the versions", async (root, tools) => {
    const system = await alpine(root, tools.apk);
    await system.add(await build({ scripts, version: { text: "1.0.0-rc.1" } }), "--allow-untrusted");
    await system.add(await build({ scripts, version: { text: "1.0.0" } }), "--allow-untrusted");
    await system.apk("del", "tool");
    expect(root.read("/log").split("\n")).toEqual([
      "preinstall 1.0.0_rc1",
      "postinstall 1.0.0_rc1",
      "preupgrade 1.0.0 1.0.0_rc1",
      "postupgrade 1.0.0 1.0.0_rc1",
      "preremove 1.0.0",
      "postremove 1.0.0",
      "",
    ]);
  });

  needsRoot("bare", "apk")(
    "keeps what was changed below /etc, and brings the new file beside it",
    async (root, tools) => {
      const system = await alpine(root, tools.apk);
      const contents = ["/etc/kept", "/etc/same", "/opt/replaced"].map((to) =>
        installed("file", to, { type: "config" }),
      );
      await system.add(await build({ contents }, { file: "one\n" }), "--allow-untrusted");
      root.write("/etc/kept", "mine\n");
      root.write("/opt/replaced", "mine\n");
      await system.add(await build({ contents, version: { text: "2.0.0" } }, { file: "two\n" }), "--allow-untrusted");
      expect(root.read("/etc/kept")).toBe("mine\n");
      expect(root.read("/etc/kept.apk-new")).toBe("two\n");
      expect(root.read("/etc/same")).toBe("two\n");
      expect(root.read("/opt/replaced")).toBe("two\n");
    },
  );
});

describe("a signature", () => {
  const keyName = "team@example.com-5f2c.rsa.pub";

  for (const hash of ["sha1", "sha256", "sha512"] as const)
    needsRoot("bare", "apk")(`over ${hash} is trusted by who has the key, and by nobody else`, async (root, tools) => {
      const key = rsaKey(keyName);
      const file = await build({ signer: key.signer, options: { signature: { hash } } });
      const trusting = await alpine(root, tools.apk, { [keyName]: key.pem });
      const at = join(root.path, root.put(file, "/tmp/tool.apk"));
      expect((await trusting.attempt("verify", at)).status).toBe(0);
      expect(await trusting.add(file)).toContain("OK");
      await trusting.apk("del", "tool");
      root.write(`/etc/apk/keys/${keyName}`, rsaKey(keyName).pem);
      const refused = await trusting.attempt("add", at);
      expect(refused.status).not.toBe(0);
      expect(refused.output).toContain("BAD signature");
      await root.run("rm", `/etc/apk/keys/${keyName}`);
      expect((await trusting.attempt("add", at)).output).toContain("UNTRUSTED signature");
    });

  needsRoot("bare", "apk")("holds no package that was changed", async (root, tools) => {
    const key = rsaKey(keyName);
    const file = await build(
      { signer: key.signer, contents: [installed("tool", "/tool")] },
      { tool: "text\n".repeat(99) },
    );
    const system = await alpine(root, tools.apk, { [keyName]: key.pem });
    const bytes = readFileSync(file);
    for (const at of [bytes.length - 40, Math.floor(bytes.length / 2)]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      const path = join(folder, "changed.apk");
      await writeFile(path, changed);
      const put = join(root.path, root.put(path, "/tmp/changed.apk"));
      expect((await system.attempt("add", put)).status).not.toBe(0);
    }
  });
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

  needsRoot("bare", "apk")("has its user before files are unpacked, and is started by OpenRC", async (root, tools) => {
    const system = await alpine(root, tools.apk);
    const fake = (name: string): string => `#!/bin/sh\necho ${name} "$@" >> /log\n`;
    root.write("/sbin/rc-update", fake("rc-update"), 0o755);
    root.write("/sbin/rc-service", fake("rc-service"), 0o755);
    root.write("/run/openrc/softlevel", "");
    const described = (text: string): Described => ({
      frames: apk.service(service),
      version: { text },
      contents: [
        { source: "dir", from: "", to: "/var/lib/engram", owner: "engram", group: "engram" },
        { source: "text", from: "#!/sbin/openrc-run\n", to: "/etc/init.d/engram", mode: 0o755 },
      ],
    });
    await system.add(await build(described("1.0.0")), "--allow-untrusted");
    expect(root.stat("/var/lib/engram")).toMatchObject({ owner: "engram", group: "engram" });
    expect(root.read("/etc/passwd")).toMatch(/^engram:x:\d+:\d+:Engram's own:\/var\/lib\/engram:\/sbin\/nologin$/m);
    await system.add(await build(described("2.0.0")), "--allow-untrusted");
    await system.apk("del", "tool");
    expect(root.read("/log").split("\n")).toEqual([
      "rc-update -q add engram default",
      "rc-service engram start",
      "rc-service --ifstarted engram restart",
      "rc-service --ifstarted engram stop",
      "rc-update -q del engram default",
      "",
    ]);
  });

  needsRoot("bare", "apk")("leaves a machine without OpenRC and systemd alone", async (root, tools) => {
    const system = await alpine(root, tools.apk);
    await system.add(await build({ frames: apk.service(service) }), "--allow-untrusted");
    expect((await system.attempt("del", "tool")).output).not.toContain("rror");
    expect(root.read("/etc/group")).toContain("engram:");
  });
});

/** Reads the three members with nothing but Python's library, and says what it found as JSON. */
const reader = `
import gzip, hashlib, io, json, sys, tarfile, zlib
raw = open(sys.argv[1], "rb").read()
members = []
while raw:
    engine = zlib.decompressobj(31)
    text = engine.decompress(raw) + engine.flush()
    size = len(raw) - len(engine.unused_data)
    members.append((raw[:size], text))
    raw = engine.unused_data
names, sums = [], []
for packed, text in members:
    archive = tarfile.open(fileobj=io.BytesIO(text))
    names.append(archive.getnames())
    for entry in archive:
        said = entry.pax_headers.get("APK-TOOLS.checksum.SHA1")
        if entry.isfile() and said: sums.append(said == hashlib.sha1(archive.extractfile(entry).read()).hexdigest())
        if entry.issym(): sums.append(said == hashlib.sha1(entry.linkname.encode()).hexdigest())
control = tarfile.open(fileobj=io.BytesIO(members[1][1]))
info = control.extractfile(".PKGINFO").read().decode()
print(json.dumps({
    "names": names, "sums": sums, "info": info,
    "datahash": hashlib.sha256(members[2][0]).hexdigest(),
    "ends": [text.endswith(bytes(1024)) for _, text in members],
}))
`;

interface Seen {
  readonly names: readonly (readonly string[])[];
  readonly sums: readonly boolean[];
  readonly info: string;
  readonly datahash: string;
  readonly ends: readonly boolean[];
}

needs("python3")("Python reads three members, with the digests they should have", async ({ python3 }) => {
  const file = await build(
    {
      signer: rsaKey("a.rsa.pub").signer,
      scripts: { postinstall: "true\n" },
      contents: [installed("tool", "/usr/bin/tool"), { source: "link", from: "tool", to: "/usr/bin/t" }],
    },
    { tool: "tool" },
  );
  const seen = JSON.parse(execFileSync(python3, ["-c", reader, file], { encoding: "utf8" })) as Seen;
  expect(seen.names).toEqual([
    [".SIGN.RSA.a.rsa.pub"],
    [".PKGINFO", ".post-install"],
    ["usr", "usr/bin", "usr/bin/t", "usr/bin/tool"],
  ]);
  expect(seen.sums).toEqual([true, true]);
  expect(seen.info).toContain(`datahash = ${seen.datahash}\n`);
  expect(seen.ends).toEqual([false, false, true]);
});

it("has the same bytes wherever and whenever it is made", async () => {
  const described: Described = {
    signer: rsaKey("a.rsa.pub").signer,
    contents: [installed("tool", "/usr/bin/tool"), installed("big", "/usr/bin/big")],
  };
  const files = { tool: "tool", big: "0123456789abcdef".repeat(20_000) };
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
