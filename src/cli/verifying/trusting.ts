/** Whom `slipway verify` believes: the trust file and the public keys that were named, and nothing that lies about. */
import { readWhole } from "../../verify/read-whole.ts";
import { type NamedText, nobody, openTrust, type Trust } from "../../verify/trust.ts";
import type { Check } from "../../verify/verdict.ts";
import { Problem, problemsOf } from "../../model/problem.ts";
import type { Options } from "../options.ts";
import { signatureReaders } from "../../verify/signatures/table.ts";
import { followMetadata } from "./metadata.ts";

/** Roots of authorities and of TUF stand in trust files. */
const mostTrust = 16 * 1024 * 1024;

/**
 * By `--trust`, else by SLIPWAY_TRUST, and by `--pubkey`. A trust file that lies in the working directory, or in what is verified, is
 * not taken: whoever put it there would be believed. What cannot be read or used decides nothing, and is a check that says so. Fails
 * with `usage` where metadata is named that nobody could check.
 */
export async function trusting(
  { trust: given, pubkey = [], metadata }: Options,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly trust: Trust; readonly refused: readonly Check[] }> {
  const named = env["SLIPWAY_TRUST"] === "" ? undefined : env["SLIPWAY_TRUST"];
  const file = typeof given === "string" ? given : named;
  const subject = file ?? pubkey.join(", ");
  try {
    const trustFile = file === undefined ? undefined : await readText(file);
    const keys: NamedText[] = [];
    for (const path of pubkey) keys.push(await readText(path));
    const trust = await openTrust(trustFile, keys, signatureReaders, followMetadata(metadata, env));
    if (metadata === undefined || trust.metadata !== undefined) return { trust, refused: [] };
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown;
    const refused = problems.map(({ message }): Check => ({
      check: "trust",
      subject,
      outcome: "unavailable",
      detail: message,
    }));
    return { trust: nobody, refused };
  }
  // Whoever names metadata would take it for looked at.
  throw new Problem("usage", "--metadata: nobody has a root to check it by", {
    expected: "--trust with a trust file that has a `root`",
  });
}

async function readText(path: string): Promise<NamedText> {
  return { name: path, text: Buffer.from(await readWhole(path, mostTrust)).toString("utf8") };
}
