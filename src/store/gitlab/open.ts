/** The opened store of a GitLab: files go into a hidden package, and one request makes the release that links them. */
import type { Artifact } from "../../model/artifact.ts";
import type { Named, Receipt, Store } from "../../model/store.ts";
import { releaseHere, type ReleaseHere } from "../forge/statement.ts";
import { ofAbout, paced, usualPace } from "../http/paced.ts";
import type { StoreContext } from "../kind.ts";
import { sha256Of } from "../measure.ts";
import { openFiles } from "./files.ts";
import type { GitlabPlace } from "./place.ts";
import { addLink, showRelease } from "./show.ts";
import { stateOf } from "./state.ts";
import { openTarget, type Target } from "./target.ts";
import { withdrawFrom } from "./withdraw.ts";

export function gitlabStore(place: GitlabPlace, context: Pick<StoreContext, "release">): Store {
  const { gitlab, tag } = place;
  let here: Promise<ReleaseHere> | undefined;
  let opened: Promise<Target> | undefined;
  const ours = (): Promise<ReleaseHere> => (here ??= releaseHere(context));
  const target = (): Promise<Target> => (opened ??= ours().then((found) => openTarget(place, found)));
  const files = openFiles(place, target);

  /** As anybody reads it; as the token's owner where the project is not public. */
  async function read(name: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    const link = (await gitlab.releaseOf(tag))?.assets.links.find((one) => one.name === name);
    const url = link === undefined ? null : URL.parse(link.url);
    if (url === null) return undefined;
    return (await gitlab.download(url, "nobody")) ?? gitlab.download(url, "owner");
  }

  return {
    where: `gitlab ${place.where} ${tag}`,
    proves: true,
    put: (artifact, bytes, path) => files.put(artifact, bytes, path),
    point: async (artifact) => [await point(artifact)],
    state: () => stateOf(place),
    withdraw: (withdrawal) => withdrawFrom(place, withdrawal),
    address: (name) => place.page(name),
    read,

    async staged({ name }) {
      const put = files.found(name);
      if (put === undefined || put.outcome === "skipped") return undefined;
      return gitlab.download(gitlab.fileUrl((await target()).package, name), "owner");
    },

    async show() {
      const { digest } = await ours();
      const shown = await showRelease(place, { target: await target(), here: await ours(), puts: files.all() });
      const receipt: Receipt = { act: "show", name: tag, digest, ...shown };
      return [receipt];
    },

    async advance() {
      return [await tellLatest(place, await ours())];
    },

    async look(name): Promise<Named | undefined> {
      const bytes = await read(name);
      if (bytes === undefined) return undefined;
      // A link may lead to anybody, who may send for ever.
      const size = place.artifacts?.find((artifact) => artifact.name === name)?.size;
      const some =
        size === undefined
          ? paced(bytes, { what: name, most: Infinity, pace: usualPace })
          : ofAbout(bytes, { name, size });
      return { name, ...(await sha256Of(some)) };
    },

    async close() {
      gitlab.http.close();
    },
  };

  async function point(artifact: Artifact): Promise<Receipt> {
    const told = { act: "point", name: artifact.name, digest: artifact.digest } as const;
    const put = files.found(artifact.name);
    if (put === undefined) return { ...told, outcome: "refused", why: "its bytes are not there" };
    const { does } = await target();
    if (put.outcome === "skipped" || does === "create" || does === "replace")
      return { ...told, outcome: put.outcome, why: put.why };
    return { ...told, outcome: await addLink(place, await target(), artifact) };
  }
}

const rule = "GitLab shows the release with the latest date as the latest";

/** Moves nothing, since nothing can be moved: it is asked what GitLab decided. */
async function tellLatest(place: GitlabPlace, { digest }: ReleaseHere): Promise<Receipt> {
  const told = { act: "advance", name: "latest", digest } as const;
  const latest = await place.gitlab.latest();
  if (latest === place.tag) return { ...told, outcome: "already", why: rule, url: place.page() };
  const instead = latest === undefined ? "there is none" : `it is ${latest}`;
  return { ...told, outcome: "skipped", why: `${rule}: ${instead}` };
}
