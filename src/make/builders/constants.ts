/** Version, commit and date as build-time constants of JavaScript programs. */
import type { BuildRequest } from "../../model/kind.ts";

/**
 * `BUILD_VERSION`, `BUILD_COMMIT` and `BUILD_DATE`: the names of Bun's guide to build-time constants, so that one program
 * (`typeof BUILD_VERSION === "undefined" ? "dev" : BUILD_VERSION`) works under every JavaScript builder.
 */
export function buildConstants(request: BuildRequest): Readonly<Record<string, string>> {
  return { BUILD_VERSION: request.version, BUILD_COMMIT: request.commit, BUILD_DATE: request.date };
}
