/** Builder `rust` with the real cargo: what comes out runs, changes with each input, and keeps no path of this machine. */
import { readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

import { beforeAll, beforeEach, describe, expect, it } from "vitest";

import { rust } from "../../../src/make/builders/rust.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import { parsePlatform } from "../../../src/model/platform.ts";
import { tripleOf } from "../../../src/make/builders/rust/triple.ts";
import { judge, needs } from "../../judges.ts";
import {
  built,
  commit,
  copyFixture,
  date,
  decideStep,
  freshFolder,
  git,
  output,
  runStep,
  skipWithout,
  writeFiles,
  type Circumstances,
  type Outcome,
} from "../runStep.ts";
import { keptAsTheyAre } from "../kept.ts";
import { hostTarget, magicOf } from "./binaries.ts";

const triple = tripleOf(parsePlatform(hostTarget)) ?? "";
const host: Circumstances = { for: [hostTarget] };

const build = (root: string, raw: unknown = "cli", circumstances: Circumstances = {}): Promise<Outcome> =>
  runStep(rust, root, raw, { ...host, ...circumstances });

/** What the program prints: blobs in the cache can be run where they lie. */
async function saidBy(root: string, raw: unknown = "cli", circumstances: Circumstances = {}): Promise<string> {
  return output((await build(root, raw, circumstances)).path());
}

async function edit(path: string, from: string, to: string): Promise<void> {
  await writeFile(path, (await readFile(path, "utf8")).replace(from, to));
}

describe("zig as the linker", () => {
  needs(
    "cargo",
    "cargo-zigbuild",
    "zig",
  )("makes a program that runs, and knows its version", async (tools) => {
    const folders = [tools["cargo-zigbuild"], tools.zig].map((path) => dirname(path));
    const operator = { PATH: [...folders, process.env["PATH"] ?? ""].join(delimiter) };
    const outcome = await build(
      await copyFixture("rust"),
      { package: "cli", bin: "hello", zigbuild: true },
      { operator },
    );
    expect(outcome.problems).toEqual([]);
    expect(outcome.lines.find((line) => line.startsWith("$ cargo "))).toMatch(/^\$ cargo zigbuild /);
    expect(await output(outcome.path("hello"))).toContain(`hello 1.2.3 (commit: ${commit}, built: ${date})\n`);
  });
});

describe("programs", () => {
  skipWithout("cargo");

  it("know version, commit and date, and the version of their package", async () => {
    const outcome = await build(await copyFixture("rust"));
    expect(outcome.artifacts.map(({ name, type }) => [name, type])).toEqual([
      ["hello", "binary"],
      ["other", "binary"],
    ]);
    expect(await magicOf(outcome.path("hello"))).toBe(hostTarget);
    expect(await output(outcome.path("hello"))).toBe(
      `hello 1.2.3 (commit: ${commit}, built: ${date})\npackage: 0.1.0\ngenerated included\npolite: true, loud: false\n`,
    );
    expect(await output(outcome.path("other"))).toBe("other\n");
  });

  it.each<[string, unknown, Circumstances]>([
    ["a workspace's default members", ".", {}],
    ["a package's name", "hello-cli", {}],
    ["a package's folder, from the entry's folder", ".", { dir: "cli" }],
  ])("are found by %s", async (_, raw, circumstances) => {
    const { steps } = await decideStep(rust, await copyFixture("rust"), raw, { ...host, ...circumstances });
    expect(steps[0]?.outputs.map(({ name }) => name)).toEqual(["hello", "other"]);
    expect(steps[0]?.options["args"]).toContain("--package=hello-cli");
  });

  it("are chosen, named and given features by the entry", async () => {
    const raw = { package: "cli", bin: "hello", features: ["loud"], defaultFeatures: false };
    const outcome = await build(await copyFixture("rust"), raw, { binary: "mine-{{ arch }}" });
    const [, arch] = hostTarget.split("/");
    expect(outcome.artifacts.map(({ name }) => name)).toEqual([`mine-${arch}`]);
    expect(await output(outcome.path())).toContain("polite: false, loud: true");
  });

  it("are built with another profile, into another folder", async () => {
    const root = await copyFixture("rust");
    const outcome = await build(root, { package: "cli", bin: "other", profile: "dev", targetDir: "elsewhere" });
    expect(await output(outcome.path())).toBe("other\n");
    expect((await readFile(join(root, "cli/../elsewhere", triple, "debug/other"))).length).toBeGreaterThan(0);
  });

  it("find the folder cargo's own settings name", async () => {
    const root = await copyFixture("rust", { ".cargo/config.toml": '[build]\ntarget-dir = "configured"\n' });
    expect(await saidBy(root)).toContain("hello 1.2.3");
    expect((await readFile(join(root, "configured", triple, "release/hello"))).length).toBeGreaterThan(0);
  });
});

describe("the program changes with", () => {
  skipWithout("cargo");
  const unlocked = { package: "cli", locked: false };
  // The first build is made once, and each test begins where it ended.
  let [root, digest] = ["", ""];
  let backToFirst = (): Promise<void> => Promise.resolve();
  beforeAll(async () => {
    if (judge("cargo") === undefined) return;
    root = await copyFixture("rust");
    ({ digest } = await built(rust, root, unlocked));
    backToFirst = await keptAsTheyAre(root, `${root}.cache`);
  });
  beforeEach(() => backToFirst());

  it("nothing else, though cargo runs every time", async () => {
    expect(await built(rust, root, unlocked)).toEqual({ digest, state: "made" });
    expect(await built(rust, root, "cli")).toEqual({ digest, state: "made" });
  });

  it.each<[string, (root: string) => Promise<unknown>]>([
    ["a source", (root) => edit(join(root, "cli/src/main.rs"), "package:", "Package:")],
    ["a file that is included", (root) => writeFile(join(root, "texts/included.txt"), "changed\n")],
    ["what its build script reads", (root) => writeFile(join(root, "cli/generated.txt"), "changed\n")],
    ["its build script", (root) => edit(join(root, "cli/build.rs"), "text.trim()", "text.trim().to_uppercase()")],
    ["a package of the workspace", (root) => edit(join(root, "greet/src/lib.rs"), '"hello"', '"hallo"')],
    ["its manifest", (root) => edit(join(root, "cli/Cargo.toml"), "0.1.0", "0.1.1")],
    ["the features in its manifest", (root) => edit(join(root, "cli/Cargo.toml"), '"polite"]', '"loud"]')],
    [
      "the project's settings for cargo",
      (root) => writeFiles(root, { ".cargo/config.toml": "[profile.release]\nopt-level = 0\n" }),
    ],
  ])("%s", async (_, change) => {
    await change(root);
    expect((await built(rust, root, unlocked)).digest).not.toBe(digest);
  });

  it.each<[string, unknown, Circumstances]>([
    ["the entry's features", { package: "cli", features: ["loud"] }, {}],
    ["the entry's flags", { package: "cli", flags: ["--config", "profile.release.opt-level=0"] }, {}],
    ["the entry's environment", "cli", { env: { BUILD_VERSION: "other" } }],
    ["the operator's flags for rustc", "cli", { operator: { RUSTFLAGS: "-C opt-level=0" } }],
  ])("%s", async (_, raw, circumstances) => {
    expect((await built(rust, root, raw, circumstances)).digest).not.toBe(digest);
  });

  it("what the lock file pins", async () => {
    const { root, dependency, operator } = await withDependency();
    const first = await built(rust, root, "cli", { operator });
    await edit(join(dependency, "src/lib.rs"), "first", "second");
    await git(dependency, "commit", "-qam", "second");
    expect((await built(rust, root, "cli", { operator })).digest).toBe(first.digest);
    await output("cargo", ["update", "--quiet"], { cwd: root, env: operator });
    expect((await built(rust, root, "cli", { operator })).digest).not.toBe(first.digest);
  });
});

describe("flags that others set", () => {
  skipWithout("cargo");

  const special = {
    "cli/src/main.rs":
      '//! Says how it was built.\nfn main() {\n    println!("special: {}", cfg!(special));\n    if std::env::args().len() > 1 {\n        greet::fail();\n    }\n}\n',
  };

  it.each<[string, Readonly<Record<string, string>>, Circumstances]>([
    ["build.rustflags", { ".cargo/config.toml": '[build]\nrustflags = ["--cfg", "special"]\n' }, {}],
    ["the target's rustflags", { ".cargo/config.toml": `[target.${triple}]\nrustflags = ["--cfg", "special"]\n` }, {}],
    ["rustflags for a cfg", { ".cargo/config.toml": `[target.'cfg(unix)']\nrustflags = ["--cfg", "special"]\n` }, {}],
    [
      "a config file above the project",
      { "../.cargo/config.toml": `[target.${triple}]\nrustflags = ["--cfg", "special"]\n` },
      {},
    ],
    ["RUSTFLAGS", {}, { operator: { RUSTFLAGS: "--cfg special" } }],
    ["CARGO_ENCODED_RUSTFLAGS", {}, { operator: { CARGO_ENCODED_RUSTFLAGS: "--cfg\x1fspecial" } }],
    ["CARGO_BUILD_RUSTFLAGS", {}, { operator: { RUSTFLAGS: undefined, CARGO_BUILD_RUSTFLAGS: "--cfg special" } }],
    [
      "the target's variable",
      {},
      { operator: { [`CARGO_TARGET_${triple.toUpperCase().replaceAll("-", "_")}_RUSTFLAGS`]: "--cfg special" } },
    ],
  ])("by %s still count, and so do ours", async (_, files, circumstances) => {
    const root = await copyFixture("rust", { ...special, ...files });
    const outcome = await build(root, "cli", circumstances);
    expect(await output(outcome.path("hello"))).toBe("special: true\n");
    expect((await readFile(outcome.path("hello"))).includes(root)).toBe(false);
  });
});

describe("the same bytes come from", () => {
  skipWithout("cargo");

  it("another folder, home and time zone, and name no path of either", async () => {
    const { root, operator, dependency } = await withDependency();
    const one = await built(rust, root, "cli", { operator });
    const again = await withDependency(dependency);
    const two = await build(again.root, "cli", { operator: { ...again.operator, TZ: "Asia/Tokyo" } });
    expect(two.artifacts[0]?.digest).toBe(one.digest);
    const bytes = await readFile(two.path("hello"));
    expect([again.root, again.operator["CARGO_HOME"] ?? ""].filter((path) => bytes.includes(path))).toEqual([]);
  });
});

describe("failures", () => {
  skipWithout("cargo");

  it("of the compiler are shown with their lines", async () => {
    const { problems } = await build(await copyFixture("rust", { "cli/src/main.rs": "fn main() { broken }\n" }));
    expect(problems[0]).toMatchObject({ code: "step.failed", place: { line: 3 } });
    expect(problems[0]?.lines.join("\n")).toContain("cannot find value `broken`");
  });

  it("to match the lock file are shown, and nothing is written", async () => {
    const root = await copyFixture("rust");
    await edit(join(root, "greet/Cargo.toml"), "0.1.0", "0.2.0");
    const { problems } = await build(root);
    expect(problems[0]?.lines.join("\n")).toContain("--locked");
    expect(await readFile(join(root, "Cargo.lock"), "utf8")).not.toContain("0.2.0");
  });
});

describe("what is refused before anything is built", () => {
  skipWithout("cargo");

  it.each<[string, unknown, Circumstances, JsonObject]>([
    [
      "a target that is not installed",
      "cli",
      { for: ["linux/s390x"] },
      {
        code: "plan.target",
        message:
          "rust cannot build for linux/s390x: the standard library for s390x-unknown-linux-gnu is not installed: run `rustup target add s390x-unknown-linux-gnu`, and to link for it a C compiler of that target, or zig and cargo-zigbuild",
      },
    ],
    ["a target Rust has no word for", "cli", { for: ["plan9/amd64"] }, { code: "plan.target" }],
    [
      "a package that is not there",
      "helo",
      {},
      { code: "plan.invalid", message: "no package is called helo", expected: "a folder, or one of greet, hello-cli" },
    ],
    ["a package without a program", "greet", {}, { code: "plan.invalid", message: "package greet has no program" }],
    [
      "a program that is not there",
      { package: "cli", bin: "helo" },
      {},
      { code: "plan.invalid", expected: "one of hello, other" },
    ],
    ["one name for two programs", "cli", { binary: "both" }, { code: "plan.invalid" }],
    [
      "a machine without cargo",
      "cli",
      { operator: { PATH: "/nonexistent" } },
      { code: "tool.missing", hint: "install Rust with rustup: https://rustup.rs" },
    ],
  ])("%s", async (_, raw, circumstances, problem) => {
    await expect(decideStep(rust, await copyFixture("rust"), raw, { ...host, ...circumstances })).rejects.toMatchObject(
      problem,
    );
  });

  it("a folder without a project", async () => {
    const root = await freshFolder();
    await expect(decideStep(rust, root, ".", host)).rejects.toMatchObject({
      code: "file.missing",
      message: "there is no Cargo.toml in . or above it",
    });
  });
});

/** The fixture with a dependency from a git repository, and a home of its own for cargo. */
async function withDependency(from?: string): Promise<{
  readonly root: string;
  readonly dependency: string;
  readonly operator: Readonly<Record<string, string>>;
}> {
  const above = await freshFolder();
  const dependency = from ?? join(above, "dependency");
  if (from === undefined) {
    await writeFiles(dependency, {
      "Cargo.toml": '[package]\nname = "dependency"\nversion = "0.1.0"\nedition = "2021"\n',
      "src/lib.rs":
        '//! Panics with its own path.\n\n/// Says which it is.\npub fn word() -> &\'static str {\n    if std::env::args().len() > 2 {\n        panic!("as asked");\n    }\n    "first"\n}\n',
    });
    await git(dependency, "init", "-q");
    await git(dependency, "add", "-A");
    await git(dependency, "commit", "-qm", "first");
  }
  const root = await copyFixture("rust", {
    "greet/src/lib.rs":
      '//! Greets.\npub const GREETING: &str = "hello";\npub fn fail() {\n    println!("{}", dependency::word());\n    panic!();\n}\n',
  });
  await writeFile(
    join(root, "greet/Cargo.toml"),
    `${await readFile(join(root, "greet/Cargo.toml"), "utf8")}\n[dependencies]\ndependency = { git = "file://${dependency}" }\n`,
  );
  const operator = { CARGO_HOME: join(above, "cargo-home") };
  await output("cargo", ["generate-lockfile", "--quiet"], { cwd: root, env: operator });
  return { root, dependency, operator };
}
