/** Options of a gitlab store as `decide` leaves them, for tests that open one. */
import type { JsonObject } from "../../src/model/json.ts";
import { projectPath } from "../servers/gitlab.ts";

export function gitlabOptions(endpoint: string, more: JsonObject): JsonObject {
  return {
    repository: projectPath,
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
    package: "",
    listed: false,
    path: "",
    milestones: [],
    releasedAt: "",
    ...more,
  };
}
