/** The opened store of a Gitea: files go into a draft, and the draft is published. */
import type { Receipt, Store } from "../../model/store.ts";
import { namedIn } from "../forge/assets.ts";
import { releaseHere, type ReleaseHere } from "../forge/statement.ts";
import type { StoreContext } from "../kind.ts";
import { openAttachments } from "./attachments.ts";
import { tellLatest } from "./latest.ts";
import type { GiteaPlace } from "./place.ts";
import { showTarget } from "./show.ts";
import { stateOf } from "./state.ts";
import { openTarget, type Target } from "./target.ts";
import { withdrawFrom } from "./withdraw.ts";

export function giteaStore(place: GiteaPlace, context: Pick<StoreContext, "release">): Store {
  const { gitea, tag } = place;
  let here: Promise<ReleaseHere> | undefined;
  let opened: Promise<Target> | undefined;
  const ours = (): Promise<ReleaseHere> => (here ??= releaseHere(context));
  const target = (): Promise<Target> => (opened ??= ours().then((found) => openTarget(place, found)));
  const attachments = openAttachments(gitea, target);
  let visibility: Promise<{ readonly isPrivate: boolean }> | undefined;

  return {
    where: `gitea ${place.where} ${tag}`,
    proves: true,
    put: (artifact, bytes, path) => attachments.put(artifact, bytes, path),
    point: async (artifact) => [await attachments.point(artifact)],
    state: () => stateOf(place),
    withdraw: (withdrawal) => withdrawFrom(place, withdrawal),
    address: (name) => gitea.page(tag, name),

    async staged({ name }) {
      const put = attachments.found(name);
      return put === undefined ? undefined : gitea.download(put.asset);
    },

    async show() {
      const found = await target();
      await attachments.settleNames();
      const { digest } = await ours();
      const shown = await showTarget(place, found, await ours());
      const receipt: Receipt = { act: "show", name: tag, digest, ...shown };
      return [receipt];
    },

    async advance() {
      return [await tellLatest(place, (await ours()).digest)];
    },

    async look(name) {
      const found = await gitea.releaseOf(tag);
      if (found === undefined || found.draft) return undefined;
      return namedIn({ name, assets: found.assets }, (asset) => attachments.digestOf(asset));
    },

    async read(name) {
      visibility ??= gitea.repository().then(({ private: isPrivate }) => ({ isPrivate }));
      return gitea.read(tag, name, await visibility);
    },

    async close() {
      gitea.http.close();
    },
  };
}
