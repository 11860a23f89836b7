/** Every kind of store. */
import { kindTable, type KindTable } from "../model/kind.ts";
import { command } from "./command.ts";
import { crates } from "./crates.ts";
import { folder } from "./folder.ts";
import { git } from "./git.ts";
import { gitea } from "./gitea.ts";
import { github } from "./github.ts";
import { http } from "./http-upload.ts";
import { gitlab } from "./gitlab.ts";
import type { OpenableStore } from "./kind.ts";
import { layout } from "./layout.ts";
import { npm } from "./npm.ts";
import { pypi } from "./pypi.ts";
import { registry } from "./registry.ts";
import { s3 } from "./s3.ts";

export const stores: KindTable<OpenableStore> = kindTable<OpenableStore>([
  folder,
  github,
  gitea,
  gitlab,
  registry,
  s3,
  http,
  layout,
  git,
  npm,
  pypi,
  crates,
  command,
]);
