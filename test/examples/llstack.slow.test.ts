/** The llstack example: its Makefile's words, the files they leave, and openssl's word on every signature. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect } from "vitest";

import { judge, needs } from "../judges.ts";
import { startFakeGithub } from "../servers/github.ts";
import { startSite } from "../servers/site.ts";
import { exampleRepository } from "../worlds/example.ts";
import { program, type Ran, slipway, start } from "../worlds/slipway.ts";

const tools = ["go", "make", "openssl"] as const;
const home = mkdtempSync(join(tmpdir(), "slipway-llstack-"));
const repository = join(home, "llstack");
const packages = join(repository, "dist/packages/v1.0.0");
const releases = join(repository, "dist/releases/v1.0.0");
const platforms = ["linux-amd64", "linux-arm64"] as const;
const key = (owner: string): string => join(home, `${owner}.pem`);
const publicKey = (owner: string): string => join(home, `${owner}.pub.pem`);

const made = [
  ...platforms.map((platform) => `llstack-v1.0.0-${platform}.tar.gz`),
  "checksums.txt",
  "index.json",
  "provenance.json",
  "sbom.spdx.json",
];
const lists = ["release.json", "release-notes.md", "signatures.json"];

/** What `make package` left and said without a key. */
let unsigned: { readonly files: readonly string[]; readonly said: Ran };

beforeAll(async () => {
  const openssl = judge("openssl");
  if (openssl === undefined || tools.some((name) => judge(name) === undefined)) return;
  for (const owner of ["team", "stranger"]) {
    const rsa = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
    execFileSync(openssl, ["genpkey", ...rsa, "-out", key(owner)], { stdio: "pipe" });
    execFileSync(openssl, ["pkey", "-in", key(owner), "-pubout", "-out", publicKey(owner)]);
  }
  exampleRepository("llstack", { tag: "v1.0.0", folder: repository });
  const said = await make("package", "PLATFORMS=linux/amd64 linux/arm64");
  expect(said.code, said.stderr).toBe(0);
  cpSync(packages, join(home, "unsigned"), { recursive: true });
  unsigned = { said, files: readdirSync(packages) };
  const signing = await make("sign-release", `SIGNING_KEY=${key("team")}`, `SIGNING_PUBKEY=${publicKey("team")}`);
  expect(signing.code, signing.stderr).toBe(0);
}, 120_000);

afterAll(() => rmSync(home, { recursive: true, force: true }));

/** As the seed's operators write it: `VARIABLE=value ... make TARGET VARIABLE=value ...`. */
function make(...args: readonly string[]): Promise<Ran> {
  const env = Object.fromEntries(args.filter((arg) => environment.test(arg)).map(pairOf));
  const words = args.filter((arg) => !environment.test(arg));
  return start(judge("make") ?? "make", [...words, `SLIPWAY=${process.execPath} ${program}`], {
    cwd: repository,
    env: { RELEASE_SIGNING_KEY: undefined, SLIPWAY_CACHE: join(home, "cache"), ...env },
  }).ended;
}

const environment = /^(LLSTACK|RELEASE|GH|GITHUB)_/;

function pairOf(arg: string): readonly [name: string, value: string] {
  const equals = arg.indexOf("=");
  return [arg.slice(0, equals), arg.slice(equals + 1)];
}

const trusting = [`LLSTACK_VERIFY_PUBKEY=${publicKey("team")}`, "LLSTACK_REQUIRE_SIGNATURES=1"];

describe("llstack's release without a key", () => {
  needs(...tools)("has everything but the signatures, and says why", async () => {
    expect(unsigned.files.toSorted()).toEqual([...made, ...lists].toSorted());
    expect(unsigned.said.stderr).toContain("the environment variable RELEASE_SIGNING_KEY is not set");
    const verify = (...flags: readonly string[]): Promise<Ran> =>
      slipway(["verify", "unsigned", ...flags], { cwd: home });
    expect(await verify()).toMatchObject({ code: 0 });
    expect(await verify("--require-signatures")).toMatchObject({ code: 1 });
  });
});

describe("llstack's release", () => {
  needs(...tools)("lies where its authors look for it, with programs that say what they are", () => {
    expect(readdirSync(packages).toSorted()).toEqual(
      [...made, ...lists, ...[...made, "release.json"].map((name) => `${name}.sig`)].toSorted(),
    );
    const said = execFileSync(join(releases, "linux-amd64/llstack"), ["version", "--json"], { encoding: "utf8" });
    expect(JSON.parse(said)).toMatchObject({
      version: "v1.0.0",
      commit: execFileSync("git", ["-C", repository, "rev-parse", "HEAD"], { encoding: "utf8" }).trim(),
      date: "2026-01-30T12:02:00Z",
      platform: "linux-amd64",
    });
    for (const platform of platforms) {
      const archive = join(packages, `llstack-v1.0.0-${platform}.tar.gz`);
      const packed = execFileSync("tar", ["-xzOf", archive, "llstack"], { maxBuffer: 64e6 });
      expect(packed.equals(readFileSync(join(releases, platform, "llstack")))).toBe(true);
    }
    const notes = readFileSync(join(packages, "release-notes.md"), "utf8");
    expect(notes).toContain("| `llstack-v1.0.0-linux-arm64.tar.gz` | linux/arm64 |");
  });

  needs(...tools)("is signed file by file as openssl verifies it, and lists its signatures", ({ openssl }) => {
    const verify = (name: string, owner: string): string => {
      const args = ["dgst", "-sha256", "-verify", publicKey(owner), "-signature", `${name}.sig`, name];
      return execFileSync(openssl, args, { cwd: packages, encoding: "utf8", stdio: "pipe" });
    };
    for (const name of [...made, "release.json"]) {
      expect(verify(name, "team")).toBe("Verified OK\n");
      expect(() => verify(name, "stranger")).toThrow("Command failed");
    }
    const der = execFileSync(openssl, ["pkey", "-pubin", "-in", publicKey("team"), "-outform", "DER"]);
    const fingerprint = createHash("sha256").update(der).digest("hex");
    const { signatures } = JSON.parse(readFileSync(join(packages, "signatures.json"), "utf8")) as {
      readonly signatures: readonly { readonly subject: string }[];
    };
    expect(signatures.map(({ subject }) => subject).toSorted()).toEqual(made.toSorted());
    for (const signature of signatures)
      expect(signature).toMatchObject({ name: `${signature.subject}.sig`, format: "openssl", fingerprint });
  });

  needs(...tools)("is verified with the key of its authors, and noted as unverified without one", async () => {
    expect(await make("verify-release", ...trusting)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("checksums.txt is signed by"),
    });
    expect(await make("verify-release")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("no signature was checked"),
    });
    const strangers = await make("verify-release", `LLSTACK_VERIFY_PUBKEY=${publicKey("stranger")}`);
    expect([strangers.code, strangers.stdout]).toEqual([2, expect.stringContaining("failed")]);
  });

  needs(...tools)("is refused wherever a byte of it is another, without the key as with it", async () => {
    for (const name of [made[0] ?? "", "checksums.txt", "provenance.json", "index.json.sig"]) {
      const folder = join(home, `tampered-${name}`);
      cpSync(packages, folder, { recursive: true });
      const bytes = readFileSync(join(folder, name));
      bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100);
      writeFileSync(join(folder, name), bytes);
      const flags = name === "checksums.txt" ? [] : ["--pubkey", publicKey("team")];
      const { code, stdout } = await slipway(["verify", folder, ...flags], { cwd: home });
      expect([name, code, stdout]).toEqual([name, 1, expect.stringContaining("failed")]);
    }
  });

  needs(...tools)("is verified where it is published, which leaves two reports", async () => {
    let isChanged = false;
    const site = await startSite(packages, (_, response, name) => {
      if (isChanged && name === "index.json") response.end(`${readFileSync(join(packages, name), "utf8")}\n`);
      return response.writableEnded;
    });
    const report = join(repository, "dist/remote/v1.0.0/remote-verify");
    const verify = (): Promise<Ran> =>
      make("remote-verify-release", "LLSTACK_VERSION=v1.0.0", `LLSTACK_REMOTE_BASE_URL=${site.url}`, ...trusting);
    try {
      expect(await verify()).toMatchObject({ code: 0 });
      expect(JSON.parse(readFileSync(`${report}.json`, "utf8"))).toMatchObject({
        outcome: "verified",
        release: { product: "llstack", version: "1.0.0" },
      });
      expect(readFileSync(`${report}.md`, "utf8")).toContain("# llstack 1.0.0: verified");
      isChanged = true;
      expect(await verify()).toMatchObject({ code: 2 });
      expect(JSON.parse(readFileSync(`${report}.json`, "utf8"))).toMatchObject({ outcome: "invalid" });
    } finally {
      await site.stop();
    }
  });

  needs(...tools)("has notes, and a summary that finds what was not published", async () => {
    expect(await make("release-notes", "VERSION=v1.0.0")).toMatchObject({ code: 0 });
    expect(readFileSync(join(releases, "release-notes.md"), "utf8")).toContain("# LLStack v1.0.0");
    const assets = join(home, "release-assets.txt");
    writeFileSync(assets, readdirSync(packages).join("\n"));
    const report = (name: string): string => readFileSync(join(packages, `release-summary.${name}`), "utf8");
    const summary = ["release-summary", "VERSION=v1.0.0", `LLSTACK_RELEASE_ASSETS=${assets}`];
    expect(await make(...summary)).toMatchObject({ code: 0 });
    expect(report("md")).toContain("- missing: none");
    writeFileSync(assets, readdirSync(packages).slice(1).join("\n"));
    expect(await make(...summary)).toMatchObject({ code: 2 });
    expect(JSON.parse(report("json"))).toMatchObject({
      assets: { missing: ["checksums.txt"] },
    });
    // The reports are no part of the release, and not in its way.
    expect(await make("verify-release", ...trusting)).toMatchObject({ code: 0 });
    for (const name of ["md", "json"]) rmSync(join(packages, `release-summary.${name}`));
  });
});

describe("llstack's release is published", () => {
  const reports = ["release-summary.md", "release-summary.json", "release-assets.txt", "release-url.txt"];
  const remote = (base: string): Promise<Ran> =>
    make("remote-verify-release", "LLSTACK_VERSION=v1.0.0", `LLSTACK_REMOTE_BASE_URL=${base}`, ...trusting);
  const listed = (): readonly string[] => readdirSync(packages).filter((name) => !reports.includes(name));
  const assets = (): readonly string[] => readFileSync(join(packages, "release-assets.txt"), "utf8").trim().split("\n");
  afterEach(() => reports.forEach((name) => rmSync(join(packages, name), { force: true })));

  needs(...tools)("to a directory, whole, and with the reports beside what was made", async () => {
    const target = join(home, "www", "v1.0.0");
    const to = ["LLSTACK_PUBLISH_PROVIDER=directory", `LLSTACK_PUBLISH_TARGET=${target}`];
    expect(await make("publish-release", "VERSION=v1.0.0", ...to)).toMatchObject({ code: 0 });
    expect(readdirSync(target).toSorted()).toEqual(listed().toSorted());
    expect(assets()).toEqual(listed().toSorted());
    expect(readFileSync(join(packages, "release-url.txt"), "utf8")).toBe(""); // nobody has said where it is served
    expect(readFileSync(join(packages, "release-summary.md"), "utf8")).toContain("llstack-v1.0.0-linux-arm64.tar.gz");
    expect(
      await slipway(["verify", target, "--pubkey", publicKey("team"), "--require-signatures"], { cwd: home }),
    ).toMatchObject({ code: 0 });
    expect((await make("publish-release", "VERSION=v1.0.0")).stderr).toContain("say where to");
  });

  needs(...tools)("to GitHub, and verified there by anybody", async () => {
    const github = await startFakeGithub();
    try {
      const commit = execFileSync("git", ["-C", repository, "rev-parse", "HEAD"], { encoding: "utf8" }).trim();
      github.repository("example/llstack").refs.set("refs/tags/v1.0.0", commit);
      const to = ["LLSTACK_PUBLISH_PROVIDER=github", "LLSTACK_PUBLISH_TARGET=example/llstack"];
      const at = [`GH_TOKEN=${github.token}`, `GITHUB_API_URL=${github.endpoint}`];
      const said = await make("publish-release", "VERSION=v1.0.0", ...to, ...at);
      expect([said.code, said.stderr]).toEqual([0, expect.any(String)]);
      const [release] = github.repository("example/llstack").releases;
      expect(release).toMatchObject({ tag: "v1.0.0", name: "LLStack v1.0.0", draft: false });
      expect(release?.body).toContain("## Checksums");
      expect(release?.assets.map(({ name }) => name).toSorted()).toEqual(listed().toSorted());
      expect(assets()).toEqual(listed().toSorted());
      const url = readFileSync(join(packages, "release-url.txt"), "utf8").trim();
      expect(url).toBe(`${github.origin}/example/llstack/releases/tag/v1.0.0`);
      expect(await remote(url.replace("/tag/", "/download/"))).toMatchObject({ code: 0 });
    } finally {
      await github.stop();
    }
  });

  needs(...tools)(
    "by the pipeline, which tests, makes, signs and verifies it before; to validate it, nothing is published",
    async () => {
      const target = join(home, "piped");
      const to = ["LLSTACK_PUBLISH_PROVIDER=directory", `LLSTACK_PUBLISH_TARGET=${target}`];
      const secret = `RELEASE_SIGNING_KEY=${readFileSync(key("team"), "utf8")}`;
      const pipeline = (...words: readonly string[]): Promise<Ran> =>
        make("release-pipeline", "VERSION=v1.0.0", secret, ...words, ...to);
      expect(await pipeline("MODE=validate", "LLSTACK_RUN_PUBLISH=1")).toMatchObject({ code: 0 });
      expect(await pipeline("MODE=release")).toMatchObject({ code: 0 });
      expect(existsSync(target)).toBe(false);
      const { code, stdout } = await pipeline("MODE=release", "LLSTACK_RUN_PUBLISH=1");
      expect([code, stdout]).toEqual([0, expect.stringMatching(/gates[^]*make[^]*verify[^]*publish/)]);
      expect(
        await slipway(["verify", target, "--pubkey", publicKey("team"), "--require-signatures"], { cwd: home }),
      ).toMatchObject({ code: 0 });
      const refused = await make("release-pipeline", "MODE=release", "VERSION=v9.9.9", secret);
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("v9.9.9")]);
    },
  );
});

describe("llstack's smoke of containers", () => {
  needs(...tools)("says why it cannot be run where there is no docker", async () => {
    const { code, stderr } = await make("docker-smoke", "DOCKER=false");
    expect([code, stderr]).toEqual([2, expect.stringContaining("docker-smoke: false cannot be reached")]);
  });
});

describe("llstack's Makefile", () => {
  needs(...tools)("guards the version", async () => {
    const validate = (version: string): Promise<Ran> => make("validate-release-version", `VERSION=${version}`);
    expect(await validate("v1.0.0")).toMatchObject({ code: 0 });
    for (const version of ["v1.1.0", "1.0.0"]) expect(await validate(version)).toMatchObject({ code: 2 });
  });

  needs(...tools)("runs what it builds, of a snapshot where there is no tag", async () => {
    expect(await make("smoke")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("would write /etc/httpd/conf.d/example.com.conf"),
    });
    appendFileSync(join(repository, "README.md"), "\n");
    execFileSync("git", ["-C", repository, "-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "-qam", "fix: x"]);
    const { code, stdout } = await make("build");
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^dist\/releases\/v1\.0\.0-SNAPSHOT-\w+\/linux-\w+\/llstack$/m),
    ]);
  });
});
