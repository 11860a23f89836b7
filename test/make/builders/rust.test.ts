/** What builder `rust` decides from what the machine said. */
import { chmod } from "node:fs/promises";

import { describe, expect, it } from "vitest";

import { rust } from "../../../src/make/builders/rust.ts";
import type { RustOptions } from "../../../src/make/builders/rust/options.ts";
import type { RustProbed } from "../../../src/make/builders/rust/probe.ts";
import { cpuOf, tripleOf } from "../../../src/make/builders/rust/triple.ts";
import { parsePlatform } from "../../../src/model/platform.ts";
import { copyFixture, decideStep } from "../runStep.ts";

describe("platforms", () => {
  it.each([
    ["linux/amd64", "x86_64-unknown-linux-gnu", undefined],
    ["linux/amd64/musl", "x86_64-unknown-linux-musl", undefined],
    ["linux/amd64/v3", "x86_64-unknown-linux-gnu", "x86-64-v3"],
    ["linux/arm64/musl", "aarch64-unknown-linux-musl", undefined],
    ["linux/arm/7", "armv7-unknown-linux-gnueabihf", undefined],
    ["linux/riscv64", "riscv64gc-unknown-linux-gnu", undefined],
    ["darwin/arm64", "aarch64-apple-darwin", undefined],
    ["windows/amd64", "x86_64-pc-windows-gnu", undefined],
    ["windows/amd64/msvc", "x86_64-pc-windows-msvc", undefined],
    ["wasip1/wasm", "wasm32-wasip1", undefined],
    ["linux/amd64/glibc", undefined, undefined],
    ["plan9/amd64", undefined, undefined],
  ])("%s is %s", (target, triple, cpu) => {
    expect(tripleOf(parsePlatform(target))).toBe(triple);
    expect(cpuOf(parsePlatform(target))).toBe(cpu);
  });

  const probed: RustProbed = { host: "x86_64-unknown-linux-gnu", installed: ["x86_64-unknown-linux-gnu"] };
  const cannot = (target: string, options: object = {}, data: RustProbed = probed): string | undefined =>
    rust.cannot?.(parsePlatform(target), { package: ".", ...options } as unknown as RustOptions, { ...data });

  it("without `for` are this machine's alone, since no other has its standard library unasked", () => {
    const host = { os: "linux", arch: "arm64" };
    expect(rust.targets(rust.schema.parse({ package: "." }), host)).toEqual(["linux/arm64"]);
  });

  it("can be built for where the standard library is installed", () => {
    expect(cannot("linux/amd64")).toBeUndefined();
    expect(cannot("linux/arm64")).toContain("run `rustup target add aarch64-unknown-linux-gnu`, and to link for it");
    expect(cannot("linux/arm64", {}, { ...probed, zigbuild: true })).toMatch(
      /run `rustup target add aarch64-unknown-linux-gnu`$/,
    );
  });

  it("are not judged where nobody can be asked, and where another tool builds", () => {
    expect(cannot("linux/arm64", {}, {})).toBeUndefined();
    expect(cannot("linux/arm64", { tool: "cross" })).toBeUndefined();
  });
});

describe("the command line", () => {
  const decided = async (raw: unknown, target: string): Promise<unknown> => {
    // A machine with another cargo on its PATH: only what the entry says is decided here.
    const root = await copyFixture("rust", {
      "bin/cargo": "#!/bin/sh\nexit 1\n",
      "bin/cargo-zigbuild": "#!/bin/sh\n",
      "bin/rustc": "#!/bin/sh\necho host: x86_64-unknown-linux-gnu\n",
    });
    for (const name of ["cargo", "cargo-zigbuild", "rustc"]) await chmod(`${root}/bin/${name}`, 0o755);
    const operator = { PATH: `${root}/bin` };
    const { steps } = await decideStep(rust, root, raw, { for: [target], operator, preparing: true });
    return steps[0]?.options["args"];
  };

  it("builds with the release profile, by zig for other machines where it is installed", async () => {
    expect(await decided("cli", "linux/amd64")).toEqual([
      "build",
      "--profile=release",
      "--target=x86_64-unknown-linux-gnu",
      "--bin=hello",
    ]);
    expect(await decided("cli", "linux/arm64")).toEqual([
      "zigbuild",
      "--profile=release",
      "--target=aarch64-unknown-linux-gnu",
      "--bin=hello",
    ]);
    expect(await decided({ package: "cli", zigbuild: false }, "linux/arm64")).toContain("build");
  });

  it("holds what the entry says", async () => {
    const raw = {
      package: "cli",
      bin: ["one", "two"],
      features: ["a", "{{ os }}"],
      defaultFeatures: false,
      profile: "dist",
      toolchain: "nightly",
      flags: { default: "-v", "linux/*": ["--config", "a b"] },
      locked: true,
      triple: { "linux/arm64": "aarch64-unknown-linux-ohos" },
    };
    expect(await decided(raw, "linux/arm64")).toEqual([
      "+nightly",
      "zigbuild",
      "--profile=dist",
      "--target=aarch64-unknown-linux-ohos",
      "--locked",
      "--bin=one",
      "--bin=two",
      "--no-default-features",
      "--features=a,linux",
      "--config",
      "a b",
    ]);
  });
});
