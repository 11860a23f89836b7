/** Asks a Gitea, before anything is sent there, what would stop a release: token, scopes, repository, tag, names, limits, clock. */
import { z } from "zod";

import { Problem } from "../../model/problem.ts";
import { probeClock } from "../clock.ts";
import { releaseLine, tagLine } from "../forge/ahead.ts";
import { archived, mayNotWrite, tooNarrow, turnedOff } from "../forge/situations.ts";
import type { ApiAnswer } from "../json-api.ts";
import { saying } from "../json-refusal.ts";
import type { Probed } from "../kind.ts";
import { failing, isStopped, probingAll } from "../probing.ts";
import type { GiteaRepository } from "./shapes.ts";
import type { GiteaPlace } from "./place.ts";
import { standing } from "./target.ts";

/** Fails with `store.denied` where the repository takes no releases from this token's owner, as far as that is known. */
export async function refuseUnwritable(place: GiteaPlace): Promise<GiteaRepository> {
  const repository = await place.gitea.repository();
  const problem = obstacleIn(place, repository);
  if (problem !== undefined) throw problem;
  return repository;
}

function obstacleIn(place: GiteaPlace, repository: GiteaRepository): Problem | undefined {
  const { permissions, archived: isArchived, empty, has_releases: hasReleases } = repository;
  if (permissions?.push !== true)
    return mayNotWrite(place, { hint: `Give the owner of ${place.looked} write access to the repository.` });
  if (isArchived === true) return archived(place);
  if (hasReleases === false) return turnedOff(place, "releases", "Turn them on in the repository's settings.");
  if (empty !== true) return undefined;
  return new Problem("store.failed", `${place.where} is empty: push the commit that is released first`);
}

/** One line each. A server that does not answer, or not to this token, is asked nothing more. */
export async function probeGitea(place: GiteaPlace): Promise<readonly Probed[]> {
  const first = await probingAll("token", () => probeToken(place));
  if (isStopped(first)) return first;
  const repository = await probingAll("settings", () => probeRepository(place));
  if (isStopped(repository)) return [...first, ...repository];
  return [
    ...first,
    ...repository,
    ...(await probingAll("tag", () => probeTag(place))),
    ...(await probingAll("names", () => probeNames(place))),
    ...(await probingAll("settings", () => probeServer(place))),
  ];
}

/** Scopes that let releases be written. */
const enough = /(^|,)(all|write:repository)(,|$)/;

async function probeToken(place: GiteaPlace): Promise<readonly Probed[]> {
  const { api } = place.gitea;
  const answer = await api.ask({ method: "GET", path: "user" });
  if (answer.status === 401) throw api.refusal("look who the token's owner is", answer);
  const who = answer.status === 200 ? answer.as(z.object({ login: z.string() })).login : undefined;
  const owner: Probed = {
    what: "token",
    outcome: "ok",
    detail: who === undefined ? `${place.looked} is let in` : `${place.looked} is ${who}'s`,
  };
  return [owner, await probeScopes(place, answer), probeClock(answer.headers.date, Date.now())];
}

/** Only who asks for more than a token may is told its scopes, so it is asked for what releases do not need. */
async function probeScopes({ gitea, looked }: GiteaPlace, user: ApiAnswer): Promise<Probed> {
  const { api } = gitea;
  let scopes = scopesIn(user);
  if (scopes === undefined && user.status === 200)
    scopes = scopesIn(await api.ask({ method: "GET", path: "notifications/new" }));
  if (scopes === undefined)
    return { what: "scope", outcome: "unknown", detail: "the server does not say what the token may do" };
  if (enough.test(scopes)) return { what: "scope", outcome: "ok", detail: scopes };
  const hint = "Make a token with that scope in the user's settings, under Applications.";
  return failing("scope", tooNarrow(looked, { has: scopes, needs: "write:repository", hint }));
}

function scopesIn(answer: ApiAnswer): string | undefined {
  if (answer.status !== 403) return undefined;
  return /token scope=([a-z:,_]+)/.exec(saying(answer))?.[1];
}

async function probeRepository(place: GiteaPlace): Promise<readonly Probed[]> {
  const { full_name: name, private: isPrivate } = await refuseUnwritable(place);
  const seen = isPrivate ? "private: only who may see it can download" : "its owner may write to it";
  return [{ what: "settings", outcome: "ok", detail: `${name}: ${seen}` }];
}

async function probeTag(place: GiteaPlace): Promise<readonly Probed[]> {
  return [tagLine(place, await place.gitea.commitOf(place.tag))];
}

async function probeNames(place: GiteaPlace): Promise<readonly Probed[]> {
  const found = await place.gitea.releaseOf(place.tag);
  const there = found === undefined ? undefined : standing(place, found);
  return [releaseLine(place, there, (await place.here())?.digest)];
}

async function probeServer({ gitea }: GiteaPlace): Promise<readonly Probed[]> {
  const version = await gitea.api.ask({ method: "GET", path: "version" });
  const words = version.status === 200 ? version.as(z.object({ version: z.string() })).version : "not told";
  const settings = await gitea.api.ask({ method: "GET", path: "settings/attachment" });
  const limits = settings.status === 200 ? settings.as(z.object({ enabled: z.boolean() })) : undefined;
  const server: Probed = { what: "settings", outcome: "ok", detail: `version of the server: ${words}` };
  if (limits?.enabled === false) {
    const detail = "the server has attachments turned off, and with them files of releases";
    const hint = "Its administrator turns them on: [attachment] ENABLED.";
    return [server, failing("settings", new Problem("store.failed", detail, { hint }))];
  }
  const detail = "the server does not tell which sizes and endings of files a release may have";
  return [server, { what: "quota", outcome: "unknown", detail }];
}
