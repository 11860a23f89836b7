/** Asks a program for its version, once in a run. */
import { basename } from "node:path";

import type { Toolchain } from "../model/provenance.ts";
import type { MakeContext } from "./maker.ts";

export interface VersionQuestion {
  /** What it is called; default: the command's file name. */
  readonly name?: string;
  readonly command: string;
  /** Default: `--version`. */
  readonly args?: readonly string[];
  /** Absolute: toolchains are chosen by folder. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The version in the first line it prints: `1.95.0 (f2d3ce0bd 2026-03-21)` of rustc, `23.2.1` of pip. Fails as commands do. */
export async function askVersion(question: VersionQuestion, context: MakeContext): Promise<Toolchain> {
  const { command, args = ["--version"], cwd, env } = question;
  const name = question.name ?? basename(command).replace(/\.(exe|cmd)$/i, "");
  const words = ["version of", command, ...args, cwd, context.env["PATH"] ?? ""].join("\0");
  const said = await context.once(words, () => context.run({ command, args, cwd, env, quiet: true }));
  const [line = ""] = `${said.stdout.trim()}\n${said.stderr.trim()}`.trim().split("\n");
  // Nothing else of the line, which may name folders of this machine; but the commit that tells nightly compilers apart.
  const [version] = /\d+(\.[\w+-]+)+( \([0-9a-f]{7,40} [\d-]+\))?/.exec(line) ?? [];
  return { name, version: version ?? "unknown" };
}
