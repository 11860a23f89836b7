/** A Release with signatures of four kinds: judges and Slipway agree on every one, before and after somebody tampers. */
import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect } from "vitest";

import { needs } from "../judges.ts";
import { gpgWorld, makeKey } from "../worlds/keys.ts";
import { toolConfig, toolFiles } from "../worlds/project.ts";
import { shell } from "../worlds/shell.ts";
import { slipway } from "../worlds/slipway.ts";

const { project, home, env, fresh } = shell();
const close: (() => void)[] = [];
afterAll(() => close.forEach((each) => each()));

const config = `${toolConfig.replace("publish: [site]", "publish: []")}trust:
  keys:
    mini: { minisign: env:MINI }
    pem: { openssl: env:PEM }
    pgp: { openpgp: env:PGP }
    ssh: { ssh: env:SSH }
  sign:
    - { minisign: mini, of: [checksums, release] }
    - { openssl: pem, of: [archives, release] }
    - { openpgp: pgp, of: [checksums, release] }
    - { ssh: ssh, of: [release], as: "{{ artifact }}.sshsig" }
`;

needs(
  "minisign",
  "openssl",
  "gpg",
  "ssh-keygen",
)(
  "minisign, openssl, gpg, ssh-keygen and sha256sum agree with the verdict",
  async (tools) => {
    const key = (name: string): string => join(home, name);
    const quiet = { stdio: "ignore" } as const;
    execFileSync(tools.minisign, ["-G", "-W", "-p", key("mini.pub"), "-s", key("mini")], quiet);
    execFileSync(
      tools.openssl,
      ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key("pem")],
      quiet,
    );
    execFileSync(tools.openssl, ["pkey", "-in", key("pem"), "-pubout", "-out", key("pem.pub")], quiet);
    execFileSync(
      tools["ssh-keygen"],
      ["-q", "-t", "ed25519", "-N", "", "-C", "ci@example.com", "-f", key("ssh")],
      quiet,
    );
    const gpg = gpgWorld(tools.gpg);
    close.push(() => gpg.close());
    const fingerprint = makeKey(gpg, "release", "ed25519");
    writeFileSync(key("pgp.pub"), gpg.run(["--armor", "--export", fingerprint]));
    const secrets = {
      MINI: readFileSync(key("mini"), "utf8"),
      PEM: readFileSync(key("pem"), "utf8"),
      PGP: gpg.run(["--armor", "--passphrase", "", "--export-secret-keys", fingerprint]).toString(),
      SSH: readFileSync(key("ssh"), "utf8"),
    };
    const folder = project(toolFiles({ "slipway.yaml": config }));
    const where = { cwd: folder, env: { ...env, ...secrets } };
    const made = await slipway(["release", "--quiet"], where);
    expect([made.code, made.stderr]).toEqual([0, ""]);
    const whole = join(folder, "dist", "1.0.0");

    const text = (name: string): string => readFileSync(key(name), "utf8");
    const trusted = {
      mini: { minisign: text("mini.pub") },
      pem: { openssl: text("pem.pub") },
      pgp: { openpgp: text("pgp.pub") },
      ssh: { ssh: text("ssh.pub").trim() },
    };
    const trust = join(home, "trust.json");
    const require = [
      { of: "release", by: Object.keys(trusted), threshold: 4 },
      { of: "checksums", by: ["mini", "pgp"], threshold: 2 },
      { of: "archives", by: ["pem"] },
    ];
    writeFileSync(trust, JSON.stringify({ slipway: 1, product: "tool", keys: trusted, require }));
    writeFileSync(key("allowed"), `ci@example.com ${text("ssh.pub")}`);

    /** What each judge says of its own signatures. */
    const judged = (release: string): Readonly<Record<string, boolean>> => {
      const at = { cwd: release, stdio: "ignore" } as const;
      const runs = (program: string, args: readonly string[], input?: Buffer): boolean =>
        spawnSync(program, args, input === undefined ? at : { cwd: release, input }).status === 0;
      const archive = "tool_linux_amd64.tar.gz";
      return {
        sha256sum: runs("sha256sum", ["-c", "--strict", "checksums.txt"]),
        minisign: ["checksums.txt", "release.json"].every((name) =>
          runs(tools.minisign, ["-V", "-q", "-p", key("mini.pub"), "-m", name]),
        ),
        openssl: [archive, "release.json"].every((name) =>
          runs(tools.openssl, ["dgst", "-sha256", "-verify", key("pem.pub"), "-signature", `${name}.sig`, name]),
        ),
        gpg: ["checksums.txt", "release.json"].every((name) =>
          runs(tools.gpg, ["--homedir", gpg.home, "--batch", "--verify", `${name}.asc`, name]),
        ),
        ssh: runs(
          tools["ssh-keygen"],
          ["-Y", "verify", "-f", key("allowed"), "-I", "ci@example.com", "-n", "file", "-s", "release.json.sshsig"],
          readFileSync(join(release, "release.json")),
        ),
      };
    };
    const verify = async (
      release: string,
      ...args: readonly string[]
    ): Promise<{ code: number | null; failed: string[] }> => {
      const { code, stdout } = await slipway(["verify", release, "--json", ...args], where);
      const { checks } = JSON.parse(stdout) as { checks: { outcome: string; subject: string }[] };
      return { code, failed: checks.filter(({ outcome }) => outcome === "failed").map(({ subject }) => subject) };
    };

    expect(judged(whole)).toEqual({ sha256sum: true, minisign: true, openssl: true, gpg: true, ssh: true });
    expect(await verify(whole, "--trust", trust)).toEqual({ code: 0, failed: [] });
    const keys = ["mini.pub", "pem.pub", "pgp.pub", "ssh.pub"].map(key);
    expect(await verify(whole, "--pubkey", ...keys)).toEqual({ code: 0, failed: [] });
    expect((await verify(whole, "--require-signatures")).code).toBe(2);

    const reports = [key("remote-verify.md"), key("remote-verify.json")];
    const reported = await slipway(
      ["verify", whole, "--trust", trust, ...reports.flatMap((path) => ["--report", path])],
      where,
    );
    expect(reported).toMatchObject({ code: 0, stderr: "" });
    expect(reported.stdout).toMatch(/^ok +signature release\.json\.asc: release\.json is signed by pgp \(openpgp /m);
    expect(reported.stdout).toMatch(
      /^verified tool 1\.0\.0 \(.*\nsigned by pgp \(openpgp\), mini \(minisign\), pem \(openssl\), ssh \(ssh\)\n$/m,
    );
    expect(text("remote-verify.md")).toMatch(/^# tool 1\.0\.0: verified\n/);
    expect(JSON.parse(text("remote-verify.json"))).toMatchObject({
      target: whole,
      outcome: "verified",
      release: { version: "1.0.0" },
    });
    expect(await slipway(["verify", whole, "--report", key("report.txt")], where)).toMatchObject({ code: 64 });

    const published = fresh();
    expect(await slipway(["publish", whole, "--to", published, "--quiet"], where)).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect(await verify(published, "--trust", trust, "--published", whole)).toEqual({ code: 0, failed: [] });

    const tampered = async (name: string): Promise<unknown> => {
      const copy = fresh();
      cpSync(whole, copy, { recursive: true });
      appendFileSync(join(copy, name), " ");
      return [judged(copy), (await verify(copy, "--trust", trust)).code];
    };
    const right = { sha256sum: true, minisign: true, openssl: true, gpg: true, ssh: true };
    expect(await tampered("release.json")).toEqual([
      { ...right, minisign: false, openssl: false, gpg: false, ssh: false },
      1,
    ]);
    expect(await tampered("checksums.txt")).toEqual([{ ...right, sha256sum: false, minisign: false, gpg: false }, 1]);
    expect(await tampered("tool_linux_amd64.tar.gz")).toEqual([{ ...right, sha256sum: false, openssl: false }, 1]);
    // What no single judge sees: a proof that is gone, and a file too many.
    const copy = fresh();
    cpSync(whole, copy, { recursive: true });
    rmSync(join(copy, "release.json.sshsig"));
    expect(await verify(copy, "--trust", trust)).toEqual({ code: 1, failed: ["release.json"] });
  },
  120_000,
);
