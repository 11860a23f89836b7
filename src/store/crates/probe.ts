/** What a registry of crates says before anything is sent: whether it knows the token, and what is there already. */
import { z } from "zod";

import type { ExpectedArtifact } from "../../model/artifact.ts";
import { Problem } from "../../model/problem.ts";
import { saying } from "../json-refusal.ts";
import type { Probed } from "../kind.ts";
import { mayIdentify, noIdentity } from "../packages/identity-token.ts";
import { probing } from "../probing.ts";
import type { PackageName } from "../packages/registry.ts";
import { cratesAudience, type CratesApi, cratesIdentity } from "./api.ts";
import { readVersions } from "./index-file.ts";
import { guessOfCrateName } from "./manifest.ts";
import { isCratesIo } from "./registry.ts";

export interface CratesProbe {
  readonly expected: readonly ExpectedArtifact[];
  readonly trusted: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export async function probeCrates(api: CratesApi, { expected, trusted, env }: CratesProbe): Promise<readonly Probed[]> {
  const token = await probing("token", () => (trusted ? identity(env) : tokenOf(api)));
  const names = [];
  for (const { name } of expected) {
    const called = guessOfCrateName(name);
    if (called !== undefined) names.push(await probing("names", () => versionOf(api, called)));
  }
  return [token, ...names];
}

async function identity(env: CratesProbe["env"]): Promise<Pick<Probed, "outcome" | "detail">> {
  if (!mayIdentify({ variable: cratesIdentity, env })) throw noIdentity(cratesIdentity, cratesAudience);
  return { outcome: "unknown", detail: "what the job's identity may publish is seen when it is exchanged" };
}

const meSchema = z.looseObject({ user: z.looseObject({ login: z.string() }) });

/** `GET /api/v1/me` is for browsers: crates.io says so to a token it knows, and something else to one it does not. */
export async function tokenOf(api: CratesApi): Promise<Pick<Probed, "outcome" | "detail">> {
  const writing = await api.writing();
  const answer = await writing.ask({ method: "GET", path: "api/v1/me" });
  if (answer.status === 200) return { outcome: "ok", detail: `the token is of ${answer.as(meSchema).user.login}` };
  const said = saying(answer);
  if (/only be performed on the crates\.io website|required permissions/i.test(said))
    return { outcome: "ok", detail: "the token is known there; what it may do is not said" };
  const isUnknown =
    isCratesIo(api.index) && answer.status === 403 && /authentication failed|requires? authentication/i.test(said);
  if (answer.status === 401 || isUnknown)
    throw new Problem("store.denied", `the token is not known there: ${said}`, {
      hint: "It is wrong, has expired, or is to be sent as `Bearer TOKEN`.",
    });
  return { outcome: "unknown", detail: "the registry does not say whose the token is" };
}

async function versionOf(api: CratesApi, { name, version }: PackageName): Promise<Pick<Probed, "outcome" | "detail">> {
  const versions = await readVersions(await api.reading(), api.index, name);
  if (versions === undefined) return { outcome: "ok", detail: `${name} is not there yet: this is its first version` };
  return versions.has(version)
    ? { outcome: "warning", detail: `${name} ${version} is there already: its bytes will be compared` }
    : { outcome: "ok", detail: `${name} is there, and version ${version} is free` };
}
