/** The client under test of tuf-conformance: `--metadata-dir DIR [--metadata-url URL ...] init|refresh|download` (its CLIENT-CLI.md). */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import { onDisk } from "../../../model/disk.ts";
import { Problem } from "../../../model/problem.ts";
import { type HttpClient, httpClient } from "../../../store/http.ts";
import { findTarget, refresh, type TrustedMetadata, type TufRequest } from "../../../verify/tuf/client.ts";
import { downloadTarget } from "../../../verify/tuf/download.ts";
import { folderState } from "../../../verify/tuf/state.ts";
import { exit, type ExitCode } from "../../exit.ts";
import { metadataAt, targetsAt } from "../../tuf-fetch.ts";

/** Exit code 0, or 1 for whatever the client refuses: the suite knows no third. */
export async function tufClient(words: readonly string[]): Promise<ExitCode> {
  const given = read(words);
  const { state } = given;
  if (given.action === "init") {
    await state.write("root", await onDisk(given.file, () => readFile(given.file)));
    return exit.ok;
  }
  const client = httpClient({ env: process.env, retry: { attempts: 1 } });
  try {
    const request = { state, fetch: metadataAt(urlOf("metadata-url", given), client), now: Date.now() / 1000 };
    const trusted = await refresh(request);
    if (given.action === "download") await downloadAll(given, request, trusted, client);
    return exit.ok;
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    return exit.failed;
  } finally {
    client.close();
  }
}

async function downloadAll(
  given: Given,
  request: TufRequest,
  trusted: TrustedMetadata,
  client: HttpClient,
): Promise<void> {
  const fetch = targetsAt(urlOf("target-base-url", given), client);
  const folder = textOf("target-dir", given);
  for (const path of given.targets) {
    const said = await findTarget(request, trusted, path);
    if (said === undefined) throw new Problem("verify.mismatch", `no role that may speak of ${path} lists it`);
    await downloadTarget({ path, said, folder, prefixed: trusted.root.consistent_snapshot === true, fetch });
  }
}

interface Given {
  readonly action: string;
  readonly file: string;
  readonly state: ReturnType<typeof folderState>;
  readonly targets: readonly string[];
  readonly values: Readonly<Record<string, string | string[] | undefined>>;
}

function read(words: readonly string[]): Given {
  const one = { type: "string" } as const;
  const options = {
    "metadata-dir": one,
    "metadata-url": one,
    "target-name": { type: "string", multiple: true },
    "target-base-url": one,
    "target-dir": one,
  } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
    const [action = "", file = ""] = positionals;
    if (!["init", "refresh", "download"].includes(action)) throw new Error(`there is no action "${action}"`);
    const state = folderState(values["metadata-dir"] ?? ".");
    return { action, file, state, targets: values["target-name"] ?? [], values };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Problem("usage", `conformance tuf: ${why}`, { expected: "--metadata-dir DIR init, refresh or download" });
  }
}

function textOf(name: string, { values }: Given): string {
  const value = values[name];
  if (typeof value === "string") return value;
  throw new Problem("usage", `conformance tuf: --${name} is missing`);
}

function urlOf(name: string, given: Given): URL {
  const text = textOf(name, given);
  const url = URL.parse(text);
  if (url === null) throw new Problem("usage", `conformance tuf: --${name} is no URL: ${JSON.stringify(text)}`);
  return url;
}
