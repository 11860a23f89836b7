/** Options of a gitlab store as `decide` leaves them, for tests that open one. */
import type { JsonObject } from "../../src/model/json.ts";
import { projectPath } from "../servers/gitlab.ts";
import { forgeOptions } from "./forge/options.ts";

export function gitlabOptions(endpoint: string, more: JsonObject): JsonObject {
  const own = { package: "", listed: false, path: "", milestones: [], releasedAt: "" };
  return forgeOptions(endpoint, projectPath, { ...own, ...more });
}
