/** The jaco example: the artifacts of its release, and its packages where they are installed. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";

import { judge, needs } from "../judges.ts";
import { apk } from "../packages/managers/apk.ts";
import { dpkg } from "../packages/managers/debian.ts";
import type { Manager } from "../packages/managers/manager.ts";
import { rpm4 } from "../packages/managers/rpm.ts";
import { type Case, withManagers } from "../packages/matrix.ts";
import { startFakeGithub } from "../servers/github.ts";
import { exampleRepository } from "../worlds/example.ts";
import { installed } from "../worlds/packages.ts";
import { slipway } from "../worlds/slipway.ts";

let repository = "";
const released = (name: string): string => join(repository, "dist", "0.1.0", name);

beforeAll(async () => {
  if (judge("go") === undefined) return;
  repository = exampleRepository("jaco", { tag: "v0.1.0" });
  const { code, stderr } = await slipway(["release", "--skip", "publish"], { cwd: repository });
  if (code !== 0) throw new Error(stderr);
}, 300_000);

afterAll(async () => {
  if (repository !== "") await rm(repository, { recursive: true, force: true });
});

describe("jaco's release", () => {
  needs("go")("is the artifact set of its authors, in one list of checksums", () => {
    const made = readdirSync(released(".")).filter((name) => name.startsWith("jaco"));
    expect(made.toSorted()).toEqual(
      [
        ...["x86_64", "aarch64"].flatMap((arch) => [`jaco-0.1.0-1.${arch}.rpm`, `jaco_0.1.0_${arch}.apk`]),
        ...["amd64", "arm64"].flatMap((arch) => [
          `jaco-v0.1.0-darwin-${arch}.tar.gz`,
          `jaco-v0.1.0-linux-${arch}.tar.gz`,
          `jaco_0.1.0_${arch}.deb`,
        ]),
      ].toSorted(),
    );
    const listed = readFileSync(released("SHA256SUMS"), "utf8");
    for (const name of made)
      expect(listed).toMatch(new RegExp(`^[0-9a-f]{64} [ *]${name.replaceAll(".", "\\.")}$`, "m"));
  });

  needs("go", "tar")("has tarballs with both programs, unit, settings and instructions", (tools) => {
    for (const target of ["linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64"]) {
      const names = execFileSync(tools.tar, ["-tzf", released(`jaco-v0.1.0-${target}.tar.gz`)], { encoding: "utf8" });
      expect(names.trim().split("\n").toSorted()).toEqual(
        ["INSTALL.md", "LICENSE", "README.md", "jaco", "jaco.service", "jacod", "jacod.yaml"].toSorted(),
      );
    }
  });

  needs(
    "go",
    "dpkg",
    "rpm",
  )("asks for Docker in each format's own words", (tools) => {
    const deb = execFileSync("dpkg-deb", ["-f", released("jaco_0.1.0_arm64.deb"), "Depends"], { encoding: "utf8" });
    expect(deb).toBe("docker.io | docker-ce | docker-engine\n");
    const requires = ["-qp", "--nosignature", "--requires", released("jaco-0.1.0-1.aarch64.rpm")];
    expect(execFileSync(tools.rpm, requires, { encoding: "utf8" })).toMatch(/^\/usr\/bin\/docker$/m);
    const control = execFileSync("tar", ["-xzOf", released("jaco_0.1.0_aarch64.apk"), ".PKGINFO"], {
      stdio: ["ignore", "pipe", "ignore"],
      encoding: "utf8",
    });
    expect(control).toMatch(/^depend = docker$/m);
  });
});

describe("jaco's release on GitHub", () => {
  needs("go")("is a draft until somebody publishes it, and is verified there then", async () => {
    const github = await startFakeGithub();
    try {
      const { refs, releases } = github.repository("jaco/jaco");
      const commit = execFileSync("git", ["-C", repository, "rev-parse", "HEAD"], { encoding: "utf8" }).trim();
      refs.set("refs/tags/v0.1.0", commit);
      const env = { GITHUB_TOKEN: github.token, GITHUB_API_URL: github.endpoint };
      const publish = (...flags: readonly string[]) => slipway(["publish", ...flags], { cwd: repository, env });
      const drafted = await publish();
      expect([drafted.code, drafted.stdout]).toEqual([0, expect.stringMatching(/waits in .*jaco\/jaco/)]);
      expect(releases).toMatchObject([{ tag: "v0.1.0", name: "JACO v0.1.0", draft: true }]);
      expect((await slipway(["status"], { cwd: repository, env })).stdout).toMatch(/github .*pending/);
      expect(await publish("--drafts")).toEqual({ code: 0, stdout: expect.any(String), stderr: expect.any(String) });
      expect(releases).toMatchObject([{ tag: "v0.1.0", draft: false }]);
      expect(releases[0]?.assets.map(({ name }) => name).toSorted()).toEqual(readdirSync(released(".")).toSorted());
      const at = `${github.origin}/jaco/jaco/releases/download/v0.1.0`;
      expect(await slipway(["verify", at], { cwd: repository })).toMatchObject({ code: 0 });
    } finally {
      await github.stop();
    }
  });
});

describe("a preview", () => {
  needs("go")(
    "is made for the architecture and version that are asked for, and named as git describes it otherwise",
    async () => {
      const cwd = exampleRepository("jaco", { tag: "" });
      try {
        const asked = ["release", "--snapshot", "--target", "linux/arm64", "--set-version", "0.2.0"];
        expect(await slipway(asked, { cwd })).toMatchObject({ code: 0 });
        expect(existsSync(join(cwd, "dist", "0.2.0", "jaco_0.2.0_arm64.deb"))).toBe(true);
        expect(await slipway(["release", "--snapshot", "--target", "linux/amd64"], { cwd })).toMatchObject({ code: 0 });
        const described = readdirSync(join(cwd, "dist")).find((name) => name.startsWith("0.9.0-2-g")) ?? "";
        const commit = described.slice("0.9.0-2-".length);
        const packages = readdirSync(join(cwd, "dist", described)).filter((name) => /\.(deb|rpm|apk)$/.test(name));
        expect(packages.toSorted()).toEqual([
          `jaco-0.9.0+2.${commit}-1.x86_64.rpm`,
          `jaco_0.9.0+2.${commit}_amd64.deb`,
          "jaco_0.9.0_p2_x86_64.apk",
        ]);
      } finally {
        await rm(cwd, { recursive: true, force: true });
      }
    },
  );
});

/** Something that brings what jaco asks for, under each format's name for it. */
const docker: Readonly<Record<string, Case>> = Object.fromEntries(
  [
    ["deb", "docker.io"],
    ["rpm", "docker"],
    ["apk", "docker"],
  ].map(([format = "", name = ""]): [string, Case] => [
    format,
    {
      name,
      target: "all",
      files: { docker: "#!/bin/sh\n" },
      contents: [installed("docker", "/usr/bin/docker", { mode: 0o755 })],
    },
  ]),
);

const packageFiles: Readonly<Record<string, string>> = {
  deb: "jaco_0.1.0_amd64.deb",
  rpm: "jaco-0.1.0-1.x86_64.rpm",
  apk: "jaco_0.1.0_x86_64.apk",
};

// Its programs are built before they are installed.
const managers = [dpkg, rpm4, apk].map((manager): Manager => ({ ...manager, tools: [...manager.tools, "go"] }));

withManagers(managers)(
  "installs jaco where there is no systemd, and takes it away again",
  async ({ manager, root, session, make }) => {
    const needed = docker[manager.format];
    if (needed === undefined) throw new Error(manager.format);
    await session.install((await make(needed)).path);
    await session.install(released(packageFiles[manager.format] ?? ""));
    expect(await root.run("/usr/local/bin/jaco", "version")).toBe("jaco v0.1.0\n");
    expect(await root.run("/usr/local/bin/jacod", "version")).toBe("jacod v0.1.0\n");
    expect(root.stat("/lib/systemd/system/jaco.service")).toMatchObject({ type: "file", mode: 0o644 });
    expect(root.stat("/etc/jaco/jacod.yaml")).toMatchObject({ owner: "root", mode: 0o644 });
    expect(await session.complaints("jaco")).toEqual([]);
    await session.remove("jaco");
    expect(root.stat("/usr/local/bin/jaco")).toBeUndefined();
  },
  60_000,
);
