/** Packages on their way into registries: files as artifacts, stores that wait for nothing, and what became of each. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { readChunks } from "../../../src/format/file.ts";
import type { Artifact } from "../../../src/model/artifact.ts";
import type { Receipt, Store } from "../../../src/model/store.ts";
import { copy } from "../../../src/store/copy.ts";
import { artifact as artifactOf, digestOf } from "../artifacts.ts";

export { problemOf } from "../registry/world.ts";

/** Nothing is waited for. */
export const retry = { attempts: 3, sleep: async (): Promise<void> => {} };

/** A file of this machine as an artifact of the type `package`. */
export function packageAt(path: string, more: Partial<Artifact> = {}): Artifact & { readonly path: string } {
  const bytes = readFileSync(path);
  const known = artifactOf(basename(path), "", {
    type: "package",
    size: bytes.length,
    digest: digestOf(bytes),
    ...more,
  });
  return { ...known, path };
}

/** Puts, points and advances packages as a publish does, and closes the store. Each Receipt as `put tool-1.0.0.tgz done`. */
export async function publish(
  store: Store,
  packages: readonly (Artifact & { readonly path: string })[],
): Promise<readonly string[]> {
  const paths = new Map(packages.map(({ digest, path }) => [digest, path]));
  const pathOf = ({ digest }: Pick<Artifact, "digest">): string => paths.get(digest) ?? "";
  try {
    const copied = await copy({
      artifacts: packages,
      from: { open: (one) => readChunks(pathOf(one)), localPath: pathOf },
      to: store,
    });
    const lines = [...copied, ...((await store.advance?.()) ?? [])].map(lineOf);
    // What is put is put several at once.
    const isPut = (line: string): boolean => line.startsWith("put ");
    return [...lines.filter(isPut).toSorted(), ...lines.filter((line) => !isPut(line))];
  } finally {
    await store.close();
  }
}

export function lineOf({ act, name, outcome, why }: Receipt): string {
  const isUsual = why === undefined || why.startsWith("nothing can be hidden");
  return `${act} ${name} ${outcome}${isUsual ? "" : ` (${why})`}`;
}

/** What a program prints; its failure is thrown with all it said. */
export function run(
  command: string,
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): string {
  try {
    return execFileSync(command, args, {
      cwd,
      env: { PATH: process.env["PATH"] ?? "", HOME: cwd, ...env },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${[command, ...args].join(" ")}:\n${stdout}${stderr}`, { cause: error });
  }
}

/** npm, which asks one registry alone. */
export function npm(cwd: string, registry: string, ...args: readonly string[]): string {
  const env = {
    npm_config_registry: registry,
    npm_config_cache: join(cwd, ".npm"),
    npm_config_userconfig: join(cwd, ".npmrc"),
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
    npm_config_fetch_retries: "0",
  };
  return run("npm", args, { cwd, env });
}
