/** What the workflows of a config are written from. */
import { existsSync } from "node:fs";
import { join, posix } from "node:path";

import type { Config } from "../model/config.ts";
import type { AnyWorkflow } from "../scaffold/ci/forges.ts";
import { needsOf } from "../scaffold/ci/needs.ts";
import { fromRoot } from "../scaffold/ci/workflow.ts";
import { keyUses } from "./key-uses.ts";
import { programVersion } from "./program-version.ts";
import { kinds } from "./tables.ts";

/** `folder` is where the project lies in its repository, `/` separated; empty at its root. */
export function workflowOf(config: Config, folder: string): AnyWorkflow {
  const needs = needsOf({ config, kinds, isUsed: (key) => keyUses(config, key).length > 0 });
  const modules = needs.goFolders.map((dir) => posix.normalize(posix.join(dir, "go.mod")));
  const found = modules.find((path) => existsSync(join(config.root, path)));
  const { install = `npm install --global slipway@${programVersion()}` } = config.ci;
  return {
    ci: config.ci,
    needs,
    folder,
    install,
    prefix: config.version.prefix,
    isWhole: config.version.require.includes("prefix"),
    goModule: found === undefined ? undefined : fromRoot(folder, found),
  };
}
