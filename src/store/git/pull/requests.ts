/** Requests about pull requests that GitHub and Gitea, whose API follows it, are asked alike. */
import { z } from "zod";

import type { PullRequests } from "./forge.ts";

type Alike = Pick<PullRequests, "called" | "close" | "protection">;

/** `root`: `repos/acme/homebrew-tap`. */
export function requestsAt(root: string): Alike {
  return {
    called: "pull request",
    close: ({ number }) => ({ method: "PATCH", path: `${root}/pulls/${number}`, json: { state: "closed" } }),
    protection,
  };
}

/** What all forges say of a branch. */
export const protection = z
  .object({ protected: z.boolean() })
  .transform(({ protected: isProtected }) => ({ isProtected }));
