/** The `project` of the config: what is released, and whose it is. */
import type { Template } from "../template.ts";

export interface ProjectConfig {
  readonly name: string;
  readonly title: Template | undefined;
  readonly description: Template | undefined;
  readonly homepage: Template | undefined;
  readonly documentation: Template | undefined;
  readonly repository: Template | undefined;
  readonly license: string | undefined;
  readonly maintainer: Template | undefined;
  readonly vendor: Template | undefined;
  readonly copyright: Template | undefined;
  readonly tags: readonly string[];
}
