/** Options of a git repository: as people write them, and as the Plan has them. */
import { z } from "zod";

import type { JsonObject } from "../../model/json.ts";
import { type Place, Problem } from "../../model/problem.ts";
import { choose, isMap, oneOrMore, type SecretName, secretName, template } from "../../model/schema.ts";
import { renderText, type Scope, type Template } from "../../model/template.ts";
import { endpointOf, forgeShape } from "../forge/options.ts";
import { readAddress } from "./address.ts";
import { authorOf } from "./author.ts";
import { pullForges } from "./pull/table.ts";

interface PullRequestOptions {
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

const text = z.union([z.string(), z.strictObject({ late: z.string(), with: z.record(z.string(), z.json()) })]);
const secret = z.object({ from: z.enum(["env", "file", "keychain", "run"]), name: z.string() }).optional();

/** As the Plan has them: empty texts are those that were left out. */
export const decidedGit = z.object({
  git: z.string(),
  token: secret,
  user: z.string(),
  sshKey: secret,
  knownHosts: z.string(),
  branch: z.string(),
  path: text,
  message: z.string(),
  author: z.object({ name: z.string(), email: z.string() }),
  pullRequest: z
    .object({
      base: z.string(),
      title: z.string(),
      body: z.string(),
      draft: z.boolean(),
      labels: z.array(z.string()),
    })
    .optional(),
  forge: z.string(),
  endpoint: z.string(),
  existing: z.enum(["refuse", "replace"]),
  prune: z.array(z.string()),
  ca: z.string(),
  insecure: z.boolean(),
  /** Whether its files stand for the newest release: neither address, branch nor path says which one. */
  namesNewest: z.boolean().default(true),
  signer: z.object({ key: z.string(), fingerprint: z.string() }).optional(),
});

export type DecidedGit = z.infer<typeof decidedGit>;

/** Renders the options into the Plan. Fails with `plan.invalid` where one of them can never work. */
export function decideGit(options: GitOptions, scope: Scope, place: Place): JsonObject {
  const rendered = (of: Template | undefined): string => of?.render(scope).trim() ?? "";
  const git = rendered(options.git);
  const address = readAddress(git, options.git.place ?? place);
  const forge = options.forge ?? forgeOf(address.host);
  if (options.pullRequest !== undefined) refuseForgeless({ forge, token: options.token, host: address.host, place });
  return {
    git,
    ...(options.token === undefined ? {} : { token: { ...options.token } }),
    user: rendered(options.user),
    ...(options.sshKey === undefined ? {} : { sshKey: { ...options.sshKey } }),
    knownHosts: rendered(options.knownHosts),
    branch: branchOf(options.branch, scope, place),
    path: pathOf(options.path, scope, place),
    message: messageOf(rendered(options.message), scope),
    author: authorOf(options.author, scope, place),
    ...(options.pullRequest === undefined ? {} : { pullRequest: pullRequestOf(options.pullRequest, rendered) }),
    forge,
    endpoint: endpointOf(rendered(options.endpoint), options.endpoint?.place),
    existing: options.existing ?? "replace",
    prune: [...(options.prune ?? [])],
    ca: rendered(options.ca),
    insecure: options.insecure === true,
    namesNewest: ![options.git, options.branch, options.path, options.pullRequest?.base].some(saysWhich),
  };
}

/** Whether each version, or each channel, gets another text. */
function saysWhich(written: Template | undefined): boolean {
  return ["version", "tag", "channel", "prerelease", "isPrerelease", "isNightly"].some((name) =>
    written?.roots.includes(name),
  );
}

function pullRequestOf(
  { base, title, body, draft, labels }: PullRequestOptions,
  rendered: (of: Template | undefined) => string,
): JsonObject {
  const named = (labels ?? []).map(rendered).filter((label) => label !== "");
  return { base: rendered(base), title: rendered(title), body: rendered(body), draft: draft === true, labels: named };
}

function forgeOf(host: string): string {
  return [...pullForges].find(([, { hosts }]) => hosts.includes(host))?.[0] ?? "";
}

function refuseForgeless(asked: {
  readonly forge: string;
  readonly token: SecretName | undefined;
  readonly host: string;
  readonly place: Place;
}): void {
  if (asked.forge === "")
    throw new Problem("plan.invalid", `nobody knows how pull requests are opened at ${asked.host || "a local path"}`, {
      place: asked.place,
      expected: `forge: ${[...pullForges.keys()].join(", ")}`,
    });
  if (asked.token === undefined)
    throw new Problem("plan.invalid", "a pull request is opened by somebody, and there is no token", {
      place: asked.place,
      expected: "token: env:NAME",
    });
}

/** What git-check-ref-format(1) takes, and a little less. */
function branchOf(written: Template | undefined, scope: Scope, place: Place): string {
  const branch = written?.render(scope).trim() ?? "";
  const isOne = /^[A-Za-z0-9_][\w./+@-]*$/.test(branch) && !/\.\.|\/\/|@\{|\/\.|\.lock(\/|$)|[./]$/.test(branch);
  if (branch === "" || isOne) return branch;
  throw new Problem("plan.invalid", `"${branch}" cannot be the name of a branch`, { place: written?.place ?? place });
}

/** Only what is known by the name alone may decide where a file lies: it has to be found again by its name. */
function pathOf(written: Template | undefined, scope: Scope, place: Place): DecidedGit["path"] {
  if (written === undefined) return { late: "{{ artifact }}", with: {} };
  const other = written.late.find((late) => !["artifact", "artifact.name", "artifact.ext"].includes(late));
  if (other !== undefined)
    throw new Problem("plan.invalid", `{{ ${other} }} cannot be part of a file's path in a repository`, {
      place: written.place ?? place,
      expected: "{{ artifact }} or {{ artifact.ext }}",
    });
  return renderText(written, scope) as DecidedGit["path"];
}

function messageOf(written: string, scope: Scope): string {
  if (written !== "") return written;
  const { project, version } = scope as { readonly project?: { readonly name?: string }; readonly version?: string };
  return `${project?.name ?? "release"} ${version ?? ""}`.trim();
}
