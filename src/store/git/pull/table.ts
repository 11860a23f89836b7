/** Forges that pull requests can be opened on. */
import type { PullForge } from "./forge.ts";
import { gitea } from "./gitea.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";

export const pullForges: ReadonlyMap<string, PullForge> = new Map([
  ["github", github],
  ["gitea", gitea],
  ["gitlab", gitlab],
]);
