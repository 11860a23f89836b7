/** Builder `rust`: programs by `cargo build`, for every target whose standard library is installed. */
import type { Builder } from "./builder.ts";
import { decideRust, refusal } from "./rust/decide.ts";
import { makeRust } from "./rust/make.ts";
import { rustSchema, type RustOptions } from "./rust/options.ts";
import { probeRust } from "./rust/probe.ts";

const usualTargets: readonly string[] = ["linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64"];

export const rust: Builder<RustOptions> = {
  kind: "rust",
  version: 1,
  memory: 1024 * 2 ** 20,
  summary:
    "Rust programs: `cargo build`, or cargo-zigbuild for other machines; BUILD_VERSION, BUILD_COMMIT and BUILD_DATE are there for `option_env!`.",
  example: "rust: crates/cli\nname: hello\nfor: [linux/amd64, linux/amd64/musl, darwin/arm64]\nfeatures: [tls]\n",
  primary: "package",
  schema: rustSchema,
  targets: () => usualTargets,
  cannot: refusal,
  probe: probeRust,
  decide(request) {
    const { platform } = request;
    if (platform === undefined) throw new Error("rust builds are decided per target");
    return [decideRust({ ...request, platform })];
  },
  make: makeRust,
};
