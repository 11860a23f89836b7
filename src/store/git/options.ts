/** Options of a git repository, as people write them. */
import { z } from "zod";

import { choose, isMap, oneOrMore, type SecretName, secretName, template } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { forgeShape } from "../forge/options.ts";
import { pullForges } from "./pull/table.ts";

export interface PullRequestOptions {
  readonly base?: Template | undefined;
  readonly title?: Template | undefined;
  readonly body?: Template | undefined;
  readonly draft?: boolean | undefined;
  readonly labels?: readonly Template[] | undefined;
}

export interface GitOptions {
  readonly git: Template;
  readonly token?: SecretName | undefined;
  readonly user?: Template | undefined;
  readonly sshKey?: SecretName | undefined;
  readonly knownHosts?: Template | undefined;
  readonly branch?: Template | undefined;
  readonly path?: Template | undefined;
  readonly message?: Template | undefined;
  readonly author?: { readonly name: Template; readonly email: Template } | undefined;
  readonly sign?: string | undefined;
  readonly pullRequest?: PullRequestOptions | undefined;
  readonly forge?: string | undefined;
  readonly endpoint?: Template | undefined;
  readonly existing?: "refuse" | "replace" | undefined;
  readonly prune?: readonly string[] | undefined;
  readonly ca?: Template | undefined;
  readonly insecure?: boolean | undefined;
}

const pullRequest = z.strictObject({
  base: template("branch it asks to be merged into; left out: `branch`").optional(),
  title: template("left out: the first line of `message`").optional(),
  body: template("Markdown; left out: the release notes").optional(),
  draft: z.boolean().optional().describe("whether it is opened as a draft"),
  labels: oneOrMore(template("name of a label"), "labels that it gets").optional(),
});

export const gitSchema: z.ZodType<GitOptions> = z.strictObject({
  git: template(
    "address of the repository: `https://...`, `ssh://...`, `git@host:path`, or a path relative to the project",
  ),
  token: secretName("where the token is, for https and for pull requests").optional(),
  user: template("whom the token belongs to, where the server wants to know; left out: `x-access-token`").optional(),
  sshKey: secretName("where the private key is, for ssh; left out: those of the operator's ssh-agent").optional(),
  knownHosts: template(
    "file with the host's keys, as `ssh-keyscan` prints them; relative to the project; left out: the operator's own",
  ).optional(),
  branch: template("branch that is pushed; left out: the repository's default branch").optional(),
  path: template(
    "where a file goes: `Formula/{{ artifact }}`; left out: its own name, at the top; knows `artifact` and `artifact.ext`",
    ["artifact"],
  ).optional(),
  message: template("of the commit; left out: `{{ project }} {{ version }}`").optional(),
  author: z
    .strictObject({ name: template("name"), email: template("e-mail address") })
    .describe("who commits; left out: the project's maintainer")
    .optional(),
  sign: z
    .string()
    .min(1)
    .optional()
    .describe(
      "name of a key in `trust.keys` that signs the commits: an `openpgp` or an `ssh` one; left out: none does",
    ),
  pullRequest: choose<PullRequestOptions | undefined>(
    "whether the change is proposed as a pull request (on GitLab: merge request) instead of being pushed to the branch; a map says how",
    (raw) => ({
      schema: isMap(raw)
        ? pullRequest
        : z
            .boolean({ error: "expected true, false or a map" })
            .transform((is): PullRequestOptions | undefined => (is ? {} : undefined)),
    }),
    () => z.union([z.boolean(), pullRequest]),
  ).optional(),
  forge: z
    .enum([...pullForges.keys()])
    .optional()
    .describe("whose API the host speaks, for pull requests; left out: told by the host's name"),
  endpoint: forgeShape.endpoint.optional(),
  existing: z
    .enum(["refuse", "replace"])
    .optional()
    .describe("what to do where a file is there with other bytes: `replace` (the default) or `refuse`"),
  prune: oneOrMore(
    z.string(),
    "globs over paths of files that are removed where this Release has none of the name",
  ).optional(),
  ca: forgeShape.ca.optional(),
  insecure: forgeShape.insecure.optional(),
});
