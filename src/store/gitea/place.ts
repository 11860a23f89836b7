/** One release in one repository of a Gitea: all that its parts of the store know together. */
import { resolve } from "node:path";
import { z } from "zod";

import type { ReleaseAbout } from "../../model/about.ts";
import type { Artifact, Digest } from "../../model/artifact.ts";
import { bodyOf } from "../forge/body.ts";
import { decidedForgeShape } from "../forge/options.ts";
import { findReleaseHere, type ReleaseHere } from "../forge/statement.ts";
import { type ForgeTag, tagOf } from "../forge/tag.ts";
import { httpClient, type HttpOptions } from "../http.ts";
import type { StoreContext } from "../kind.ts";
import { readToken, secretWords } from "../token.ts";
import { type GiteaApi, giteaApi } from "./api.ts";
import type { ReleaseText } from "./shapes.ts";

export const decidedSchema = z.object(decidedForgeShape);
export type DecidedGitea = z.infer<typeof decidedSchema>;

export interface GiteaPlace extends ForgeTag {
  readonly gitea: GiteaApi;
  readonly options: DecidedGitea;
  readonly about: ReleaseAbout;
  /** What goes there, where that is known. */
  readonly artifacts: readonly Artifact[] | undefined;
  /** Whether drafts are published that the config leaves to a person. */
  readonly drafts: boolean;
  /** `git.example.com/acme/tool` */
  readonly where: string;
  /** Where the token was looked for. */
  readonly looked: string;
  /** The Release on this machine, if there is one. */
  here(): Promise<ReleaseHere | undefined>;
}

/** Reads the token and opens connections; nothing is asked yet. Fails with `key.missing`. */
export async function openPlace(
  options: DecidedGitea,
  context: StoreContext,
  retry?: HttpOptions["retry"],
): Promise<GiteaPlace> {
  const secret = options.token ?? { from: "env", name: "GITEA_TOKEN" };
  const token = await readToken(secret, context);
  const { env, signal, about, artifacts, drafts = false } = context;
  const ca = options.ca === "" ? undefined : resolve(context.root, options.ca);
  const http = httpClient({ env, signal, insecure: options.insecure, ca, retry });
  const web = new URL(options.endpoint);
  const { repository } = options;
  const looked = secretWords(secret);
  let here: Promise<ReleaseHere | undefined> | undefined;
  return {
    ...tagOf(options, about),
    gitea: giteaApi({ http, web, repository, token, looked }),
    options,
    about,
    artifacts,
    drafts,
    where: `${web.host}/${repository}`,
    looked,
    here: () => (here ??= findReleaseHere(context)),
  };
}

/** A column of 64 KiB is what some of its databases keep of a text. */
const mostBody = 60_000;
const mostTitle = 255;

/** What people read of the release, with Slipway's mark. */
export async function textOf(
  { gitea, tag, options, about }: GiteaPlace,
  { digest, notesName }: ReleaseHere,
): Promise<ReleaseText & { readonly body: string }> {
  const { header, footer, prerelease } = options;
  const title = options.title === "" ? about.title : options.title;
  return {
    name: title.slice(0, mostTitle),
    body: bodyOf({
      notes: await about.notes(),
      header,
      footer,
      release: digest,
      most: mostBody,
      notesAt: notesName === undefined ? undefined : gitea.page(tag, notesName),
    }),
    prerelease: prerelease === "auto" ? about.isPrerelease || about.isNightly : prerelease,
  };
}

/** Where a tag is made that is not there yet. */
export function targetOf({ options, about }: GiteaPlace): string {
  return options.target === "" ? about.commit : options.target;
}

/** Digests that were read, by what holds the bytes: each is downloaded once. */
export type Digests = Map<string, Promise<Digest>>;
