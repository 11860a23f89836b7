/** Reads a chart's folder as Helm does: in the order of names, links followed, what .helmignore names left out. */
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import picomatch from "picomatch";

import type { Content } from "../../format/segment.ts";
import { onDiskNow } from "../../model/disk.ts";
import { Problem, throwIfAny } from "../../model/problem.ts";
import type { MakeContext } from "../maker.ts";
import { type Ignores, readIgnore } from "./ignore.ts";

/** One file of the chart. */
export interface ChartFile {
  /** Relative to the chart's folder, `/` separated. */
  readonly path: string;
  /** As messages name it: relative to the project. */
  readonly shown: string;
  readonly content: Content;
}

/** What Helm loads at most (helm, pkg/chart/loader/archive). */
const limits = { file: 5 * 1024 * 1024, all: 100 * 1024 * 1024 };

type Reading = Pick<MakeContext, "root" | "ours" | "contentOfFile">;

/**
 * The files, in Helm's order. Fails with `file.missing` where there is no Chart.yaml, and with `plan.invalid` for a link that
 * leads out of the project, for what is no file, and for what is larger than Helm loads.
 */
export async function readChartFolder(folder: string, context: Reading): Promise<readonly ChartFile[]> {
  const paths = pathsIn(folder, context);
  if (!paths.some(({ path }) => path === "Chart.yaml"))
    throw new Problem("file.missing", `${folder} holds no Chart.yaml`, { expected: "the folder of a Helm chart" });
  const files = await Promise.all(
    paths.map(async ({ path, real }) => ({
      path,
      shown: folder === "." ? path : `${folder}/${path}`,
      content: await context.contentOfFile(real, statSync(real)),
    })),
  );
  refuseLarge(files);
  return files;
}

interface Found {
  readonly path: string;
  /** Absolute, with every link followed. */
  readonly real: string;
}

function pathsIn(folder: string, { root, ours }: Reading): readonly Found[] {
  const top = join(root, folder);
  const home = realpathSync(root);
  const ignores = ignoresOf(top, folder);
  const isOurs = ours === undefined ? () => false : picomatch([ours, `${ours}/**`], { dot: true });
  const problems: Problem[] = [];
  const found: Found[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const real = realpathSync(join(top, path));
    const away = relative(home, real);
    if (away === ".." || away.startsWith(`..${sep}`)) {
      problems.push(new Problem("plan.invalid", `${join(folder, path)} leads out of the project, to ${real}`));
      return;
    }
    const stats = statSync(real);
    if (path !== "" && (ignores(path, stats.isDirectory()) || isOurs(away.split(sep).join("/")))) return;
    if (stats.isFile()) found.push({ path, real });
    else if (!stats.isDirectory())
      problems.push(new Problem("plan.invalid", `${join(folder, path)} is neither a file nor a folder`));
    else if (trail.includes(real))
      problems.push(new Problem("plan.invalid", `${join(folder, path)} leads back to a folder it stands in`));
    else
      for (const name of readdirSync(real).toSorted()) walk(path === "" ? name : `${path}/${name}`, [...trail, real]);
  };
  if (statSync(top, { throwIfNoEntry: false })?.isDirectory() === true) onDiskNow(top, () => walk("", []));
  throwIfAny(problems);
  return found;
}

function ignoresOf(top: string, folder: string): Ignores {
  const path = join(top, ".helmignore");
  const isThere = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  return readIgnore(isThere ? onDiskNow(path, () => readFileSync(path, "utf8")) : "", `${folder}/.helmignore`);
}

function refuseLarge(files: readonly ChartFile[]): void {
  throwIfAny(
    files
      .filter(({ content }) => content.size > limits.file)
      .map(
        ({ shown, content }) =>
          new Problem("plan.invalid", `${shown} has ${content.size} bytes, and Helm loads no file over 5 MiB`, {
            hint: "Leave it out in .helmignore.",
          }),
      ),
  );
  const all = files.reduce((sum, { content }) => sum + content.size, 0);
  if (all >= limits.all)
    throw new Problem("plan.invalid", `the chart has ${all} bytes, and Helm loads none over 100 MiB`, {
      hint: "Leave out in .helmignore what the chart does not need.",
    });
}

/** The bytes of a file as text, without the byte order mark that Helm takes off. */
export async function textOf({ content }: Pick<ChartFile, "content">): Promise<string> {
  return (await bytesOf(content)).toString("utf8").replace(/^\uFEFF/, "");
}

export async function bytesOf(content: Content): Promise<Buffer> {
  if (content.bytes !== undefined) return Buffer.from(content.bytes);
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.open()) chunks.push(new Uint8Array(chunk));
  return Buffer.concat(chunks);
}
