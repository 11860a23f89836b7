/** Who builds, as the machine's environment says it: a CI system's workflow, or whoever sits at this machine. */
import type { Environment } from "./git.ts";

/** Nothing is known of the machine and nothing is claimed. */
const local = "pkg:npm/slipway#local";

/**
 * The workflow file and the ref it was taken from, as a URI, where GitHub, Gitea, Forgejo or GitLab run it. Never anything of the
 * run itself (its number, its machine, its time): two runs of one workflow at one commit say the same. Nothing here is proven.
 * docs.github.com, "Variables reference"; docs.gitlab.com, "Predefined CI/CD variables".
 */
export function builderOf(env: Environment): string {
  return github(env) ?? gitlab(env) ?? local;
}

/** `https://github.com/acme/tool/.github/workflows/release.yml@refs/tags/v1.0.0`, the form of GitHub's own attestations. */
function github(env: Environment): string | undefined {
  const { GITHUB_ACTIONS: isActions, GITHUB_SERVER_URL: server, GITHUB_WORKFLOW_REF: workflow } = env;
  return isActions === "true" ? address(server, workflow) : undefined;
}

/** `https://gitlab.com/acme/tool//.gitlab-ci.yml@refs/tags/v1.0.0`, the form of GitLab's own id tokens (`ci_config_ref_uri`). */
function gitlab(env: Environment): string | undefined {
  const { GITLAB_CI: isGitlab, CI_PROJECT_URL: project, CI_CONFIG_PATH: config = ".gitlab-ci.yml" } = env;
  const { CI_COMMIT_TAG: tag, CI_COMMIT_BRANCH: branch } = env;
  const ref = tag === undefined ? (branch === undefined ? undefined : `refs/heads/${branch}`) : `refs/tags/${tag}`;
  return isGitlab === "true" && ref !== undefined ? address(project, `/${config}@${ref}`) : undefined;
}

/** Undefined for what is no address: a variable that someone else set. */
function address(base: string | undefined, path: string | undefined): string | undefined {
  if (base === undefined || path === undefined || !/^https?:\/\/[^\s/@]+(\/[^\s@]*)?$/.test(base)) return undefined;
  const uri = `${base.replace(/\/+$/, "")}/${path}`;
  return URL.canParse(uri) && !/\s/.test(uri) ? uri : undefined;
}
