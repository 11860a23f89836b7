/** The gitlab store: releases of GitLab. Files go into a hidden package, and are linked by a release that comes in one piece. */
import { z } from "zod";

import type { JsonObject } from "../model/json.ts";
import { Problem } from "../model/problem.ts";
import { template } from "../model/schema.ts";
import type { Template } from "../model/template.ts";
import { forgeOfRemote } from "./forge/address.ts";
import { isWithdrawnIn } from "./forge/marker.ts";
import { decideForge, type ForgeOptions, forgeShape, repositoryOf } from "./forge/options.ts";
import { probeUntagged } from "./forge/untagged.ts";
import { gitlabStore } from "./gitlab/open.ts";
import { decidedSchema, type GitlabPlace, openPlace, releasePage } from "./gitlab/place.ts";
import { probeGitlab, refuseAhead } from "./gitlab/probe.ts";
import type { HttpOptions } from "./http.ts";
import type { OpenableStore, Probed } from "./kind.ts";
import { laterLines, type Leaving, leavingLater } from "./later.ts";
import { isStopped, probingAll } from "./probing.ts";

interface GitlabOptions extends Omit<ForgeOptions, "latest" | "draft" | "prerelease"> {
  readonly gitlab: Template;
  readonly package?: Template | undefined;
  readonly listed?: boolean | undefined;
  readonly path?: Template | undefined;
  readonly milestones?: readonly Template[] | undefined;
  readonly releasedAt?: Template | undefined;
}

/** The kind; `retry` says how long it waits between attempts. */
export function gitlabKind(retry?: HttpOptions["retry"]): OpenableStore<GitlabOptions> {
  const { latest: _, draft: __, prerelease: ___, ...shape } = forgeShape;
  return {
    kind: "gitlab",
    summary: "Releases of a project on GitLab, with their files in its package registry.",
    example: "stores:\n  forge: { gitlab: acme/tool, token: env:GITLAB_TOKEN }\n",
    primary: "gitlab",
    schema: z.strictObject({
      gitlab: template("path of the project, `acme/tools/tool`, or its number"),
      ...z.object(shape).partial().shape,
      token: shape.token
        .describe("where the token is; left out: `env:GITLAB_TOKEN`, and in a CI job without it `env:CI_JOB_TOKEN`")
        .optional(),
      endpoint: shape.endpoint
        .describe(
          "address of the forge; left out: where the repository's remote is, if it is that project, else `https://gitlab.com`",
        )
        .optional(),
      package: template("name of the package that files lie in; left out: the project's name").optional(),
      listed: z
        .boolean()
        .optional()
        .describe(
          "whether the package stands in the project's list of packages, from its first file on; default: `false`",
        ),
      path: template("folder in the permanent links: `bin` gives `/-/releases/TAG/downloads/bin/FILE`").optional(),
      milestones: z.array(template("title of a milestone")).optional().describe("milestones the release belongs to"),
      releasedAt: template(
        "when it is out, such as `2026-02-01T12:00:00Z`; until then GitLab shows it as upcoming",
      ).optional(),
    }),
    // People pull images from registries; who wants the archives of them beside the other files says so.
    leaves: ["image"],
    decide({ options, place }, scope) {
      const text = (of: Template | undefined): string => of?.render(scope).trim() ?? "";
      const id = text(options.gitlab);
      const repository = /^\d+$/.test(id) ? id : repositoryOf(options.gitlab, scope, { place, isDeep: true });
      const decided = decideForge(options, repository, scope);
      const rest: JsonObject = decided;
      const written = decided.endpoint.replace(/api\/v4\/$/, "");
      const releasedAt = text(options.releasedAt);
      if (releasedAt !== "" && Number.isNaN(Date.parse(releasedAt)))
        throw new Problem("plan.invalid", `"${releasedAt}" is no time`, {
          place: options.releasedAt?.place ?? place,
          expected: "date and time as ISO 8601 has them: 2026-02-01T12:00:00Z",
        });
      return {
        ...rest,
        endpoint: written || (forgeOfRemote(scope["gitUrl"], repository) ?? "https://gitlab.com/"),
        package: text(options.package),
        listed: options.listed === true,
        path: text(options.path).replaceAll(/^\/+|\/+$/g, ""),
        milestones: (options.milestones ?? []).map(text).filter((title) => title !== ""),
        releasedAt,
      };
    },
    downloads(options, about) {
      const decided = decidedSchema.parse(options);
      if (decided.tag === "" && about.tag === "" && !about.isNightly) return undefined;
      return `${releasePage(decided, about)}/downloads/${decided.path === "" ? "" : `${decided.path}/`}`;
    },
    async open(options, context) {
      const place = await openPlace(decidedSchema.parse(options), context, retry);
      const store = gitlabStore(place, context);
      return place.moves ? leavingLater(store, leavingAt(place)) : store;
    },
    async reach(options, context) {
      const place = await openPlace(decidedSchema.parse(options), context, retry);
      await refuseAhead(place).finally(() => place.gitlab.http.close());
    },
    async probe(options, context, expected) {
      const decided = decidedSchema.parse(options);
      return probeUntagged(decided, context, async (asked) => {
        const place = await openPlace(decided, asked, retry);
        try {
          const answers = await probeGitlab(place, expected);
          if (!place.moves || isStopped(answers)) return answers;
          const later = (): Promise<readonly Probed[]> => laterLines(gitlabStore(place, asked), leavingAt(place));
          return [...answers, ...(await probingAll("names", later))];
        } finally {
          place.gitlab.http.close();
        }
      });
    },
  };
}

function leavingAt({ gitlab: to, tag, about }: GitlabPlace): Leaving {
  return { about, isWithdrawn: async () => isWithdrawnIn((await to.releaseOf(tag))?.description) };
}

export const gitlab = gitlabKind();
