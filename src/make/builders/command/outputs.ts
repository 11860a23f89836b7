/** What a command leaves: the names of its outputs, and the files themselves. */
import { stat } from "node:fs/promises";
import { join, posix } from "node:path";

import type { ExpectedArtifact } from "../../../model/artifact.ts";
import type { BuildRequest } from "../../../model/kind.ts";
import type { Step } from "../../../model/plan.ts";
import { executableSuffix, formatPlatform } from "../../../model/platform.ts";
import { Problem } from "../../../model/problem.ts";
import { findFiles, isPattern } from "../../glob.ts";
import type { MakeContext } from "../../maker.ts";
import type { CommandOptions } from "./options.ts";

/** The name of an output: its file's where that is known, else the binary's or the project's. */
export function outputOf(
  path: string,
  count: number,
  { options, platform, binary, project }: BuildRequest<CommandOptions>,
): ExpectedArtifact {
  const suffix = platform === undefined || options.type !== "binary" ? "" : executableSuffix(platform);
  const file = posix.basename(path);
  const name =
    binary !== undefined && count === 1 ? `${binary}${suffix}` : isPattern(file) ? `${project}${suffix}` : file;
  const program = suffix !== "" && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
  const listed = options.type === "package" || options.type === "file";
  return {
    name,
    type: options.type,
    platform,
    listed,
    attributes: { binary: program, extension: posix.extname(name) },
  };
}

/** The one file of an output. Throws `step.failed` where there is none or more than one. */
export async function foundAt(path: string, step: Step, context: MakeContext): Promise<string> {
  const target = step.outputs[0]?.platform;
  const what = `${step.title}: the command ended well`;
  if (!isPattern(path)) {
    const found = await stat(join(context.root, path)).catch(() => undefined);
    if (found?.isFile() === true) return path;
    throw new Problem("step.failed", `${what}, and ${path} is not ${found === undefined ? "there" : "a file"}`, {
      place: step.place,
      hint: target === undefined ? undefined : `does the command build for ${formatPlatform(target)}?`,
    });
  }
  const [first, ...more] = await findFiles(context.root, path);
  if (first === undefined)
    throw new Problem("step.failed", `${what}, and nothing matches ${path}`, { place: step.place });
  if (more.length === 0) return first.path;
  throw new Problem("step.failed", `${what}, and ${more.length + 1} files match ${path}, which is one output`, {
    place: step.place,
    hint: "list each file under `outputs`",
    lines: [first, ...more].slice(0, 10).map((found) => found.path),
  });
}
