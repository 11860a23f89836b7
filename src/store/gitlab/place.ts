/** One release of one project of a GitLab: all that its parts of the store know together. */
import { resolve } from "node:path";
import { z } from "zod";

import type { ReleaseAbout } from "../../model/about.ts";
import { type Artifact, hexOf } from "../../model/artifact.ts";
import type { JsonObject } from "../../model/json.ts";
import type { SecretName } from "../../model/schema.ts";
import { bodyOf } from "../forge/body.ts";
import { decidedForgeShape } from "../forge/options.ts";
import { findReleaseHere, type ReleaseHere } from "../forge/statement.ts";
import { type ForgeTag, tagOf } from "../forge/tag.ts";
import { httpClient, type HttpOptions } from "../http.ts";
import type { StoreContext } from "../kind.ts";
import { readToken, secretWords } from "../token.ts";
import { type GitlabApi, gitlabApi, type PackageName } from "./api.ts";
import { packageWord, permanentPath } from "./names.ts";

export const decidedSchema = z.object({
  ...decidedForgeShape,
  package: z.string(),
  listed: z.boolean(),
  path: z.string(),
  milestones: z.array(z.string()),
  releasedAt: z.string(),
});
export type DecidedGitlab = z.infer<typeof decidedSchema>;

export interface GitlabPlace extends ForgeTag {
  readonly gitlab: GitlabApi;
  readonly options: DecidedGitlab;
  readonly about: ReleaseAbout;
  /** What goes there, where that is known. */
  readonly artifacts: readonly Artifact[] | undefined;
  /** `gitlab.com/acme/tool` */
  readonly where: string;
  /** Where the token was looked for. */
  readonly looked: string;
  /** Whether it is let in as a CI job, which may read less. */
  readonly isJob: boolean;
  /** The Release on this machine, if there is one. */
  here(): Promise<ReleaseHere | undefined>;
  /** Where people find a file, or the release. */
  page(name?: string): string;
}

/** The token of the config, else `GITLAB_TOKEN`, else the one that every CI job has. */
function tokenName(options: DecidedGitlab, env: StoreContext["env"]): SecretName {
  const isJob = env["GITLAB_TOKEN"] === undefined && env["CI_JOB_TOKEN"] !== undefined;
  return options.token ?? { from: "env", name: isJob ? "CI_JOB_TOKEN" : "GITLAB_TOKEN" };
}

/** Reads the token and opens connections; nothing is asked yet. Fails with `key.missing`. */
export async function openPlace(
  options: DecidedGitlab,
  context: StoreContext,
  retry?: HttpOptions["retry"],
): Promise<GitlabPlace> {
  const { env, signal, about, artifacts } = context;
  const secret = tokenName(options, env);
  const isJob = secret.from === "env" && secret.name === "CI_JOB_TOKEN";
  const credentials = { [isJob ? "job-token" : "private-token"]: await readToken(secret, context) };
  const ca = options.ca === "" ? undefined : resolve(context.root, options.ca);
  const http = httpClient({ env, signal, insecure: options.insecure, ca, retry });
  const web = new URL(options.endpoint);
  const { repository } = options;
  const looked = secretWords(secret);
  const named = tagOf(options, about);
  const gitlab = gitlabApi({ http, web, project: repository, credentials, looked });
  let here: Promise<ReleaseHere | undefined> | undefined;
  return {
    ...named,
    gitlab,
    options,
    about,
    artifacts,
    where: `${web.host}/${repository}`,
    looked,
    isJob,
    here: () => (here ??= findReleaseHere(context)),
    page(name) {
      const path = name === undefined ? undefined : permanentPath(options.path, name);
      if (name !== undefined && path === undefined) return gitlab.fileUrl(packageOf(options, about), name).href;
      return `${releasePage(options, about)}${path === undefined ? "" : `/downloads${path}`}`;
    },
  };
}

/** Where people see the release. Of a project's number only the API has such an address. */
export function releasePage(
  options: Pick<DecidedGitlab, "endpoint" | "repository" | "tag" | "existing">,
  about: Pick<ReleaseAbout, "tag" | "version" | "isNightly">,
): string {
  const { endpoint, repository } = options;
  const project = /^\d+$/.test(repository) ? `api/v4/projects/${repository}` : `${repository}/-`;
  return new URL(`${project}/releases/${encodeURIComponent(tagOf(options, about).tag)}`, endpoint).href;
}

/** The package that files lie in. */
export function packageOf({ package: written }: DecidedGitlab, about: ReleaseAbout): PackageName {
  return { name: packageWord(written === "" ? about.project : written), version: packageWord(about.version) };
}

/** One for other files of a version that is out, so that nothing of that changes before it is replaced. */
export function packageBeside({ name, version }: PackageName, { digest }: ReleaseHere): PackageName {
  return { name, version: `${version}+${hexOf(digest).slice(0, 12)}` };
}

/** GitLab's limit of a description, in characters. */
const mostBody = 1_000_000;

/** What people read of the release, with Slipway's mark. */
export async function textOf(
  { options, about, page }: GitlabPlace,
  { digest, notesName }: ReleaseHere,
): Promise<JsonObject> {
  const { header, footer, title, milestones, releasedAt } = options;
  return {
    name: (title === "" ? about.title : title).slice(0, 255),
    description: bodyOf({
      notes: await about.notes(),
      header,
      footer,
      release: digest,
      most: mostBody,
      notesAt: notesName === undefined ? undefined : page(notesName),
    }),
    ...(milestones.length === 0 ? {} : { milestones }),
    ...(releasedAt === "" ? {} : { released_at: releasedAt }),
  };
}
