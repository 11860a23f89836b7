/** Who builds, by the environment: a workflow, never a run of it, and nobody where nothing says so. */
import { expect, it } from "vitest";

import { builderOf } from "../../../src/input/facts/builder.ts";

const github = {
  GITHUB_ACTIONS: "true",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_WORKFLOW_REF: "acme/tool/.github/workflows/release.yml@refs/tags/v1.0.0",
};
const gitlab = { GITLAB_CI: "true", CI_PROJECT_URL: "https://gitlab.com/acme/tool", CI_COMMIT_TAG: "v1.0.0" };

it("is the workflow of GitHub, Gitea and GitLab, whatever the run", () => {
  const workflow = "https://github.com/acme/tool/.github/workflows/release.yml@refs/tags/v1.0.0";
  expect(builderOf(github)).toBe(workflow);
  expect(builderOf({ ...github, GITHUB_RUN_ID: "7", RUNNER_NAME: "x", HOSTNAME: "y" })).toBe(workflow);
  expect(builderOf(gitlab)).toBe("https://gitlab.com/acme/tool//.gitlab-ci.yml@refs/tags/v1.0.0");
  expect(builderOf({ ...gitlab, CI_COMMIT_TAG: undefined, CI_COMMIT_BRANCH: "main", CI_CONFIG_PATH: "ci.yml" })).toBe(
    "https://gitlab.com/acme/tool//ci.yml@refs/heads/main",
  );
});

it("is nobody that is known anywhere else, and where variables hold no address", () => {
  const local = "pkg:npm/slipway#local";
  const others = [
    {},
    { CI: "true" },
    { ...github, GITHUB_ACTIONS: undefined },
    { ...github, GITHUB_SERVER_URL: "javascript:alert(1)" },
    { ...github, GITHUB_SERVER_URL: "https://token@github.com" },
    { ...github, GITHUB_WORKFLOW_REF: "a b" },
    { ...gitlab, CI_COMMIT_TAG: undefined },
  ];
  expect(others.map((env) => builderOf(env))).toEqual(others.map(() => local));
});
