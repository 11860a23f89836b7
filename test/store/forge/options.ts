/** Options of a forge's store as `decide` leaves them, for tests that open one. */
import type { JsonObject } from "../../../src/model/json.ts";
import type { DecidedForge } from "../../../src/store/forge/options.ts";

/** Those that all forges have; `endpoint` is an address without a slash at its end. */
export function forgeOptions(endpoint: string, repository: string, more: JsonObject = {}): JsonObject & DecidedForge {
  return {
    repository,
    endpoint: `${endpoint}/`,
    ca: "",
    insecure: false,
    draft: false,
    prerelease: "auto",
    latest: "auto",
    existing: "refuse",
    title: "",
    tag: "",
    target: "",
    header: "",
    footer: "",
    ...more,
  };
}
