/** The gitea store: releases of Gitea and Forgejo, Codeberg among them. Hidden in a draft until all of it is there. */
import type { JsonObject } from "../model/json.ts";
import { Problem } from "../model/problem.ts";
import { template } from "../model/schema.ts";
import type { Template } from "../model/template.ts";
import { z } from "zod";

import { refuseTagAhead } from "./forge/ahead.ts";
import { downloadsAt } from "./forge/downloads.ts";
import { forgeOfRemote } from "./forge/address.ts";
import { isWithdrawnIn } from "./forge/marker.ts";
import { decideForge, type ForgeOptions, forgeShape, repositoryOf } from "./forge/options.ts";
import { probeUntagged } from "./forge/untagged.ts";
import { giteaStore } from "./gitea/open.ts";
import { decidedSchema, type GiteaPlace, openPlace } from "./gitea/place.ts";
import { probeGitea, refuseUnwritable } from "./gitea/probe.ts";
import type { HttpOptions } from "./http.ts";
import type { OpenableStore, Probed } from "./kind.ts";
import { laterLines, type Leaving, leavingLater } from "./later.ts";
import { isStopped, probingAll } from "./probing.ts";

type GiteaOptions = Omit<ForgeOptions, "latest"> & { readonly gitea: Template };

/** The kind; `retry` says how long it waits between attempts. */
export function giteaKind(retry?: HttpOptions["retry"]): OpenableStore<GiteaOptions> {
  const { latest: _, ...shape } = forgeShape;
  return {
    kind: "gitea",
    summary: "Releases of a repository on Gitea or Forgejo, Codeberg among them.",
    example: "stores:\n  forge: { gitea: acme/tool, endpoint: https://git.example.com, token: env:GITEA_TOKEN }\n",
    primary: "gitea",
    job: ({ token }) => ({ writes: ["contents"], ...(token === undefined ? { secrets: ["GITEA_TOKEN"] } : {}) }),
    schema: z.strictObject({
      gitea: template("owner and name of the repository: `acme/tool`"),
      ...z.object(shape).partial().shape,
      token: shape.token.describe("where the token is; left out: `env:GITEA_TOKEN`").optional(),
      endpoint: shape.endpoint
        .describe("address of the forge: `https://codeberg.org`; left out: where the repository's remote is on it")
        .optional(),
    }),
    // People pull images from registries; who wants the archives of them beside the other files says so.
    leaves: ["image"],
    decide({ options, place }, scope) {
      const repository = repositoryOf(options.gitea, scope, { place });
      const decided = decideForge(options, repository, scope);
      const rest: JsonObject = decided;
      const endpoint = decided.endpoint.replace(/api\/v1\/$/, "") || forgeOfRemote(scope["gitUrl"], repository);
      if (endpoint === undefined)
        throw new Problem("plan.invalid", `nothing says which forge ${repository} is on`, {
          place,
          expected: "`endpoint: https://...`, since the repository's remote is another one",
        });
      return { ...rest, endpoint };
    },
    downloads(options, about) {
      const decided = decidedSchema.parse(options);
      return downloadsAt(decided.endpoint, decided, about);
    },
    async open(options, context) {
      const place = await openPlace(decidedSchema.parse(options), context, retry);
      const store = giteaStore(place, context);
      return place.moves ? leavingLater(store, leavingAt(place)) : store;
    },
    async reach(options, context) {
      const place = await openPlace(decidedSchema.parse(options), context, retry);
      try {
        await refuseUnwritable(place);
        await refuseTagAhead(place, place.gitea.commitOf);
      } finally {
        place.gitea.http.close();
      }
    },
    async probe(options, context) {
      const decided = decidedSchema.parse(options);
      return probeUntagged(decided, context, async (asked) => {
        const place = await openPlace(decided, asked, retry);
        try {
          const answers = await probeGitea(place);
          if (!place.moves || isStopped(answers)) return answers;
          const later = (): Promise<readonly Probed[]> => laterLines(giteaStore(place, asked), leavingAt(place));
          return [...answers, ...(await probingAll("names", later))];
        } finally {
          place.gitea.http.close();
        }
      });
    },
  };
}

function leavingAt({ gitea: to, tag, about }: GiteaPlace): Leaving {
  return { about, isWithdrawn: async () => isWithdrawnIn((await to.releaseOf(tag))?.body) };
}

export const gitea = giteaKind();
