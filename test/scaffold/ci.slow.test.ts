/** The workflows that `slipway ci` writes: linters find nothing in them, and run by act they release and validate. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect } from "vitest";

import { workflowOf } from "../../src/cli/workflows.ts";
import { kinds } from "../../src/cli/tables.ts";
import { readSource, sourceOfText } from "../../src/input/index.ts";
import { forges } from "../../src/scaffold/ci/forges.ts";
import { type WrittenFile, withMarker } from "../../src/scaffold/ci/written.ts";
import { judge, needs } from "../judges.ts";
import { ROOT } from "../setup/imports.ts";
import { installThis, runWorkflows } from "../worlds/act.ts";
import { toolConfig, toolFiles } from "../worlds/project.ts";
import { shell } from "../worlds/shell.ts";

const { fresh, project, run, env } = shell();

/** Configs that between them ask for everything workflows can have. */
const configs: Readonly<Record<string, string>> = {
  everything: `slipway: 1
project: { name: tool }
version: { prefix: cli/v, require: [tag, clean, prefix] }
builds:
  - { name: a, go: ., dir: tools/a }
  - { name: b, rust: ., zigbuild: true }
  - { name: c, node: main.js }
  - { name: d, python: . }
  - { name: e, zig: . }
  - { name: f, bun: main.ts }
  - { name: g, deno: main.ts }
trust:
  keys: { release: { minisign: env:TOOL_KEY, passphrase: env:TOOL_PASS } }
  sign: [{ minisign: release, of: [checksums] }, { sigstore: keyless, of: [release] }]
stores:
  github: { github: acme/tool }
  ghcr: { registry: ghcr.io/acme }
  pypi: { pypi: true, trusted: true }
  bucket: { s3: acme }
ci:
  branches: [main, "release/*"]
  smoke: [make docker-smoke, "docker compose config -q # all"]
  schedule: "0 3 * * 1-5"
  env: { CHANNEL: "\${{ vars.CHANNEL }}", WORDS: "it's: #1" }
  timeout: 90
`,
  little: "slipway: 1\nproject: { name: tool }\nbuilds: []\n",
};

function filesOf(forge: string, text: string, root = "/project"): readonly WrittenFile[] {
  return forges[forge]?.(workflowOf(readSource(sourceOfText("slipway.yaml", text), root, kinds), "")) ?? [];
}

/** All configs there are: those above and the examples'. */
function allConfigs(): readonly (readonly [string, string, string])[] {
  const examples = join(ROOT, "examples");
  const named = readdirSync(examples).map(
    (name) => [name, readFileSync(join(examples, name, "slipway.yaml"), "utf8"), join(examples, name)] as const,
  );
  return [...Object.entries(configs).map(([name, text]) => [name, text, "/project"] as const), ...named];
}

function writeAll(forge: string): readonly string[] {
  return allConfigs().flatMap(([name, text, root]) =>
    filesOf(forge, text, root).map(({ path, text: content }) => {
      const file = join(fresh(), name, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, withMarker(content));
      return file;
    }),
  );
}

describe("linters find nothing in what is written", () => {
  needs("actionlint")("for GitHub and Gitea", ({ actionlint }) => {
    const files = ["github", "gitea"].flatMap(writeAll);
    expect(files.length).toBeGreaterThan(20);
    const { status, stdout } = spawnSync(actionlint, ["-no-color", ...files], {
      encoding: "utf8",
      env: { ...process.env, PATH: `${dirname(judge("shellcheck") ?? "/")}:${process.env["PATH"] ?? ""}` },
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  });

  needs("check-jsonschema")(
    "for GitLab, and its schema refuses a job that is none",
    ({ "check-jsonschema": check }) => {
      const files = writeAll("gitlab");
      const wrong = join(fresh(), "wrong.yml");
      mkdirSync(dirname(wrong), { recursive: true });
      writeFileSync(wrong, readFileSync(files[0] ?? "", "utf8").replace("stage: test", "stage: { x: 1 }"));
      const checked = (paths: readonly string[]): number | null =>
        spawnSync(check, ["--builtin-schema", "vendor.gitlab-ci", ...paths], { encoding: "utf8" }).status;
      expect(checked(files)).toBe(0);
      expect(checked([wrong])).toBe(1);
    },
  );
});

/** A project whose workflows are written and committed, tagged v1.0.0, publishing to a folder of its own. */
async function world(forge: string, config: string, files: Readonly<Record<string, string>> = {}) {
  const place = fresh();
  const published = join(place, "public");
  const install = `ci: { install: ${JSON.stringify(installThis)}, smoke: ['mkdir -p dist/docker-smoke && echo passed > dist/docker-smoke/el9.log'] }\n`;
  const root = project(
    toolFiles({ "slipway.yaml": `${config.replace("folder: public", `folder: ${published}`)}${install}`, ...files }),
    { tag: "" },
  );
  const { code, stderr } = await run(root, "ci", forge);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const git = (...args: readonly string[]): void =>
    void execFileSync("git", ["-C", root, "-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], {
      stdio: "pipe",
    });
  git("add", "--all");
  git("commit", "--quiet", "-m", "ci: workflows");
  git("tag", "v1.0.0");
  return { root, home: place, published, env: { SLIPWAY_CACHE: env["SLIPWAY_CACHE"] ?? "" } };
}

const tagged = { ref: "refs/tags/v1.0.0", ref_type: "tag", ref_name: "v1.0.0" };

describe("act runs", () => {
  needs("act", "minisign")(
    "a tag that is pushed: everything is made, signed by a secret, published and kept",
    async ({ act, minisign }) => {
      const key = fresh();
      execFileSync(minisign, ["-G", "-W", "-p", `${key}.pub`, "-s", key]);
      const signed = `${toolConfig}trust:\n  keys: { release: { minisign: env:TOOL_KEY } }\n  sign: [{ minisign: release, of: [checksums] }]\n`;
      const here = await world("github", signed);
      const secrets = { TOOL_KEY: readFileSync(key, "utf8") };
      const ran = await runWorkflows(act, {
        ...here,
        workflows: ".github/workflows/release.yml",
        event: "push",
        payload: tagged,
        secrets,
      });
      expect({ code: ran.code, said: ran.code === 0 ? "" : ran.stdout }).toEqual({ code: 0, said: "" });
      execFileSync(minisign, ["-V", "-p", `${key}.pub`, "-m", join(here.published, "checksums.txt")], {
        stdio: "pipe",
      });
      expect(existsSync(join(here.home, "uploads", "release", "1.0.0", "release.json"))).toBe(true);
      expect(ran.stdout).toContain("| publish | done |");
    },
  );

  needs("act")(
    "both workflows by hand: a snapshot that is published nowhere, a validation, and the tests in containers",
    async ({ act }) => {
      const here = await world("github", toolConfig);
      const payload = { ref: "refs/heads/main", inputs: { run_docker_smoke: "true" } };
      const ran = await runWorkflows(act, {
        ...here,
        workflows: ".github/workflows",
        event: "workflow_dispatch",
        payload,
      });
      expect({ code: ran.code, said: ran.code === 0 ? "" : ran.stdout }).toEqual({ code: 0, said: "" });
      expect(existsSync(here.published)).toBe(false);
      expect(readdirSync(join(here.home, "uploads")).toSorted()).toEqual(["docker-smoke", "release", "validated"]);
      expect(readdirSync(join(here.home, "uploads", "release")).join()).toContain("SNAPSHOT");
      expect(readFileSync(join(here.home, "uploads", "docker-smoke", "el9.log"), "utf8")).toBe("passed\n");
    },
  );

  needs("act")("a push that breaks a gate: the validation fails, and what was there is kept", async ({ act }) => {
    const here = await world("github", `${toolConfig}gates: ["true", test -f nowhere]\n`);
    const payload = { ref: "refs/heads/main" };
    const ran = await runWorkflows(act, {
      ...here,
      workflows: ".github/workflows/validate.yml",
      event: "push",
      payload,
    });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain("test -f nowhere exited with 1");
    expect(existsSync(here.published)).toBe(false);
  });

  needs(
    "act",
    "go",
    "cargo",
    "python-build",
  )(
    "a tag of Go, Rust, JavaScript and Python programs, by Gitea's workflow",
    async ({ act, go, "python-build": python }) => {
      const config = `slipway: 1
project: { name: tool }
gates: ["go vet ./..."]
builds:
  - { name: a, go: ., for: host }
  - { name: b, rust: b, dir: b }
  - { name: d, python: ., dir: d, isolation: false, tool: ${python} }
  - { name: c, bun: c.js, for: host, tool: ${join(ROOT, "node_modules", ".bin", "bun")} }
archives: [{ name: a, from: [a] }, { name: b, from: [b] }]
stores: { site: { folder: public } }
`;
      const files = {
        "go.mod": "module example.com/tool\n\ngo 1.21\n",
        "main.go": 'package main\n\nfunc main() { println("go") }\n',
        "b/Cargo.toml": '[package]\nname = "b"\nversion = "1.0.0"\nedition = "2021"\n',
        "b/Cargo.lock": 'version = 3\n\n[[package]]\nname = "b"\nversion = "1.0.0"\n',
        "b/src/main.rs": 'fn main() { println!("rust") }\n',
        "d/pyproject.toml":
          '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "d"\nversion = "1.0.0"\n[tool.setuptools]\npy-modules = ["d"]\n',
        "d/d.py": "",
        "c.js": 'console.log("bun");\n',
        ".gitignore": "dist/\ntarget/\nbuild/\n*.egg-info/\n",
      };
      const here = await world("gitea", config, files);
      const goCache = execFileSync(go, ["env", "GOCACHE"], { encoding: "utf8" }).trim();
      // What installs toolchains does nothing: they are here.
      const without = (name: string, pattern: string): string =>
        `#!/bin/sh\ncase "$*" in ${pattern}) exit 0 ;; esac\nPATH=\${PATH#*:} exec ${name} "$@"\n`;
      const programs = {
        rustup: without("rustup", '"toolchain install"*|default*'),
        python3: without("python3", '*"pip install"*'),
        npm: without("npm", '*"install --global"*'),
      };
      const ran = await runWorkflows(act, {
        ...here,
        env: { ...here.env, GOCACHE: goCache },
        workflows: ".gitea/workflows/release.yml",
        event: "push",
        payload: tagged,
        programs,
      });
      expect({ code: ran.code, said: ran.code === 0 ? "" : ran.stdout }).toEqual({ code: 0, said: "" });
      expect(
        readdirSync(here.published)
          .filter((name) => /^(a|b|d-)/.test(name))
          .toSorted(),
      ).toEqual(["a.tar.gz", "b.tar.gz", "d-1.0.0-py3-none-any.whl", "d-1.0.0.tar.gz"]);
    },
  );
});
