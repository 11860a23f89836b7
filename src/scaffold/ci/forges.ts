/** The forges that workflows are written for, and the files of each. */
import { type ActionNode, actionsFor } from "./actions.ts";
import { type Dialect, releaseWorkflow, validateWorkflow } from "./actions-workflows.ts";
import { gitlabJobs } from "./gitlab.ts";
import type { Workflow } from "./workflow.ts";
import type { WrittenFile } from "./written.ts";

/** A workflow before it is known for which forge. */
export type AnyWorkflow = Omit<Workflow, "actions">;

export type Forge = (workflow: AnyWorkflow) => readonly WrittenFile[];

function actionsForge(folder: string, node: ActionNode, { runner, permissions }: Dialect): Forge {
  return (any) => {
    const workflow: Workflow = { ...any, actions: actionsFor(node) };
    const dialect = { runner: any.ci.runner ?? runner, permissions };
    return [
      { path: `${folder}/release.yml`, text: releaseWorkflow(workflow, dialect) },
      { path: `${folder}/validate.yml`, text: validateWorkflow(workflow, dialect) },
    ];
  };
}

/** One line for each forge. */
export const forges: Readonly<Record<string, Forge>> = {
  github: actionsForge(".github/workflows", "node24", { runner: "ubuntu-24.04", permissions: true }),
  gitea: actionsForge(".gitea/workflows", "node20", { runner: "ubuntu-latest", permissions: false }),
  gitlab: (any) => [
    { path: ".gitlab/slipway.yml", text: gitlabJobs({ ...any, actions: actionsFor("node24") }) },
    { path: ".gitlab-ci.yml", text: "include:\n  - local: .gitlab/slipway.yml\n", ifAbsent: true },
  ],
};
