/** What every act on a GitHub's release starts from: the way there, what the config says, and what is released. */
import type { ReleaseAbout } from "../../model/about.ts";
import { bodyOf } from "../forge/body.ts";
import { archived, notSeen } from "../forge/situations.ts";
import { findReleaseHere, type ReleaseHere, releaseHere } from "../forge/statement.ts";
import { type ForgeTag, tagOf } from "../forge/tag.ts";
import type { RetryOptions } from "../http/retry.ts";
import type { ApiAnswer } from "../json-api.ts";
import type { StoreContext } from "../kind.ts";
import { connect, type Github } from "./connect.ts";
import { githubName } from "./names.ts";
import { type GithubDecided, githubDecided } from "./options.ts";
import { latestRelease } from "./releases.ts";
import { type GithubRepository, repositoryShape } from "./shapes.ts";

export interface Session extends ForgeTag {
  readonly github: Github;
  readonly options: GithubDecided;
  readonly about: ReleaseAbout;
  readonly repository: GithubRepository;
  /** `github.com/acme/tool` */
  readonly where: string;
  /** Whether what is published cannot be changed any more, except for its title and notes. */
  readonly isImmutable: boolean;
  /** Whether drafts are published that the config leaves to a person. */
  readonly drafts: boolean;
  readonly isPrerelease: boolean;
  readonly title: string;
  /** The release.json that lies here. */
  findHere(): Promise<ReleaseHere | undefined>;
  /** The same; fails with `file.missing`. */
  here(): Promise<ReleaseHere>;
}

/** Asks for the repository and its settings. Fails with `store.denied` and `store.failed` where it is not there or not for us. */
export async function openSession(
  options: unknown,
  context: StoreContext,
  timing: Partial<RetryOptions> = {},
): Promise<Session> {
  const decided = githubDecided.parse(options);
  const github = await connect(decided, context, timing);
  try {
    const repository = await readRepository(github);
    const { about } = context;
    return {
      github,
      options: decided,
      about,
      repository,
      where: whereOf(github),
      ...tagOf(decided, about),
      isImmutable: decided.immutable ?? (await isImmutable(github)),
      drafts: context.drafts === true,
      isPrerelease: decided.prerelease === "auto" ? about.isPrerelease || about.isNightly : decided.prerelease,
      title: decided.title === "" ? about.title : decided.title,
      findHere: () => findReleaseHere(context),
      here: () => releaseHere(context),
    };
  } catch (thrown) {
    github.http.close();
    throw thrown;
  }
}

/** `github.com/acme/tool` */
export function whereOf({ at, repository }: Pick<Github, "at" | "repository">): string {
  return `${at.web.host}/${repository}`;
}

async function readRepository(github: Github): Promise<GithubRepository> {
  const repository = (await askRepository(github)).as(repositoryShape);
  if (repository.archived === true) throw archived({ where: whereOf(github) });
  return repository;
}

/** What GitHub says of the repository. Fails with `store.denied` where nobody sees it with this token. */
export async function askRepository(github: Github): Promise<ApiAnswer> {
  const answer = await github.ask({ method: "GET", path: "" });
  if (answer.status === 404) throw notSeen({ ...github, host: github.at.web.host });
  if (answer.status !== 200) throw github.refusal(`look at the repository ${github.repository}`, answer);
  return answer;
}

/**
 * The setting, which tokens that may not administer get no answer about: then the latest release tells, which is immutable where
 * the setting is on.
 */
export async function isImmutable(github: Github): Promise<boolean> {
  const answer = await github.ask({ method: "GET", path: "immutable-releases" });
  if (answer.status === 200) return /"enabled":\s*true/.test(Buffer.from(answer.bytes).toString("utf8"));
  if (answer.status !== 404 && answer.status !== 403)
    throw github.refusal("look at the setting of immutable releases", answer);
  return (await latestRelease(github))?.immutable === true;
}

/** GitHub's limit; it answers 422 to longer ones. */
const mostBody = 125_000;

/** What is said of the release when its draft is made. */
export async function textOf(session: Session): Promise<{ readonly name: string; readonly body: string }> {
  const { about, options, title, tag } = session;
  const { digest, notesName } = await session.here();
  const { header, footer } = options;
  const notesAt = notesName === undefined ? undefined : fileAddress(session, tag, notesName);
  return {
    name: title,
    body: bodyOf({ notes: await about.notes(), header, footer, release: digest, most: mostBody, notesAt }),
  };
}

/** Where anybody gets a file once it is published. */
export function fileAddress({ github }: Pick<Session, "github">, tag: string, name: string): string {
  const path = ["releases", "download", tag, githubName(name)].map(encodeURIComponent).join("/");
  return new URL(`${github.repository}/${path}`, github.at.web).href;
}

/** The page of the release. */
export function pageAddress({ github, tag }: Pick<Session, "github" | "tag">): string {
  return new URL(`${github.repository}/releases/tag/${encodeURIComponent(tag)}`, github.at.web).href;
}
