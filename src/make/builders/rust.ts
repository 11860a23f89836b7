/** Builder `rust`: programs by `cargo build`, for every target whose standard library is installed. */
import { formatPlatform } from "../../model/platform.ts";
import type { Builder } from "./builder.ts";
import { decideRust, refusal } from "./rust/decide.ts";
import { makeRust, rustToolchains } from "./rust/make.ts";
import { type RustOptions, rustSchema, type RustStep } from "./rust/options.ts";
import { probeRust } from "./rust/probe.ts";

export const rust: Builder<RustOptions, RustStep> = {
  kind: "rust",
  version: 1,
  memory: 1024 * 2 ** 20,
  summary:
    "Rust programs: `cargo build` for this machine, or for those under `for`, which cargo-zigbuild links where it is installed; BUILD_VERSION, BUILD_COMMIT and BUILD_DATE are there for `option_env!`.",
  example: "rust: crates/cli\nname: hello\nfor: [linux/amd64, linux/amd64/musl, darwin/arm64]\nfeatures: [tls]\n",
  primary: "package",
  job: ({ zigbuild }) => ({ toolchains: zigbuild === true ? ["rust", "zig"] : ["rust"] }),
  locks: ["Cargo.lock"],
  schema: rustSchema,
  // For other machines Rust wants a standard library and a linker of theirs, which no machine has unasked.
  targets: (_options, host) => [formatPlatform(host)],
  cannot: refusal,
  probe: probeRust,
  decide(request) {
    const { platform } = request;
    if (platform === undefined) throw new Error("rust builds are decided per target");
    return [decideRust({ ...request, platform })];
  },
  toolchains: rustToolchains,
  make: makeRust,
};
