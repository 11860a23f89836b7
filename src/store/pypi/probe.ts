/** What an index of Python packages says before anything is sent: not whose a token is, but what is there already. */
import type { ExpectedArtifact } from "../../model/artifact.ts";
import type { Probed } from "../kind.ts";
import { mayIdentify, noIdentity } from "../packages/identity-token.ts";
import { probing } from "../probing.ts";
import { pypiIdentity } from "./login.ts";
import { guessOfFileName } from "./metadata.ts";
import type { PypiApi } from "./registry.ts";
import { listFiles } from "./simple.ts";

export interface PypiProbe {
  readonly expected: readonly ExpectedArtifact[];
  readonly trusted: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export async function probePypi(
  { reading, index }: PypiApi,
  { expected, trusted, env }: PypiProbe,
): Promise<readonly Probed[]> {
  const token = await probing("token", async () => {
    if (trusted && !mayIdentify({ variable: pypiIdentity, env })) throw noIdentity(pypiIdentity, "pypi");
    return { outcome: "unknown", detail: "an index does not say what a token may do before it is used" };
  });
  const names: Probed[] = [];
  for (const { name: file } of expected) {
    const called = guessOfFileName(file);
    if (called === undefined) continue;
    const there = await probing("names", async () => {
      const files = await listFiles(reading, index, called.name);
      if (files === undefined)
        return { outcome: "ok", detail: `${called.name} is not there yet: this is its first version` };
      return files.some(({ filename }) => filename === file)
        ? { outcome: "warning", detail: `${file} is there already: its bytes will be compared` }
        : { outcome: "ok", detail: `${called.name} is there, and ${file} is free` };
    });
    names.push(there);
  }
  return [token, ...names];
}
