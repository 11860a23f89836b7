/** Decides a `go:` entry for one target: the command line, the environment and the files that come out. */
import type { ExpectedArtifact } from "../../../model/artifact.ts";
import { valueFor } from "../../../model/byTarget.ts";
import type { Json, JsonObject } from "../../../model/json.ts";
import type { BuildRequest } from "../../../model/kind.ts";
import { executableSuffix, type Platform } from "../../../model/platform.ts";
import { Problem } from "../../../model/problem.ts";
import type { ByTarget, Template } from "../../../model/template.ts";
import { renderWords } from "../../words.ts";
import { lastValue, refuseOwnFlags } from "./flags.ts";
import type { BuildMode, GoOptions, GoStep } from "./options.ts";
import { platformEnv } from "./platform.ts";
import { isPattern, programName } from "./programs.ts";
import type { DraftOf } from "../builder.ts";

type Request = BuildRequest<GoOptions> & { readonly platform: Platform };

/** One draft for each program. Throws `plan.invalid` where `binary` would name several. */
export function decideGo(request: Request): readonly DraftOf<GoStep>[] {
  const { options, platform, scope } = request;
  const mode = at(request, options.buildmode) ?? "exe";
  const cgo = at(request, options.cgo) ?? (needsCgo(mode, platform) ? true : undefined);
  const mains = options.main.flatMap((main) => programsOf(main, request));
  if (request.binary !== undefined && mains.length > 1) {
    throw new Problem("plan.invalid", `binary names one program, and main lists ${mains.length}: ${mains.join(", ")}`, {
      hint: "leave `binary` out, so that each is named after its package, or write one entry for each",
    });
  }
  const args = buildArgs(request, mode);
  const env = { ...platformEnv(platform), ...(cgo === undefined ? {} : { CGO_ENABLED: cgo ? "1" : "0" }) };

  return mains.map((main) => {
    const binary = request.binary ?? programName(main, request.dir, request.project);
    const tool = options.tool?.render(scope) ?? "";
    const step: GoStep = {
      tool: tool === "" ? "go" : tool,
      dir: request.dir,
      main,
      args,
      dirty: scope["isDirty"] === true,
    };
    return {
      suffix: mains.length > 1 ? binary : "",
      options: step,
      env,
      outputs: outputsOf(binary, mode, platform),
    };
  });
}

function programsOf(main: Template, { scope, probed }: Request): readonly string[] {
  const path = main.render(scope);
  if (path === "") return [];
  if (!isPattern(path)) return [path];
  const programs = asList(asObject(probed["programs"])[path]);
  if (programs.length > 0) return programs;
  const why = main.constant ? "matches no program" : "has holes, and patterns must be known before anything is decided";
  throw new Problem("plan.invalid", `main: ${path} ${why}`, { place: main.place });
}

/** In the order of `go help build`, so that command lines read alike: the user's own flags first. */
function buildArgs(request: Request, mode: BuildMode): readonly string[] {
  const { options, platform } = request;
  const flags = options.flags === undefined ? [] : renderWords(valueFor(options.flags, platform), request.scope);
  refuseOwnFlags(flags);
  const ldflags = options.ldflags === undefined ? usualLdflags(request) : texts(request, options.ldflags).join(" ");
  const tags = texts(request, options.tags)
    .flatMap((tag) => tag.split(/[\s,]+/))
    .filter((tag) => tag !== "");
  return [
    ...(lastValue(flags, "trimpath") === undefined ? ["-trimpath"] : []),
    ...flags,
    ...texts(request, options.asmflags).map((text) => `-asmflags=${text}`),
    ...texts(request, options.gcflags).map((text) => `-gcflags=${text}`),
    ...(tags.length === 0 ? [] : [`-tags=${tags.join(",")}`]),
    ...(ldflags === "" ? [] : [`-ldflags=${ldflags}`]),
    ...(mode === "exe" ? [] : [`-buildmode=${mode}`]),
  ];
}

/** What GoReleaser sets by default, with the release's clock in place of today's. */
function usualLdflags({ version, commit, date }: Request): string {
  return `-s -w -X main.version=${version} -X main.commit=${commit} -X main.date=${date}`;
}

function outputsOf(binary: string, mode: BuildMode, platform: Platform): readonly ExpectedArtifact[] {
  const extension = extensionOf(mode, platform);
  const library = mode !== "exe" && mode !== "pie";
  const output = { type: library ? "library" : "binary", platform, listed: false } as const;
  const file: ExpectedArtifact = { ...output, name: `${binary}${extension}`, attributes: { binary, extension } };
  if (!hasHeader(mode, platform)) return [file];
  return [file, { ...output, name: `${binary}.h`, attributes: { binary, extension: ".h" } }];
}

function extensionOf(mode: BuildMode, platform: Platform): string {
  if (platform.arch === "wasm") return ".wasm";
  switch (mode) {
    case "exe":
    case "pie":
      return executableSuffix(platform);
    case "c-shared":
      return { windows: ".dll", darwin: ".dylib" }[platform.os] ?? ".so";
    case "c-archive":
      return platform.os === "windows" ? ".lib" : ".a";
    case "plugin":
      return ".so";
  }
}

/** `go build` writes a header beside what C programs link. */
function hasHeader(mode: BuildMode, platform: Platform): boolean {
  return (mode === "c-shared" || mode === "c-archive") && platform.arch !== "wasm";
}

/** The C modes and plugins are linked by a C compiler; WebAssembly has none to call. */
function needsCgo(mode: BuildMode, platform: Platform): boolean {
  return mode !== "exe" && mode !== "pie" && platform.arch !== "wasm";
}

function texts(request: Request, value: ByTarget<readonly Template[]> | undefined): readonly string[] {
  return (at(request, value) ?? []).map((text) => text.render(request.scope).trim()).filter((text) => text !== "");
}

function at<T>({ platform }: Request, value: ByTarget<T> | undefined): T | undefined {
  return value === undefined ? undefined : valueFor(value, platform);
}

function asObject(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function asList(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
