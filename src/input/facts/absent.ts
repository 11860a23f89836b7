/** Finds out which files that packages and charts name are not there, so that it is said before anything is built. */
import { access } from "node:fs/promises";
import { posix, resolve } from "node:path";

import type { Config } from "../../model/config.ts";
import type { FileEntry } from "../../model/config/files.ts";
import type { PackageText } from "../../model/config/packages.ts";
import type { Template } from "../../model/template.ts";
import type { Git } from "./git.ts";

/**
 * Of the files that packages and images name by their whole path, and the Chart.yaml of each chart, those that are not there and that git would not ignore: what a build
 * makes is ignored, or it would make the tree dirty. Where hooks run before or around builds, nothing is known.
 */
export async function findAbsent(config: Config, git: Git): Promise<readonly string[]> {
  if (runsFirst(config)) return [];
  const named = new Set(
    [
      ...config.packages.flatMap(filesOf),
      ...config.images.flatMap(filesOfImage),
      ...config.charts.flatMap(chartFile),
    ].filter((path) => !/[*?[\]{}()!]/.test(path)),
  );
  const absent: string[] = [];
  for (const path of named) {
    const isThere = await access(resolve(config.root, path)).then(
      () => true,
      () => false,
    );
    if (!isThere && (await git("check-ignore", "--quiet", "--", path)) === undefined) absent.push(path);
  }
  return absent;
}

/** Whether commands of the user's run before files are read, which may write them. */
export function runsFirst({ before, builds }: Config): boolean {
  return before.length > 0 || builds.some(({ hooks }) => hooks.pre.length + hooks.post.length > 0);
}

function filesOf({ text, byFormat, systemd }: Config["packages"][number]): readonly string[] {
  const texts: readonly PackageText[] = [text, ...Object.values(byFormat).map((format) => format.text)];
  const templates: readonly (Template | undefined)[] = [
    ...texts.flatMap(({ contents, scripts }) => [
      ...contents.flatMap(fileOf),
      ...Object.values(scripts).flatMap(({ source, from }) => (source === "file" ? [from] : [])),
    ]),
    ...(systemd?.units ?? []),
    systemd?.environment,
  ];
  return templates.flatMap((template) => (template?.constant === true ? [template.source] : []));
}

function filesOfImage({ layers = [], dockerfile }: Config["images"][number]): readonly string[] {
  const templates = [
    ...layers.flatMap(({ files }) => files.flatMap(fileOf)),
    ...(dockerfile === undefined ? [] : [dockerfile.file, ...dockerfile.context.flatMap(fileOf)]),
  ];
  return templates.flatMap((template) => (template.constant ? [template.source] : []));
}

function chartFile({ folder }: Config["charts"][number]): readonly string[] {
  return folder.constant ? [posix.join(folder.source, "Chart.yaml")] : [];
}

function fileOf(file: FileEntry): readonly Template[] {
  return file.source === "glob" && !file.optional ? [file.from] : [];
}
