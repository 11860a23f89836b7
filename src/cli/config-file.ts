/** Which config a command goes by. */
import { dirname, resolve } from "node:path";

import { findConfig } from "../input/index.ts";
import type { Options } from "./options.ts";

/** Absolute path of the one that was named, or of the one that is here; undefined where there is none. Fails as {@link findConfig} does. */
export async function configFile({ config }: Pick<Options, "config">): Promise<string | undefined> {
  return config === undefined ? findConfig(process.cwd()) : resolve(config);
}

/** The folder it lies in, or this one where there is none. */
export async function projectFolder(options: Pick<Options, "config">): Promise<string> {
  const file = await configFile(options);
  return file === undefined ? process.cwd() : dirname(file);
}
