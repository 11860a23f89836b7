/** The restic-manager example: one image, pushed to the registry of a forge, and what its containers do. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, vi } from "vitest";

import { judge } from "../judges.ts";
import { pushBase } from "../worlds/base-image.ts";
import { exampleBase } from "../worlds/example.ts";
import { type Gitea, startGitea } from "../worlds/gitea.ts";
import { slipway } from "../worlds/slipway.ts";
import type { Served } from "../worlds/podman.ts";
import { type ReleasedExample, releasedExample } from "../worlds/released-example.ts";

const programs = ["go", "skopeo", "base-image", "qemu-aarch64", "gitea", "cosign", "cosign-2", "minisign"] as const;

let forge: Gitea;

const test = releasedExample("restic-manager", programs, async ({ registry, folder, atEnd }) => {
  forge = await startGitea();
  atEnd(() => forge.stop());
  const auth = Buffer.from(`${forge.user}:${forge.token}`).toString("base64");
  writeFileSync(join(folder, "config.json"), JSON.stringify({ auths: { [forge.host]: { auth } } }));
  return {
    instead: {
      "endpoint: https://gitea.example": `endpoint: "${forge.url}"`,
      "gitea: acme/": `gitea: ${forge.user}/`,
      "username: acme": `username: ${forge.user}`,
      // The forge knows the repository only once it is released there.
      "  - releases\n": "  - { store: releases, when: '{{ env.WITH_PAGE | default: false }}' }\n",
      "gitea.example/acme": `${forge.host}/${forge.user}`,
      "gitea.example": forge.host,
      [exampleBase]: (await pushBase(registry)).reference,
    },
    // As `docker login` leaves it.
    env: environmentOf(folder),
  };
});

let secrets: Readonly<Record<string, string>> | undefined;

/** What CI has: who is logged in, and the secrets. */
function environmentOf(folder: string): Readonly<Record<string, string>> {
  secrets ??= { DOCKER_CONFIG: folder, GITEA_TOKEN: forge.token, ...keysIn(folder) };
  return secrets;
}

/** Makes the keys of the team, and the public one of a stranger; gives the secrets as CI has them. */
function keysIn(folder: string): Readonly<Record<string, string>> {
  const [cosign = "", minisign = ""] = [judge("cosign"), judge("minisign")];
  const env = { ...process.env, COSIGN_PASSWORD: "correct horse", HOME: folder };
  for (const owner of ["stranger", "cosign"])
    execFileSync(cosign, ["generate-key-pair", `--output-key-prefix=${owner}`], { cwd: folder, env, stdio: "pipe" });
  execFileSync(minisign, ["-G", "-W", "-p", "minisign.pub", "-s", "minisign.key"], { cwd: folder, stdio: "ignore" });
  const text = (name: string): string => readFileSync(join(folder, name), "utf8");
  return { COSIGN_KEY: text("cosign.key"), COSIGN_PASSWORD: "correct horse", MINISIGN_KEY: text("minisign.key") };
}

const repositoryOf = (): string => `${forge.host}/${forge.user}/restic-manager`;
const imageOf = (): string => `${repositoryOf()}:v1.0.0`;
const text = (command: string, ...args: readonly string[]): string => execFileSync(command, args, { encoding: "utf8" });
/** The tags that people use: others lead to what is said of an image. */
const tagsOf = (crane: string): readonly string[] =>
  lines(text(crane, "ls", repositoryOf())).filter((tag) => !tag.startsWith("sha256-"));
const lines = (printed: string): readonly string[] => printed.trim().split("\n").toSorted();

const plainHttp = ["--allow-insecure-registry", "--allow-http-registry"] as const;

/** Asks a verifier, as someone who is logged in to the forge. */
function asked(folder: string, program: string, ...words: readonly string[]): string {
  const env = { ...process.env, HOME: folder, DOCKER_CONFIG: folder };
  return execFileSync(program, words, { cwd: folder, env, encoding: "utf8", stdio: "pipe" });
}

/** What a program of it says of itself, as git has it. */
function versionLine(program: string, { repository }: ReleasedExample): string {
  const commit = text("git", "-C", repository, "rev-parse", "HEAD").trim();
  return `${program} 1.0.0 (commit: ${commit}, built: 2026-01-30T12:02:00Z)\n`;
}

describe("restic-manager's release", () => {
  test("is one image under the tags of its version, and its notes say the digest", (example, { crane }) => {
    const [repository, image] = [repositoryOf(), imageOf()];
    expect(tagsOf(crane)).toEqual(["1", "1.0", "latest", "v1.0.0"]);
    expect(() => text(crane, "validate", "--remote", image)).not.toThrow();
    const digest = text(crane, "digest", image).trim();
    for (const tag of ["1.0", "1", "latest"]) expect(text(crane, "digest", `${repository}:${tag}`).trim()).toBe(digest);
    const folder = join(example.repository, "dist", "1.0.0");
    expect(readFileSync(join(folder, "notes.md"), "utf8")).toContain(`\`docker pull ${repository}@${digest}\``);
    const made = [
      "SHA256SUMS",
      "SHA256SUMS.minisig",
      "release.json",
      "release.json.sigstore.json",
      "index.json",
      "notes.md",
      "provenance.json",
      "sbom.spdx.json",
      ...["", ".att", ".sig"].map((ending) => `restic-manager_1.0.0_image${ending}.tar`),
    ];
    expect(readdirSync(folder).toSorted()).toEqual(made.toSorted());
  });

  test("has a page on its forge, which says the digest and has what vouches for the image", async (example) => {
    const ask = async (method: string, path: string, json?: unknown): Promise<unknown> => {
      const headers = { authorization: `token ${forge.token}`, "content-type": "application/json" };
      const body = json === undefined ? {} : { body: JSON.stringify(json) };
      const answer = await fetch(`${forge.url}/api/v1/${path}`, { method, headers, ...body });
      return answer.json();
    };
    await ask("POST", "user/repos", { name: "restic-manager", default_branch: "main" });
    const remote = `http://${forge.user}:${forge.token}@${forge.host}/${forge.user}/restic-manager.git`;
    text("git", "-C", example.repository, "push", "-q", remote, "HEAD:refs/heads/main", "v1.0.0");
    const isEmpty = async (): Promise<boolean> =>
      ((await ask("GET", `repos/${forge.user}/restic-manager`)) as { readonly empty: boolean }).empty;
    await vi.waitUntil(async () => !(await isEmpty()), { timeout: 10_000 });
    const env = { CI: "true", WITH_PAGE: "true", ...environmentOf(example.folder) };
    const { code, stdout, stderr } = await slipway(["publish"], { cwd: example.repository, env });
    expect([code, stderr]).toEqual([0, expect.not.stringContaining(forge.token)]);
    expect(stdout).toContain("already in registry");
    const page = (await ask("GET", `repos/${forge.user}/restic-manager/releases/tags/v1.0.0`)) as {
      readonly name: string;
      readonly body: string;
      readonly assets: readonly { readonly name: string }[];
    };
    expect(page.name).toBe("restic-manager v1.0.0");
    expect(page.body).toMatch(new RegExp(`docker pull ${repositoryOf()}@sha256:[0-9a-f]{64}`));
    const folder = readdirSync(join(example.repository, "dist", "1.0.0"));
    expect(page.assets.map(({ name }) => name).toSorted()).toEqual(
      folder.filter((name) => !name.endsWith(".tar")).toSorted(),
    );
    const at = `${forge.url}/${forge.user}/restic-manager/releases/download/v1.0.0`;
    const verified = await slipway(["verify", at, "--pubkey", join(example.folder, "cosign.pub")], {
      cwd: example.folder,
    });
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining("registr") });
  });

  test("is signed as cosign and minisign verify it, and by nobody else", ({ folder, repository }, tools) => {
    const { cosign, minisign } = tools;
    const verify = (by: string, ...words: readonly string[]): string =>
      asked(folder, cosign, ...words, `--key=${by}.pub`, "--insecure-ignore-tlog");
    const image = (by: string): string => verify(by, "verify", ...plainHttp, imageOf());
    expect(image("cosign")).toContain(repositoryOf());
    expect(() => image("stranger")).toThrow("Command failed");
    const empty = '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}';
    writeFileSync(join(folder, "empty.json"), empty);
    const elder = ["verify", "--key=cosign.pub", "--insecure-ignore-tlog", ...plainHttp, imageOf()];
    const form = ["--new-bundle-format", "--trusted-root=empty.json"];
    expect(asked(folder, tools["cosign-2"], ...elder, ...form)).toContain(repositoryOf());
    const made = join(repository, "dist", "1.0.0");
    const release = ["verify-blob", `--bundle=${join(made, "release.json.sigstore.json")}`, join(made, "release.json")];
    expect(() => verify("cosign", ...release)).not.toThrow();
    expect(() => verify("stranger", ...release)).toThrow("Command failed");
    expect(asked(folder, minisign, "-VHm", join(made, "SHA256SUMS"), "-p", "minisign.pub")).toContain("verified");
  });

  test("is verified by slipway, in its folder and where it lies", async (example) => {
    for (const what of [join("dist", "1.0.0"), imageOf()]) {
      const verify = (owner: string): Promise<string> =>
        example.slipway("verify", what, "--pubkey", join(example.folder, `${owner}.pub`));
      expect(await verify("cosign")).toContain("signed by");
      await expect(verify("stranger")).rejects.toThrow("slipway verify");
    }
  });

  test("says of its image what it was made from, and how", ({ folder }, { cosign }) => {
    const attested = (by: string, type: string): unknown => {
      const words = [`--key=${by}.pub`, `--type=${type}`, "--insecure-ignore-tlog", ...plainHttp, imageOf()];
      const { payload } = JSON.parse(asked(folder, cosign, "verify-attestation", ...words)) as {
        readonly payload: string;
      };
      return JSON.parse(Buffer.from(payload, "base64").toString());
    };
    const sbom = JSON.stringify(attested("cosign", "spdxjson"));
    for (const module of ["modernc.org/sqlite", "golang.org/x/sys"]) expect(sbom).toContain(`pkg:golang/${module}@`);
    expect(attested("cosign", "slsaprovenance1")).toMatchObject({
      predicateType: "https://slsa.dev/provenance/v1",
      predicate: { buildDefinition: { externalParameters: { tag: "v1.0.0" } } },
    });
    for (const type of ["spdxjson", "slsaprovenance1"])
      expect(() => attested("stranger", type)).toThrow("Command failed");
  });

  test("carries every agent in the image of each platform, with its authors' owners and modes", (example, {
    crane,
  }) => {
    const dist = "opt/restic-manager/dist";
    const expected = [
      "drwxr-xr-x 0/0 opt/restic-manager",
      `drwxr-xr-x 0/0 ${dist}`,
      `drwxr-xr-x 0/0 ${dist}/agent-binaries`,
      `drwxr-xr-x 0/0 ${dist}/install`,
      "drwx------ 65532/65532 var/lib/restic-manager",
      "-rwxr-xr-x 0/0 usr/local/bin/restic-manager-server",
      `-rwxr-xr-x 0/0 ${dist}/agent-binaries/restic-manager-agent-linux-amd64`,
      `-rwxr-xr-x 0/0 ${dist}/agent-binaries/restic-manager-agent-linux-arm64`,
      `-rwxr-xr-x 0/0 ${dist}/agent-binaries/restic-manager-agent-windows-amd64.exe`,
      `-rwxr-xr-x 0/0 ${dist}/install/install.sh`,
      `-rw-r--r-- 0/0 ${dist}/install/install.ps1`,
      `-rw-r--r-- 0/0 ${dist}/install/restic-manager-agent.service`,
    ];
    for (const platform of ["linux/amd64", "linux/arm64"]) {
      const archive = join(example.folder, "exported.tar");
      text(crane, "export", `--platform=${platform}`, imageOf(), archive);
      const listed = lines(text("tar", "-tvf", archive, "--numeric-owner")).flatMap((line) => {
        const [, mode = "", owner = "", path = ""] = /^(\S+) +(\S+) .* (\S+?)\/?$/.exec(line) ?? [];
        return path.includes("restic-manager") ? [`${mode} ${owner} ${path}`] : [];
      });
      expect(listed.toSorted()).toEqual(expected.toSorted());
    }
  });

  test("is never latest before 1.0.0", async ({ slipway }) => {
    const planned = await slipway("plan", "--set-version", "0.9.1", "--skip", "validate", "--json");
    const tags = [...planned.matchAll(/"tag": "([^"]+)"/g)].flatMap(([, tag]) => tag ?? []);
    expect(tags.filter((tag) => tag !== "v0.9.1").toSorted()).toEqual(["0", "0.9"]);
  });

  test("of a snapshot is under that snapshot's tag alone, and moves no other", async (example, { crane }) => {
    const latest = `${repositoryOf()}:latest`;
    const before = text(crane, "digest", latest);
    const words = ["--mode", "release", "--snapshot", "--no-gates", "--target", "linux/amd64"];
    expect(await example.slipway("pipeline", ...words)).toMatch(/publish.*published to registry/);
    const commit = text("git", "-C", example.repository, "rev-parse", "--short=7", "HEAD").trim();
    const tags = ["1", "1.0", "latest", `snapshot-${commit}`, "v1.0.0"];
    expect(tagsOf(crane)).toEqual(tags);
    expect(text(crane, "digest", latest)).toBe(before);
  });
});

const state = "/var/lib/restic-manager";
const server = "/usr/local/bin/restic-manager-server";

/** Starts a server and waits until it answers. */
async function serve({ podman }: ReleasedExample, image: string, ...options: readonly string[]): Promise<Served> {
  const served = await podman.serve(8080, image, options);
  await vi.waitFor(() => fetch(`${served.url}/health`), { timeout: 10_000, interval: 20 });
  return served;
}

async function download(url: string): Promise<Buffer> {
  const response = await fetch(url);
  expect([url, response.status]).toEqual([url, 200]);
  return Buffer.from(await response.arrayBuffer());
}

async function answerOf(url: string): Promise<unknown> {
  const response = await fetch(url);
  return [response.status, await response.json()];
}

describe("a container of restic-manager", () => {
  test("says its version, on either processor", async (example) => {
    const { podman } = example;
    const said = versionLine("restic-manager-server", example);
    expect(await podman.podman("run", "--rm", await podman.pull(imageOf()), "version")).toBe(said);
    const arm64 = await podman.pull(imageOf(), "linux/arm64");
    expect(await podman.runArm64(arm64, "version")).toMatchObject({ status: 0, stdout: said });
  });

  test("hands out what came with it, and keeps what its agents report over a restart", async (example, tools) => {
    const { podman, folder, repository } = example;
    const image = await podman.pull(imageOf());
    const volume = `--volume=rm-data:${state}`;
    const first = await serve(example, image, volume);
    expect(await answerOf(`${first.url}/health`)).toEqual([200, { hosts: 0, status: "healthy", version: "1.0.0" }]);
    const windows = await download(`${first.url}/agent/binary?os=windows&arch=amd64`);
    expect(windows.subarray(0, 2).toString()).toBe("MZ");
    const arm64 = join(folder, "agent-arm64");
    writeFileSync(arm64, await download(`${first.url}/agent/binary?os=linux&arch=arm64`), { mode: 0o755 });
    expect(text(tools["qemu-aarch64"], arm64, "version")).toBe(versionLine("restic-manager-agent", example));
    for (const name of ["install.sh", "install.ps1", "restic-manager-agent.service"])
      expect(await download(`${first.url}/install/${name}`)).toEqual(
        readFileSync(join(repository, "deploy", "install", name)),
      );

    const key = (await podman.podman("exec", first.id, server, "key")).trim();
    await reportFromHost(example, first.url, key);
    await first.stop();
    const second = await serve(example, image, volume);
    const asked = await fetch(`${second.url}/api/v1/hosts`, { headers: { Authorization: `Bearer ${key}` } });
    expect(await asked.json()).toMatchObject({ hosts: [{ host: "nas", os: "linux", agent: "1.0.0" }] });
    await second.stop();
    const exported = join(folder, "volume.tar");
    await podman.podman("volume", "export", "--output", exported, "rm-data");
    // Nothing that came with the image.
    expect(lines(text("tar", "-tf", exported))).toEqual(["restic-manager.db", "secret.key"]);
  });

  test("serves the operator's own files first, then those that came with it, else none", async (example) => {
    const image = await example.podman.pull(imageOf());
    const own = join(example.folder, "own");
    for (const path of ["agent-binaries/restic-manager-agent-linux-amd64", "install/install.sh"]) {
      mkdirSync(dirname(join(own, path)), { recursive: true });
      writeFileSync(join(own, path), `own ${path}`);
    }
    text("chown", "-R", "65532:65532", own);
    const owned = {
      "/agent/binary?os=linux&arch=amd64": "own agent-binaries/restic-manager-agent-linux-amd64",
      "/install/install.sh": "own install/install.sh",
    };
    const expectOwn = async (url: string): Promise<void> => {
      for (const [path, wanted] of Object.entries(owned))
        expect((await download(`${url}${path}`)).toString()).toBe(wanted);
    };
    const both = await serve(example, image, `--volume=${own}:${state}`);
    await expectOwn(both.url);
    const elf = await download(`${both.url}/agent/binary?os=linux&arch=arm64`);
    expect(elf.subarray(1, 4).toString()).toBe("ELF");
    await both.stop();

    const alone = await serve(example, image, `--volume=${own}:${state}`, "--env=RM_BUNDLED_ASSETS_DIR=/nowhere");
    await expectOwn(alone.url);
    const [agent, script] = ["restic-manager-agent-linux-arm64", "install.ps1"];
    expect(await answerOf(`${alone.url}/agent/binary?os=linux&arch=arm64`)).toEqual([
      404,
      { error: "binary_not_published", message: `${agent} is not published` },
    ]);
    expect(await answerOf(`${alone.url}/install/${script}`)).toEqual([
      404,
      { error: "not_found", message: `${script} is not published` },
    ]);
    await alone.stop();
  });
});

/** Installs the agent as `nas` by the server's own script, and lets it report once. */
async function reportFromHost(example: ReleasedExample, url: string, key: string): Promise<void> {
  const [script, host] = [join(example.folder, "install.sh"), join(example.folder, "host")];
  writeFileSync(script, await download(`${url}/install/install.sh`));
  text("sh", script, "--server", url, "--key", key, "--host", "nas", "--root", host);
  const agent = join(host, "usr/local/bin/restic-manager-agent");
  expect(text(agent, "version")).toBe(versionLine("restic-manager-agent", example));
  const settings = readFileSync(join(host, "etc/restic-manager/agent.env"), "utf8");
  const env = Object.fromEntries([...settings.matchAll(/^(RM_\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
  execFileSync(agent, ["--once"], { env });
}
