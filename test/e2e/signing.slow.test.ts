/** From `slipway keys new` to the signatures of a release: every kind of key that is made here, judged by the program it is for. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { needs } from "../judges.ts";
import { gpgWorld } from "../worlds/keys.ts";
import { projectRepository, toolFiles } from "../worlds/project.ts";
import { program, type Ran, slipway } from "../worlds/slipway.ts";
import { hasTerminal } from "../worlds/terminal.ts";

const passphrase = "correct horse battery staple";
let project: string;
let secrets: string;
const env: Record<string, string> = { PASS: passphrase };

/** The keys and how each is made; minisign's takes seconds where it has a passphrase. */
const keys = {
  m: ["--kind", "minisign"],
  o: ["--kind", "openssl", "--passphrase", "env:PASS"],
  r: ["--kind", "openssl", "--algorithm", "rsa-2048"],
  e: ["--kind", "openssl", "--algorithm", "ed25519", "--passphrase", "env:PASS"],
  s: ["--kind", "ssh", "--passphrase", "env:PASS"],
  g: ["--kind", "openpgp", "--passphrase", "env:PASS"],
} as const;

const entries = `
  sign:
    - { minisign: m, comment: "{{ project }} {{ version }}: {{ artifact }}" }
    - { openssl: o, of: [checksums], as: "{{ artifact }}.ecdsa" }
    - { openssl: r, of: [checksums, archives], hash: sha512, as: "{{ artifact }}.rsa" }
    - { openssl: e, of: [checksums], as: "{{ artifact }}.ed25519" }
    - { ssh: s, of: [checksums], as: "{{ artifact }}.ssh", namespace: release }
    - { openpgp: g, of: [checksums] }
    - { openpgp: g, of: [checksums], armor: false, as: "{{ artifact }}.gpg" }
    - { openpgp: absent, of: [checksums], optional: true, as: "{{ artifact }}.absent" }
    - { command: [sh, -c, 'basename "$1" > "$2"; echo "$WORD" >> "$2"', "-", "{{ artifact }}", "{{ signature }}"], env: { WORD: hello }, of: [checksums], as: "{{ artifact }}.own" }
`;

beforeAll(async () => {
  secrets = mkdtempSync(join(tmpdir(), "slipway-secrets-"));
  const made = await Promise.all(
    Object.entries(keys).map(([name, words]) =>
      slipway(["keys", "new", name, ...words, "--output", join(secrets, `${name}.key`)], { cwd: secrets, env }),
    ),
  );
  expect(made.map(({ code, stderr }) => [code, stderr])).toEqual(made.map(() => [0, ""]));
  // What it prints is what the config wants.
  const lines = made.map(({ stdout }) => /^ {4}\w: \{ .* \}$/m.exec(stdout)?.[0] ?? "");
  const usual = toolFiles();
  const config = `${usual["slipway.yaml"]}trust:\n  keys:\n${lines.join("\n")}\n    absent: { openpgp: env:ABSENT_KEY }${entries}`;
  project = projectRepository({ ...usual, "slipway.yaml": config });
  env["SLIPWAY_CACHE"] = join(project, "..", "cache");
  for (const name of Object.keys(keys)) {
    env[`${name.toUpperCase()}_KEY`] = readFileSync(join(secrets, `${name}.key`), "utf8");
    env[`${name.toUpperCase()}_PASSPHRASE`] = passphrase;
  }
  const released = await run("release", "--skip", "publish");
  expect([released.code, released.stderr]).toEqual([0, expect.anything()]);
  expect(`${released.stdout}${released.stderr}`).toContain("the environment variable ABSENT_KEY is not set");
});
afterAll(() => {
  rmSync(join(project, ".."), { recursive: true, force: true });
  rmSync(secrets, { recursive: true, force: true });
});

const run = (...args: readonly string[]): Promise<Ran> => slipway(args, { cwd: project, env });
const dist = (name: string): string => join(project, "dist", "1.0.0", name);
const exported = async (...words: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await run("keys", "export", ...words);
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
};
/** Writes what `keys export` prints into a file, and gives its path. */
const publicFile = async (...words: readonly string[]): Promise<string> => {
  const path = join(secrets, `${words.join("")}.public`);
  writeFileSync(path, await exported(...words));
  return path;
};

describe("the signatures of a release", () => {
  needs("minisign")("are good to minisign, with a comment that says what was signed", async ({ minisign }) => {
    const key = await publicFile("m");
    const bare = (await exported("m", "--as", "base64")).trim();
    for (const name of ["release.json", "checksums.txt"]) {
      const told = execFileSync(minisign, ["-V", "-H", "-p", key, "-m", dist(name)]).toString();
      expect(told).toContain(`Trusted comment: tool 1.0.0: ${name}\n`);
      execFileSync(minisign, ["-V", "-P", bare, "-m", dist(name)]);
    }
  });

  needs("openssl")("are good to openssl", async ({ openssl }) => {
    const verify = (hash: string, key: string, signed: string, suffix: string): string =>
      execFileSync(openssl, [
        "dgst",
        hash,
        "-verify",
        key,
        "-signature",
        dist(`${signed}${suffix}`),
        dist(signed),
      ]).toString();
    expect(verify("-sha256", join(secrets, "o.pub.pem"), "checksums.txt", ".ecdsa")).toBe("Verified OK\n");
    const pem = await publicFile("r", "--as", "pem");
    for (const name of ["checksums.txt", "tool_linux_amd64.tar.gz"])
      expect(verify("-sha512", pem, name, ".rsa")).toBe("Verified OK\n");
    const words = [
      "-inkey",
      join(secrets, "e.pub.pem"),
      "-sigfile",
      dist("checksums.txt.ed25519"),
      "-in",
      dist("checksums.txt"),
    ];
    execFileSync(openssl, ["pkeyutl", "-verify", "-rawin", "-pubin", ...words]);
  });

  needs("ssh-keygen")("are good to ssh-keygen in their namespace", async ({ "ssh-keygen": keygen }) => {
    const allowed = await publicFile("s", "--as", "allowed-signers");
    const words = ["-Y", "verify", "-f", allowed, "-I", "s@tool", "-n", "release", "-s", dist("checksums.txt.ssh")];
    expect(execFileSync(keygen, words, { input: readFileSync(dist("checksums.txt")) }).toString()).toContain("Good");
  });

  needs("gpg", "sq")("are good to gpg and Sequoia, as text and as bytes", async ({ gpg, sq }) => {
    const key = await publicFile("g");
    const world = gpgWorld(gpg);
    try {
      const now = Math.ceil(Date.now() / 1000);
      world.run(["--import", key], { at: now });
      for (const suffix of [".asc", ".gpg"]) {
        world.run(["--verify", dist(`checksums.txt${suffix}`), dist("checksums.txt")], { at: now });
        const words = ["--signer-cert", key, "--detached", dist(`checksums.txt${suffix}`), dist("checksums.txt")];
        execFileSync(sq, ["verify", ...words], { stdio: "pipe" });
      }
    } finally {
      world.close();
    }
  });

  it("by a command are what it wrote, given the file under its own name", () => {
    expect(readFileSync(dist("checksums.txt.own"), "utf8")).toBe("checksums.txt\nhello\n");
    expect(existsSync(dist("checksums.txt.absent"))).toBe(false);
  });

  it("leave nothing of the secrets in the release, its plan or the cache", () => {
    // Of each key file a line from its middle.
    const secret = Object.keys(keys).map((name) => {
      const lines = readFileSync(join(secrets, `${name}.key`), "utf8").split("\n");
      return lines.find((line) => line.length > 40 && !/^(-----|untrusted|b3BlbnNzaC1rZXk)/.test(line)) ?? "";
    });
    expect(secret).not.toContain("");
    const words = [passphrase, ...secret].flatMap((word) => ["-e", word]);
    const found = spawnSync("grep", ["-rlaF", ...words, "dist", "../cache"], { cwd: project, encoding: "utf8" });
    expect([found.status, found.stdout]).toEqual([1, ""]);
  });

  it("are all asked for by the trust file of the config, and verify", async () => {
    const trust = join(secrets, "trust.json");
    expect((await run("keys", "export", "--trust", "--output", trust)).code).toBe(0);
    const { keys: trusted, require } = JSON.parse(readFileSync(trust, "utf8")) as { keys: object; require: object[] };
    expect(Object.keys(trusted).toSorted()).toEqual(["e", "g", "m", "o", "r", "s"]);
    expect(require).toContainEqual({ of: "archives", by: ["r"], threshold: 1 });
    const verified = await run("verify", "dist/1.0.0", "--trust", trust);
    expect([verified.code, verified.stderr]).toEqual([0, ""]);

    const folder = join(secrets, "swapped");
    mkdirSync(folder);
    execFileSync("cp", ["-r", join(project, "dist", "1.0.0"), folder]);
    copyFileSync(dist("checksums.txt.minisig"), join(folder, "1.0.0", "release.json.minisig"));
    expect((await run("verify", join(folder, "1.0.0"), "--trust", trust)).code).toBe(1);
  });

  it("are the same when the release is made again", async () => {
    const names = [
      "release.json.minisig",
      ...["minisig", "ecdsa", "rsa", "ed25519", "ssh", "asc"].map((end) => `checksums.txt.${end}`),
    ];
    const before = names.map((name) => readFileSync(dist(name)));
    expect((await run("release", "--skip", "publish", "--no-cache", "--clean")).code).toBe(0);
    expect(names.map((name) => readFileSync(dist(name)))).toEqual(before);
  });
});

describe("slipway keys", () => {
  it("shows what is here, what it signs, and what is not here", async () => {
    const { code, stdout } = await run("keys", "show", "--json");
    expect(code).toBe(0);
    const shown = JSON.parse(stdout) as readonly Record<string, unknown>[];
    const of = (name: string): Record<string, unknown> => shown.find((key) => key["name"] === name) ?? {};
    expect(of("m")).toMatchObject({ kind: "minisign", algorithm: "ed25519", signs: ["trust.sign[0]"], missing: "" });
    expect(readFileSync(join(secrets, "m.pub"), "utf8")).toContain(`minisign public key ${String(of("m")["id"])}\n`);
    expect(of("o")).toMatchObject({ kind: "openssl", algorithm: "ecdsa-p256", signs: ["trust.sign[1]"] });
    expect(of("r")).toMatchObject({ algorithm: "rsa-2048" });
    expect(of("absent")).toMatchObject({ missing: "the environment variable ABSENT_KEY is not set", fingerprint: "" });
    expect((await run("keys", "show", "nobody")).code).toBe(64);
  });

  it("keeps a new secret to its owner, replaces nothing and takes no passphrase from the command line", async () => {
    const path = join(secrets, "m.key");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const before = readFileSync(path);
    const again = await slipway(["keys", "new", "m", "--kind", "minisign"], { cwd: secrets, env });
    expect([again.code, readFileSync(path)]).toEqual([1, before]);
    const half = await slipway(["keys", "new", "fresh", "--kind", "ssh", "--output", path], { cwd: secrets, env });
    expect([half.code, readFileSync(path), existsSync(join(secrets, "fresh.pub"))]).toEqual([1, before, false]);
    const told = await slipway(["keys", "new", "x", "--kind", "ssh", "--passphrase", "hunter2"], { cwd: secrets, env });
    expect([told.code, told.stderr.includes("hunter2"), existsSync(join(secrets, "x.key"))]).toEqual([
      64,
      false,
      false,
    ]);
    const wrong = [
      ["x", "--kind", "dsa"],
      ["x", "--kind", "ssh", "--algorithm", "dsa"],
      ["../x", "--kind", "ssh"],
    ];
    const ran = await Promise.all(wrong.map((words) => slipway(["keys", "new", ...words], { cwd: secrets, env })));
    expect(ran.map(({ code }) => code)).toEqual([64, 64, 64]);
    expect((await run("keys", "new", "m", "--kind", "minisign")).stderr).toContain(
      "the config has a key called m already",
    );
    expect((await run("keys", "export", "m", "--as", "pem")).code).toBe(64);
  });

  it.skipIf(!hasTerminal())("asks for a passphrase on a terminal, twice and without showing it", async () => {
    const typed = async (
      name: string,
      lines: readonly string[],
    ): Promise<{ readonly code: number | null; readonly shown: string }> => {
      const words = `exec '${process.execPath}' '${program}' keys new ${name} --kind openssl`;
      const child = spawn("script", ["--quiet", "--return", "-c", words, "/dev/null"], {
        cwd: secrets,
        env: { ...process.env, ...env },
      });
      const left = [...lines];
      let shown = "";
      child.stdout.on("data", (chunk: Buffer) => {
        shown += chunk.toString();
        const answer = /(none|again)[^\n]*: $/.test(shown) ? left.shift() : undefined;
        if (answer !== undefined) child.stdin.write(`${answer}\r`);
      });
      const [code] = (await once(child, "close")) as [number | null];
      return { code, shown };
    };
    const good = await typed("typed", [passphrase, passphrase]);
    expect([good.code, good.shown.includes(passphrase)]).toEqual([0, false]);
    const pem = readFileSync(join(secrets, "typed.key"), "utf8");
    expect(createPrivateKey({ key: pem, passphrase }).asymmetricKeyType).toBe("ec");
    const pasted = await typed("pasted", [`${passphrase}\r${passphrase}`]);
    expect([pasted.code, pasted.shown.includes(passphrase)]).toEqual([0, false]);
    expect((await typed("other", [passphrase, "another"])).code).toBe(64);
    expect(existsSync(join(secrets, "other.key"))).toBe(false);
    const none = await typed("none", [""]);
    expect([none.code, createPrivateKey(readFileSync(join(secrets, "none.key"))).type]).toEqual([0, "private"]);
    expect((await typed("stopped", ["\u0003"])).code).not.toBe(0);
    expect(existsSync(join(secrets, "stopped.key"))).toBe(false);
  });
});
