/** Secrets: fetched from where the config says, and found nowhere else afterwards. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { fetchSecret } from "../../src/cli/secrets.ts";
import type { SecretName } from "../../src/model/schema.ts";
import { judge, needs } from "../judges.ts";
import { type Gpg, gpgWorld, makeKey } from "../worlds/keys.ts";
import { projectRepository, toolFiles } from "../worlds/project.ts";
import { slipway } from "../worlds/slipway.ts";

const place = { file: "slipway.yaml", line: 5, column: 3 };
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-secrets-"));
  writeFileSync(join(folder, "secret.txt"), "from a file\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function fetch(name: string, platform: NodeJS.Platform = "linux", path = process.env["PATH"]): Promise<string> {
  const [from = "", rest = ""] = name.split(/:(.*)/s);
  const secret = { from, name: rest } as SecretName;
  const env = { PATH: path, TOKEN: "from the environment", EMPTY: "" };
  return Buffer.from(
    await fetchSecret(secret, { root: folder, env, place, platform, signal: AbortSignal.timeout(60_000) }),
  ).toString();
}

describe("a secret", () => {
  it("comes from a variable, a file, or what a command prints", async () => {
    expect(await fetch("env:TOKEN")).toBe("from the environment");
    expect(await fetch("file:secret.txt")).toBe("from a file\n");
    expect(await fetch(`file:${join(folder, "secret.txt")}`)).toBe("from a file\n");
    expect(await fetch("run:echo 'from  a command'")).toBe("from  a command");
    expect(await fetch("run:cat secret.txt")).toBe("from a file");
  });

  it("comes from the keychain by the system's own program", async () => {
    const bin = join(folder, "bin");
    execFileSync("mkdir", ["-p", bin]);
    for (const program of ["security", "secret-tool"]) {
      writeFileSync(join(bin, program), `#!/bin/sh\necho "${program} $*"\n`);
      chmodSync(join(bin, program), 0o755);
    }
    const path = `${bin}:${process.env["PATH"] ?? ""}`;
    expect(await fetch("keychain:release", "darwin", path)).toBe("security find-generic-password -w -s release");
    expect(await fetch("keychain:release", "linux", path)).toBe("secret-tool lookup service release");
  });

  it("that is not there is missing, at its place, with the reason", async () => {
    const missing: readonly (readonly [string, RegExp])[] = [
      ["env:NOT_SET", /^the environment variable NOT_SET is not set$/],
      ["env:EMPTY", /^the environment variable EMPTY is not set$/],
      ["file:none.txt", /none\.txt: no such file or folder$/],
      ["file:.", /: a folder stands where a file is needed$/],
      ["run:false", /^run:false gave no secret: exited with 1$/],
      ["run:true", /^run:true is empty$/],
      ["run:no-such-program x", /^run:no-such-program x gave no secret: no-such-program is not there$/],
    ];
    for (const [name, message] of missing)
      await expect(fetch(name)).rejects.toMatchObject({
        code: "key.missing",
        place,
        message: expect.stringMatching(message),
      });
    await expect(fetch("keychain:x", "win32")).rejects.toMatchObject({ code: "key.missing" });
    await expect(fetch("keychain:x", "linux", "/nonexistent")).rejects.toMatchObject({
      code: "key.missing",
      message: "keychain:x gave no secret: secret-tool is not there",
    });
  });

  it("is in no message, also where the command that prints it fails", async () => {
    const failure = await fetch("run:sh -c 'echo hunter2-secret; echo hunter2-secret >&2; exit 3'").catch(
      (thrown: unknown) => thrown as Error,
    );
    expect(failure).toMatchObject({ code: "key.missing", lines: [] });
    expect(
      `${String((failure as Error).cause)} ${JSON.stringify(Object.values(failure))}`.replaceAll(
        "echo hunter2-secret",
        "",
      ),
    ).not.toContain("hunter2");
  });
});

describe("a release that signs", () => {
  let gpg: Gpg | undefined;
  let world: string | undefined;
  afterAll(() => {
    gpg?.close();
    if (world !== undefined) rmSync(world, { recursive: true, force: true });
  });

  needs("gpg")("leaves no secret in what it prints, plans, traces, caches or makes", async () => {
    gpg = gpgWorld(judge("gpg") ?? "");
    const passphrase = "hunter2 hunter2 hunter2";
    makeKey(gpg, "release", "ed25519", { passphrase });
    const key = gpg.run(["--armor", "--passphrase", passphrase, "--export-secret-keys", "release"]).toString();
    const fingerprint = makeKey(gpg, "bare", "ed25519");
    const bare = gpg.run(["--export-secret-keys", "bare"]);
    makeKey(gpg, "other", "ed25519");
    const other = gpg.run(["--armor", "--export-secret-keys", "other"]).toString();
    const keys = `trust:\n  keys:\n    release: { openpgp: env:KEY, passphrase: env:PASS }\n    bare: { openpgp: env:BARE }\n`;
    const sign = `packages:\n  - formats: [rpm]\n    license: MIT\n    maintainer: T <t@example.com>\n    description: d\n    sign: release\n  - formats: [rpm]\n    name: other\n    license: MIT\n    maintainer: T <t@example.com>\n    description: d\n    sign: bare\n`;
    const files = toolFiles();
    const project = projectRepository({ ...files, "slipway.yaml": `${files["slipway.yaml"] ?? ""}${keys}${sign}` });
    world = join(project, "..");
    const cache = join(world, "cache");
    const secrets = { KEY: key, PASS: passphrase, BARE: bare.toString("base64") };
    const where = { cwd: project, env: { ...secrets, SLIPWAY_CACHE: cache, XDG_CACHE_HOME: cache } };
    const runs = [
      await slipway(["plan", "--json", "--output", "../plan.json", "--skip", "publish"], where),
      await slipway(["release", "--trace", "../trace.json", "--verbose", "--skip", "publish"], where),
      await slipway(["release", "--plan", "../plan.json", "--no-cache", "--config", "slipway.yaml"], where),
      await slipway(["release", "--plan", "../plan.json", "--no-cache", "--config", "slipway.yaml"], {
        ...where,
        env: { ...where.env, BARE: other },
      }),
      await slipway(["check"], { ...where, env: { ...where.env, PASS: "hunter2 wrong" } }),
    ];
    expect(runs.map(({ code, stderr }) => [code, code === 0 ? "" : stderr])).toEqual([
      [0, ""],
      [0, ""],
      [0, ""],
      [1, expect.stringContaining("is not the one that was planned")],
      [1, expect.stringContaining("the passphrase in env:PASS is not its own")],
    ]);
    const printed = runs.map(({ stdout, stderr }) => `${stdout}${stderr}`).join("");
    const kept = filesUnder(join(project, "..")).map((path) => readFileSync(path).toString("latin1"));
    const parts = [
      "hunter2",
      ...key.split("\n").slice(2, 5),
      bare.toString("base64").slice(40, 80),
      bare.subarray(40, 80).toString("latin1"),
    ];
    for (const part of parts) expect([printed, ...kept].filter((text) => text.includes(part))).toEqual([]);
    const made = readdirSync(join(project, "dist", "1.0.0")).filter((name) => name.endsWith(".rpm"));
    expect(made.length).toBe(2);
    expect(kept.filter((text) => text.includes(fingerprint)).length).toBeGreaterThan(0);
  });
});

function filesUnder(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
