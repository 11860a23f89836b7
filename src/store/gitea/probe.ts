/** Asks a Gitea, before anything is sent there, what would stop a release: token, scopes, repository, tag, names, limits, clock. */
import { z } from "zod";

import { Problem, problemsOf } from "../../model/problem.ts";
import { probeClock } from "../forge/clock.ts";
import { releaseIn } from "../forge/marker.ts";
import type { ApiAnswer } from "../json-api.ts";
import { saying } from "../json-api.ts";
import type { Probed } from "../kind.ts";
import type { GiteaRepository } from "./shapes.ts";
import type { GiteaPlace } from "./place.ts";

/** Fails with `store.denied` where the repository takes no releases from this token's owner, as far as that is known. */
export async function refuseUnwritable(place: GiteaPlace): Promise<GiteaRepository> {
  const repository = await place.gitea.repository();
  const problem = obstacleIn(place, repository);
  if (problem !== undefined) throw problem;
  return repository;
}

function obstacleIn({ where, looked }: GiteaPlace, repository: GiteaRepository): Problem | undefined {
  const { permissions, archived, empty, has_releases: hasReleases } = repository;
  if (permissions?.push !== true)
    return new Problem("store.denied", `the token's owner may not write to ${where}`, {
      hint: `Give the owner of ${looked} write access to the repository.`,
    });
  if (archived === true) return new Problem("store.failed", `${where} is archived: nothing can be released there`);
  if (hasReleases === false)
    return new Problem("store.failed", `${where} has its releases turned off`, {
      hint: "Turn them on in the repository's settings.",
    });
  if (empty === true) return new Problem("store.failed", `${where} is empty: push the commit that is released first`);
  return undefined;
}

/** One line each. A server that does not answer, or not to this token, is asked nothing more. */
export async function probeGitea(place: GiteaPlace): Promise<readonly Probed[]> {
  const first = await trying("token", () => probeToken(place));
  if (first.some(({ outcome }) => outcome === "failed")) return first;
  const repository = await trying("settings", () => probeRepository(place));
  if (repository.some(({ outcome }) => outcome === "failed")) return [...first, ...repository];
  return [
    ...first,
    ...repository,
    ...(await trying("tag", () => probeTag(place))),
    ...(await trying("names", () => probeNames(place))),
    ...(await trying("settings", () => probeServer(place))),
  ];
}

/** Problems become lines; only defects are thrown. */
async function trying(what: string, ask: () => Promise<readonly Probed[]>): Promise<readonly Probed[]> {
  try {
    return await ask();
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown;
    return problems.map((problem) => ({ what, outcome: "failed" as const, detail: problem.message, problem }));
  }
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
  const problem = new Problem("store.denied", `the token of ${looked} has the scopes ${scopes}`, {
    expected: "write:repository among them",
    hint: "Make a token with that scope in the user's settings, under Applications.",
  });
  return { what: "scope", outcome: "failed", detail: problem.message, problem };
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

async function probeTag({ gitea, tag, moves, about, options, where }: GiteaPlace): Promise<readonly Probed[]> {
  const commit = await gitea.commitOf(tag);
  const line = (outcome: Probed["outcome"], detail: string, problem?: Problem): readonly Probed[] => [
    { what: "tag", outcome, detail, ...(problem === undefined ? {} : { problem }) },
  ];
  if (commit === about.commit && commit !== undefined) return line("ok", `${tag} is the commit that is released`);
  if (moves) return line("ok", `${tag} will be moved`);
  if (commit !== undefined) {
    const detail = `${tag} stands for ${commit} there, not ${about.commit}`;
    return line("failed", detail, new Problem("store.conflict", detail, { hint: "Push the tag of this commit." }));
  }
  if (options.target !== "") return line("ok", `${tag} will be made on ${options.target}`);
  const detail = `${where} has no tag ${tag} yet`;
  return line("failed", detail, new Problem("store.failed", detail, { hint: "Push it before you publish." }));
}

async function probeNames(place: GiteaPlace): Promise<readonly Probed[]> {
  const { gitea, tag, moves, options } = place;
  const line = (outcome: Probed["outcome"], detail: string): readonly Probed[] => [{ what: "names", outcome, detail }];
  const found = await gitea.releaseOf(tag);
  if (found === undefined) return line("ok", `no release is out as ${tag}`);
  const theirs = releaseIn(found.body);
  const kind = found.draft ? "a draft" : "a release";
  if (theirs !== undefined && (found.draft || theirs === (await place.here())?.digest))
    return line("ok", `${kind} of this project's is there, and is gone on with`);
  if (moves || options.existing !== "refuse") return line("ok", `${kind} is there: ${options.existing}`);
  const detail = `${kind} is there as ${tag} already`;
  const problem = new Problem("store.conflict", detail, { hint: "Release a new version, or write `existing:`." });
  return [{ what: "names", outcome: "failed", detail, problem }];
}

async function probeServer({ gitea }: GiteaPlace): Promise<readonly Probed[]> {
  const version = await gitea.api.ask({ method: "GET", path: "version" });
  const words = version.status === 200 ? version.as(z.object({ version: z.string() })).version : "not told";
  const settings = await gitea.api.ask({ method: "GET", path: "settings/attachment" });
  const limits = settings.status === 200 ? settings.as(z.object({ enabled: z.boolean() })) : undefined;
  const server: Probed = { what: "settings", outcome: "ok", detail: `version of the server: ${words}` };
  if (limits?.enabled === false) {
    const detail = "the server has attachments turned off, and with them files of releases";
    const problem = new Problem("store.failed", detail, {
      hint: "Its administrator turns them on: [attachment] ENABLED.",
    });
    return [server, { what: "settings", outcome: "failed", detail, problem }];
  }
  const detail = "the server does not tell which sizes and endings of files a release may have";
  return [server, { what: "quota", outcome: "unknown", detail }];
}
