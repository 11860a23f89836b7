/** Options of a git repository as the Plan has them: rendered, and refused where they can never work. */
import { z } from "zod";

import type { JsonObject } from "../../model/json.ts";
import { type Place, Problem } from "../../model/problem.ts";
import type { SecretName } from "../../model/schema.ts";
import { renderText, type Scope, type Template } from "../../model/template.ts";
import { endpointOf } from "../forge/options.ts";
import { readAddress } from "./address.ts";
import { authorOf } from "./author.ts";
import type { GitOptions, PullRequestOptions } from "./options.ts";
import { pullForges } from "./pull/table.ts";

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
