/** Which ref the machine was started for, as CI systems say it. */
import type { Environment } from "./git.ts";

export interface Ref {
  /** The variable that says so. */
  readonly variable: string;
  /** Undefined: a branch or something else that is no tag. */
  readonly tag: string | undefined;
  /** As the variable has it. */
  readonly written: string;
}

/** Variables that hold a whole ref: GitHub, Gitea and Forgejo; Azure. */
const refVariables: readonly string[] = ["GITHUB_REF", "BUILD_SOURCEBRANCH"];

/** Variables that hold the name of a tag where there is one. */
const tagVariables: readonly string[] = [
  "CI_COMMIT_TAG",
  "CIRCLE_TAG",
  "BUILDKITE_TAG",
  "DRONE_TAG",
  "TRAVIS_TAG",
  "BITBUCKET_TAG",
  "APPVEYOR_REPO_TAG_NAME",
  "CIRRUS_TAG",
  "SEMAPHORE_GIT_TAG_NAME",
];

/** The ref, or undefined outside of CI. */
export function refOf(environment: Environment): Ref | undefined {
  for (const variable of tagVariables) {
    const tag = environment[variable];
    if (tag !== undefined && tag !== "") return { variable, tag, written: tag };
  }
  for (const variable of refVariables) {
    const written = environment[variable];
    if (written === undefined || written === "") continue;
    return {
      variable,
      tag: written.startsWith("refs/tags/") ? written.slice("refs/tags/".length) : undefined,
      written,
    };
  }
  return undefined;
}
