/** Decides a `rust:` entry for one target: cargo's command line and the programs that come out. */
import { posix } from "node:path";

import { valueFor } from "../../../model/byTarget.ts";
import type { JsonObject } from "../../../model/json.ts";
import type { BuildRequest } from "../../../model/kind.ts";
import { executableSuffix, formatPlatform, type Platform } from "../../../model/platform.ts";
import { Problem } from "../../../model/problem.ts";
import { renderWords } from "../../words.ts";
import { buildConstants } from "../constants.ts";
import { programOutputs } from "../programs.ts";
import type { RustOptions, RustStep } from "./options.ts";
import { plus, type RustProbed } from "./probe.ts";
import { cpuOf, tripleOf } from "./triple.ts";
import type { DraftOf } from "../builder.ts";

type Request = BuildRequest<RustOptions> & { readonly platform: Platform };

/** Why Rust cannot build for a platform here, or undefined. */
export function refusal(platform: Platform, options: RustOptions, data: JsonObject): string | undefined {
  const { installed, host, zigbuild } = data as RustProbed;
  const named = options.triple === undefined ? undefined : valueFor(options.triple, platform);
  const triple = named === undefined ? tripleOf(platform) : named.constant ? named.source : undefined;
  if (named === undefined && triple === undefined) return "Rust has no usual target for it; name one with `triple`";
  // Other tools, such as cross, bring their own standard libraries.
  if (installed === undefined || triple === undefined || options.tool !== undefined || installed.includes(triple))
    return undefined;
  const linker =
    triple === host || zigbuild === true
      ? ""
      : ", and to link for it a C compiler of that target, or zig and cargo-zigbuild";
  return `the standard library for ${triple} is not installed: run \`rustup target add ${triple}\`${linker}`;
}

/** One draft with all programs, since cargo builds them in one go. */
export function decideRust(request: Request): DraftOf<RustStep> {
  const { options, platform, scope } = request;
  const probed = request.probed as RustProbed;
  const triple =
    (options.triple === undefined ? undefined : valueFor(options.triple, platform))?.render(scope) ??
    tripleOf(platform);
  if (triple === undefined)
    throw new Problem("plan.target", `Rust has no usual target for ${formatPlatform(platform)}`, {
      hint: "name one with `triple`",
    });
  const bins = binsOf(request, probed);
  if (request.binary !== undefined && bins.length > 1) {
    throw new Problem("plan.invalid", `binary names one program, and there are ${bins.length}: ${bins.join(", ")}`, {
      hint: "choose one with `bin`, or leave `binary` out",
    });
  }
  const suffix = executableSuffix(platform);
  const profile = options.profile.render(scope);
  const features = options.features.map((feature) => feature.render(scope)).filter((feature) => feature !== "");
  const zigbuild =
    options.zigbuild ?? (probed.zigbuild === true && probed.host !== undefined && probed.host !== triple);
  const targetDir = options.targetDir?.render(scope) ?? "";
  const tool = options.tool?.render(scope) ?? "";
  const step: RustStep = {
    tool: tool === "" ? "cargo" : tool,
    dir: probed.folder ?? request.dir,
    args: [
      ...plus(options.toolchain?.render(scope) ?? ""),
      zigbuild ? "zigbuild" : "build",
      `--profile=${profile}`,
      `--target=${triple}`,
      ...((options.locked ?? probed.locked === true) ? ["--locked"] : []),
      ...(probed.packages ?? []).map((name) => `--package=${name}`),
      ...bins.map((bin) => `--bin=${bin}`),
      ...(options.defaultFeatures ? [] : ["--no-default-features"]),
      ...(features.length === 0 ? [] : [`--features=${features.join(",")}`]),
      ...(options.flags === undefined ? [] : renderWords(valueFor(options.flags, platform), scope)),
    ],
    triple,
    cpu: cpuOf(platform) ?? "",
    folder: `${triple}/${profile === "dev" ? "debug" : profile}`,
    files: bins.map((bin) => `${bin}${suffix}`),
    targetDir: targetDir === "" ? "" : posix.join(request.dir, targetDir),
    constants: buildConstants(request),
  };
  return { suffix: "", options: step, env: {}, outputs: programOutputs(bins, request, platform) };
}

/** The programs that were asked for, or all. Without a project to look at, the one that is asked for by name. */
function binsOf({ options, scope, binary, project }: Request, { bins }: RustProbed): readonly string[] {
  const asked = options.bin?.map((bin) => bin.render(scope)).filter((bin) => bin !== "");
  const unknown = asked?.find((bin) => bins?.includes(bin) === false);
  if (unknown !== undefined) {
    throw new Problem("plan.invalid", `bin: there is no program ${unknown}`, {
      place: options.bin?.[0]?.place,
      expected: `one of ${bins?.join(", ") ?? ""}`,
    });
  }
  return asked ?? bins ?? [binary ?? project];
}
