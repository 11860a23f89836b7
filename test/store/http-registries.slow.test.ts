/** Package registries of a real Gitea: what our makers build is sent there, and the package managers install it from there. */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { apk } from "../../src/make/packages/apk.ts";
import { archlinux } from "../../src/make/packages/archlinux.ts";
import { deb } from "../../src/make/packages/deb.ts";
import type { PackageFormat } from "../../src/make/packages/format.ts";
import { rpm } from "../../src/make/packages/rpm.ts";
import { type Artifact, digestOfHex } from "../../src/model/artifact.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { Store } from "../../src/model/store.ts";
import { http } from "../../src/store/http-upload.ts";
import { judge, needs, needsRoot } from "../judges.ts";
import { planFaults, startProxy } from "../servers/proxy.ts";
import { type Gitea, giteaObstacle, startGitea } from "../worlds/gitea.ts";
import { execute } from "../worlds/holder.ts";
import { onlineRoot } from "../worlds/online-root.ts";
import { decidePackage, type Described, installed, makePackage, projectFiles } from "../worlds/packages.ts";
import { contextOf } from "./context.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-registries-test-"));
const usable = judge("gitea") !== undefined && giteaObstacle() === undefined;
let gitea: Gitea;
beforeAll(async () => {
  if (usable) gitea = await startGitea();
});
afterAll(async () => {
  await gitea?.stop();
  rmSync(home, { recursive: true, force: true });
});

interface Made {
  readonly artifact: Artifact;
  readonly path: string;
}

/** A package whose program says `text`, as the Plan and the maker have it. */
async function made(format: PackageFormat, text = "hello", more: Described = {}): Promise<Made> {
  const described: Described = { contents: [installed("tool", "/usr/bin/tool", { mode: 0o755 })], ...more };
  const project = mkdtempSync(join(home, "p-"));
  await projectFiles(project, { tool: `#!/bin/sh\necho ${text}\n` });
  const path = await makePackage(project, format, described);
  const { version, arch } = decidePackage(format, described);
  return fileOf(path, "package", { format: format.kind, package: "tool", version, architecture: arch });
}

function fileOf(path: string, type: Artifact["type"], attributes: JsonObject): Made {
  const bytes = readFileSync(path);
  const digest = digestOfHex(createHash("sha256").update(bytes).digest("hex"));
  return {
    path,
    artifact: { name: basename(path), type, listed: true, attributes, digest, size: bytes.length, refs: [] },
  };
}

function open(
  registry: string,
  repository = "",
  more: JsonObject = {},
  artifacts: readonly Artifact[] = [],
): Promise<Store> {
  const decided = {
    address: `${gitea.url.replace("localhost", "127.0.0.1")}/api/packages/${gitea.user}`,
    registry,
    repository,
    method: registry === "helm" ? "POST" : "PUT",
    username: gitea.user,
    password: { from: "env", name: "TOKEN" },
    tokenHeader: "",
    headers: {},
    checksumHeaders: false,
    form: "",
    fields: {},
    existing: "refuse",
    delete: false,
    ca: "",
    insecure: false,
    ...more,
  };
  const context = contextOf(home, home, { "env:TOKEN": gitea.token, "env:WRONG": "wrong" });
  return http.open(decided, { ...context, artifacts });
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  yield* [];
}

/** Puts it, sees nothing of it, and points at it; then a second time, where all is there. */
async function published(store: Store, { artifact, path }: Made): Promise<void> {
  expect(await store.put(artifact, nothing(), path)).toMatchObject({ outcome: "skipped" });
  expect(await store.look(artifact.name)).toBeUndefined();
  expect(await store.point(artifact)).toMatchObject([{ act: "point", outcome: "done" }]);
  expect(await store.look(artifact.name)).toEqual({
    name: artifact.name,
    digest: artifact.digest,
    size: artifact.size,
  });
  expect(await store.put(artifact, nothing(), path)).toMatchObject({ outcome: "already" });
  expect(await store.point(artifact)).toMatchObject([{ outcome: "already" }]);
}

const served = (path: string): string =>
  `${gitea.url.replace("localhost", "127.0.0.1")}/api/packages/${gitea.user}/${path}`;
const base64 = async (answer: Response): Promise<string> => Buffer.from(await answer.arrayBuffer()).toString("base64");
const download = async (path: string): Promise<string> => (await fetch(served(path))).text();

describe.runIf(usable)("a package is installed from Gitea", () => {
  needsRoot("bookworm")("by apt", async (offline) => {
    const root = onlineRoot(offline);
    await published(await open("debian", "stable/main"), await made(deb));
    root.write("/etc/apt/keyrings/gitea.asc", await download("debian/repository.key"));
    root.write(
      "/etc/apt/sources.list",
      `deb [signed-by=/etc/apt/keyrings/gitea.asc] ${served("debian")} stable main\n`,
    );
    await root.run("apt-get", "update", "-o", "APT::Sandbox::User=root");
    await root.run("apt-get", "install", "-y", "--no-install-recommends", "-o", "APT::Sandbox::User=root", "tool");
    expect(await root.run("/usr/bin/tool")).toBe("hello\n");
  });

  needsRoot("bare", "dnf")("by dnf", async (offline, { dnf }) => {
    const root = onlineRoot(offline);
    await published(await open("rpm", "el9/stable"), await made(rpm));
    const key = served("rpm/repository.key");
    const repository = `[gitea]\nname=gitea\nbaseurl=${served("rpm/el9/stable")}\nrepo_gpgcheck=1\ngpgkey=${key}\n`;
    root.write("/etc/dnf.conf", `[main]\ngpgcheck=0\nreposdir=/nonexistent\nplugins=0\n${repository}`);
    const options = ["-y", "-c", join(root.path, "etc/dnf.conf"), `--installroot=${root.path}`, "--releasever=9"];
    await root.outside(dnf, ...options, `--setopt=cachedir=${join(root.path, "var/cache")}`, "install", "tool");
    expect(await root.run("/usr/bin/tool")).toBe("hello\n");
  });

  needsRoot("bare", "apk")("by apk", async (offline, tools) => {
    const root = onlineRoot(offline);
    await published(await open("alpine", "v3.22/main"), await made(apk));
    // Its index says by which key it is signed, and so what the key's file has to be called.
    const index = await fetch(served("alpine/v3.22/main/x86_64/APKINDEX.tar.gz"));
    const { stdout } = await execute("sh", ["-c", 'echo "$0" | base64 -d | tar -tz', await base64(index)], process.env);
    const [, name = ""] = /^\.SIGN\.RSA\.(.+)$/m.exec(stdout) ?? [];
    root.write(`/etc/apk/keys/${name}`, await download("alpine/key"));
    const common = ["--root", root.path, "--arch", "x86_64", "--keys-dir", join(root.path, "etc/apk/keys")];
    await root.outside(tools.apk, ...common, "add", "--initdb");
    await root.outside(tools.apk, ...common, "--repository", served("alpine/v3.22/main"), "add", "tool");
    expect(await root.run("/usr/bin/tool")).toBe("hello\n");
  });

  needsRoot("bookworm", "pacman")("by pacman", async (offline, { pacman }) => {
    const root = onlineRoot(offline);
    await published(await open("arch", "core"), await made(archlinux));
    const config = `[options]\nArchitecture = x86_64\nSigLevel = Never\n[core]\nServer = ${served("arch/core/$arch")}\n`;
    root.write("/etc/pacman.conf", config);
    await root.run("mkdir", "-p", "/var/lib/pacman", "/var/cache/pacman/pkg", "/etc/pacman.d/hooks");
    const folders = {
      "--config": "etc/pacman.conf",
      "--dbpath": "var/lib/pacman",
      "--cachedir": "var/cache/pacman/pkg",
    };
    const options = Object.entries(folders).map(([option, path]) => `${option}=${join(root.path, path)}`);
    await root.outside(pacman, "-Sy", "tool", "--noconfirm", `--root=${root.path}`, ...options);
    expect(await root.run("/usr/bin/tool")).toBe("hello\n");
  });

  needs("helm")("a chart, by helm", async ({ helm }) => {
    const project = mkdtempSync(join(home, "chart-"));
    await projectFiles(join(project, "app"), {
      "Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.2.3\n",
      "templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: hello }\n",
    });
    expect(
      await execute(helm, ["package", join(project, "app"), "-d", project], { ...process.env, HOME: project }),
    ).toMatchObject({
      status: 0,
    });
    await published(
      await open("helm"),
      fileOf(join(project, "app-1.2.3.tgz"), "chart", { chart: "app", version: "1.2.3" }),
    );
    const words = ["template", "app", "--repo", served("helm"), "--version", "1.2.3"];
    const { status, stdout } = await execute(helm, words, { ...process.env, HOME: project });
    expect({ status, isRendered: stdout.includes("name: hello") }).toEqual({ status: 0, isRendered: true });
  });
});

describe.runIf(usable)("a registry of packages", () => {
  test("refuses other bytes of the same version, with both digests, and takes them where that is wanted", async () => {
    const [one, other] = [await made(deb, "one"), await made(deb, "other")];
    const store = await open("debian", "refused/main");
    await published(store, one);
    const why = `other bytes stand under the name: ${one.artifact.digest}, not ${other.artifact.digest}`;
    const refusing = await open("debian", "refused/main");
    expect(await refusing.put(other.artifact, nothing(), other.path)).toMatchObject({ outcome: "refused", why });
    const replacing = await open("debian", "refused/main", { existing: "replace" });
    await replacing.put(other.artifact, nothing(), other.path);
    expect(await replacing.point(other.artifact)).toMatchObject([{ outcome: "done" }]);
    expect((await replacing.look(other.artifact.name))?.digest).toBe(other.artifact.digest);
  });

  test("what came meanwhile is found when the registry refuses: the same bytes are there already, others are not replaced", async () => {
    const [early, late] = [await made(deb, "early"), await made(deb, "late")];
    await published(await open("debian", "race/main"), early);
    // What is looked at first is as it was before the earlier came.
    const proxy = await startProxy(gitea.url);
    try {
      const address = `${proxy.url}/api/packages/${gitea.user}`;
      for (const [file, outcome] of [
        [early, "already"],
        [late, "refused"],
      ] as const) {
        const store = await open("debian", "race/main", { address });
        let reads = 0;
        const plan = planFaults(({ method }) => (method === "GET" && (reads += 1) <= 2 ? { status: 404 } : undefined));
        proxy.reset(plan);
        await store.put(file.artifact, nothing(), file.path);
        expect(await store.point(file.artifact)).toMatchObject([{ outcome }]);
        expect(plan.asked.map(({ status }) => status)).toEqual([
          404,
          404,
          409,
          200,
          ...(outcome === "refused" ? [200] : []),
        ]);
      }
    } finally {
      await proxy.stop();
    }
  });

  test.each(["debian", "rpm", "alpine", "arch"])("%s gives back what is taken back", async (registry) => {
    const formats = { debian: deb, rpm, alpine: apk, arch: archlinux } as const;
    const file = await made(formats[registry as keyof typeof formats]);
    await published(await open(registry, "back/main"), file);
    const store = await open(registry, "back/main", {}, [file.artifact]);
    const withdrawal = { why: "broken", release: file.artifact.digest };
    expect(await store.withdraw?.(withdrawal)).toMatchObject([{ act: "remove", outcome: "done" }]);
    expect(await store.look(file.artifact.name)).toBeUndefined();
    expect(await store.withdraw?.(withdrawal)).toMatchObject([{ outcome: "already" }]);
  });

  test("generic keeps every file under its own name", async () => {
    const file = await made(deb);
    await published(await open("generic", "tools"), { ...file, artifact: { ...file.artifact, name: "a b+c.deb" } });
    const answer = await fetch(served("generic/tools/1.2.3/a%20b%2Bc.deb"));
    expect(Buffer.from(await answer.arrayBuffer()).length).toBe(file.artifact.size);
  });

  test("says who may not send, and passes over what is none of its packages", async () => {
    const file = await made(deb);
    const nobody = await open("debian", "denied/main", { password: { from: "env", name: "WRONG" } });
    await expect(nobody.put(file.artifact, nothing(), file.path)).rejects.toMatchObject({ code: "store.denied" });
    const store = await open("rpm", "");
    expect(await store.put(file.artifact, nothing(), file.path)).toMatchObject({ outcome: "skipped" });
    expect(await store.point(file.artifact)).toEqual([]);
    expect(store.expects?.(file.artifact)).toEqual([]);
  });
});
