/** Closes the milestone of the version, on the forge that the Release is published on. */
import type { JsonObject } from "../../model/json.ts";
import type { PublishPlan } from "../../model/plan.ts";
import { type Place, Problem } from "../../model/problem.ts";
import { template, z } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { openProject } from "../../store/project/open.ts";
import { forgeSites } from "../../store/project/table.ts";
import type { Announcer } from "./kind.ts";
import { plannedSecret } from "./texts.ts";

interface MilestoneOptions {
  readonly title?: Template | undefined;
  readonly store?: string | undefined;
}

/** Of the store's options, what leads to the project. */
const project = z.object({
  repository: z.string(),
  endpoint: z.string().default(""),
  token: plannedSecret.optional(),
  ca: z.string().default(""),
  insecure: z.boolean().default(false),
});
const decided = z.object({ title: z.string(), forge: z.string(), project });

export const milestone: Announcer<MilestoneOptions> = {
  kind: "milestone",
  summary: "Closes the milestone of the version on GitHub, Gitea or GitLab.",
  example: 'stores:\n  github: { github: acme/tool }\nannounce:\n  - milestone: "{{ tag }}"\n',
  primary: "title",
  repeatable: true,
  job: () => ({ writes: ["issues"] }),
  schema: z.strictObject({
    title: template("title of the milestone; left out: the tag").optional(),
    store: z.string().describe("name of the store; left out: the first that is a forge").optional(),
  }),
  decide({ options, place }, scope, publish) {
    const title = options.title?.render(scope).trim() ?? "";
    const store = storeOf(options.store, publish, place);
    return {
      title: title === "" ? String(scope["tag"]) : title,
      forge: store.kind,
      project: project.parse(store.options) as JsonObject,
    };
  },
  preview(options) {
    const { title, forge, project: of } = decided.parse(options);
    return `closes the milestone ${title} of ${of.repository} on ${forge}`;
  },
  async announce(options, context) {
    const { title, forge, project: of } = decided.parse(options);
    const site = forgeSites.get(forge);
    if (site === undefined) throw new Error(`the Plan names a forge of kind ${forge}, which is in no table`);
    const address = of.endpoint === "" ? site.home : of.endpoint;
    const opened = await openProject({ site, address, ...of }, context);
    try {
      const outcome = await opened.closeMilestone(title);
      return outcome === undefined
        ? { outcome: "skipped", why: `${of.repository} has no milestone called ${title}` }
        : { outcome };
    } finally {
      opened.close();
    }
  },
};

function storeOf(name: string | undefined, publish: readonly PublishPlan[], place: Place): PublishPlan {
  const forges = publish.filter(({ kind }) => forgeSites.has(kind));
  const found = name === undefined ? forges[0] : forges.find(({ store }) => store === name);
  if (found !== undefined) return found;
  const what = name === undefined ? "the release goes to no forge" : `"${name}" is no forge that the release goes to`;
  throw new Problem("plan.invalid", `no milestone can be closed: ${what}`, {
    place,
    expected:
      forges.length === 0
        ? "a store of kind github, gitea or gitlab"
        : `one of ${forges.map(({ store }) => store).join(", ")}`,
  });
}
