/** What a registry of npm packages says before anything is sent: whose the token is, and what is there already. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

import type { ExpectedArtifact } from "../../model/artifact.ts";
import { Problem, problemsOf } from "../../model/problem.ts";
import { saying } from "../json-refusal.ts";
import type { Probed } from "../kind.ts";
import { probing } from "../probing.ts";
import type { PackageName } from "../packages/registry.ts";
import { mayIdentify, noIdentity } from "../packages/identity-token.ts";
import { type NpmApi, npmAudience, npmIdentity, pathOf } from "./api.ts";
import { guessOfPackName, packName } from "./manifest.ts";
import type { NpmChoices } from "./registry.ts";
import { findDocument } from "./versions.ts";

export interface NpmProbe {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly expected: readonly ExpectedArtifact[];
  readonly decided: NpmChoices;
}

const whoSchema = z.looseObject({ username: z.string().optional() });

/** Whose token it is (`npm whoami`); undefined where the registry does not say. Fails with `store.denied` where it is nobody's. */
async function whoami({ reading }: NpmApi): Promise<string | undefined> {
  const answer = await reading.ask({ method: "GET", path: "-/whoami" });
  const user = answer.status === 200 ? answer.as(whoSchema).username : undefined;
  // verdaccio answers to a stranger that nobody is there; a token may also be one that may publish and not ask.
  if (answer.status === 401 || (answer.status === 200 && user === undefined))
    throw reading.refusal("ask whose the token is", { ...answer, status: 401 });
  return user;
}

/** Fails where the token is known to be no good. */
export async function refuseToken(api: NpmApi): Promise<void> {
  if (!api.isTrusted) await whoami(api);
}

export async function probeNpm(api: NpmApi, { root, env, expected, decided }: NpmProbe): Promise<readonly Probed[]> {
  const token = await probing("token", async () => {
    if (api.isTrusted) {
      if (!mayIdentify({ variable: npmIdentity, env })) throw noIdentity(npmIdentity, npmAudience(api.registry));
      return { outcome: "unknown", detail: "what the job's identity may publish is seen when it is exchanged" };
    }
    const user = await whoami(api);
    return user === undefined
      ? { outcome: "unknown", detail: "the registry does not say whose the token is" }
      : { outcome: "ok", detail: `the token is of ${user}` };
  });
  const names: Probed[] = [];
  for (const artifact of expected) {
    const called = await calledBy(root, artifact.name, decided.scope);
    if (called !== undefined) names.push(...(await probePackage(api, called)));
  }
  return [token, ...names];
}

async function probePackage(api: NpmApi, { name, version }: PackageName): Promise<readonly Probed[]> {
  const there = await probing("names", async () => {
    const document = await findDocument(api, name);
    if (document === undefined)
      return api.isTrusted
        ? { outcome: "warning", detail: `${name} is not there: npm wants its first version from a person` }
        : { outcome: "ok", detail: `${name} is not there yet: this is its first version` };
    return document.versions?.[version] === undefined
      ? { outcome: "ok", detail: `${name} is there, and version ${version} is free` }
      : { outcome: "warning", detail: `${name} ${version} is there already: its bytes will be compared` };
  });
  return api.isTrusted ? [there] : [there, await probing("scope", () => mayWrite(api, name))];
}

const collaboratorsSchema = z.record(z.string(), z.string());

/** npm shows who may write to those who may. */
async function mayWrite({ reading }: NpmApi, name: string): Promise<Pick<Probed, "outcome" | "detail">> {
  const answer = await reading.ask({ method: "GET", path: `-/package/${pathOf(name)}/collaborators` });
  if (answer.status !== 200)
    return { outcome: "unknown", detail: `who may publish ${name} is not said: ${saying(answer)}` };
  const who = await reading.ask({ method: "GET", path: "-/whoami" });
  const user = (who.status === 200 ? who.as(whoSchema).username : undefined) ?? "nobody";
  const may = answer.as(collaboratorsSchema)[user];
  if (may === undefined)
    return { outcome: "unknown", detail: `${user} is not in the list of those who may publish ${name}` };
  if (may.includes("write")) return { outcome: "ok", detail: `${user} may publish ${name}` };
  throw new Problem("store.denied", `${user} may only read ${name}`, { hint: "Ask an owner: npm owner add." });
}

const ownSchema = z.looseObject({ name: z.string(), version: z.string() });

/** The project's own package.json tells where `npm pack` would call its file so; else the file's name has to. */
async function calledBy(root: string, file: string, scope: string | undefined): Promise<PackageName | undefined> {
  try {
    const { name } = ownSchema.parse(JSON.parse(await readFile(join(root, "package.json"), "utf8")));
    const guess = guessOfPackName(file, /^@[^/]+/.exec(name)?.[0]);
    if (guess !== undefined && packName({ ...guess, name }) === file) return { name, version: guess.version };
  } catch (thrown) {
    if (problemsOf(thrown) !== undefined) throw thrown; // no package.json, or none that says a name: the file's name is left
  }
  return guessOfPackName(file, scope);
}
