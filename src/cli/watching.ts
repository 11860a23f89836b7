/** Watches what is public: places of the config, by the release that is kept here, and addresses, by what they first showed. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { didYouMean } from "../model/nearest.ts";
import type { PublishPlan } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import type { Store } from "../model/store.ts";
import { chosen } from "../publish/place.ts";
import { expectedIn } from "../publish/presence.ts";
import { observe, type Observed, type Published, type Read, type Tags } from "../publish/watch.ts";
import { readAddress } from "../store/address.ts";
import { httpClient } from "../store/http.ts";
import { releaseBase } from "../store/remote-release.ts";
import { stores } from "../store/table.ts";
import { aboutPlan } from "./about.ts";
import { refuseNeedless } from "./needless.ts";
import type { Options } from "./options.ts";
import { whyNowhere } from "./output/nowhere.ts";
import { storeContext } from "./publishing/context.ts";
import { firstSight } from "./publishing/first-sight.ts";
import { knownRelease } from "./publishing/known.ts";
import { type Where, whereAsked } from "./publishing/where.ts";

/** Looks once at one place. */
export interface Watcher {
  readonly name: string;
  look(tags: Tags, signal: AbortSignal): Promise<Observed>;
}

/** Milliseconds in which nothing comes before a server is given up. */
const silence = 30_000;

/** Of addresses, and of stores of the config by their names; without any, of all that the config publishes to. */
export async function watchersOf(places: readonly string[], options: Options): Promise<readonly Watcher[]> {
  const addresses = places.filter((place) => /^https?:\/\//i.test(place));
  const names = places.filter((place) => !addresses.includes(place));
  if (names.length === 0 && places.length > 0)
    refuseNeedless(options, ["release"], {
      why: "an address is compared with what it first showed",
      hint: "Name a store of the config, whose release is known.",
    });
  const where = names.length > 0 || places.length === 0 ? await whereAsked(options, options.release) : undefined;
  const planned = where?.publish ?? [];
  const unknown = names.find((name) => !planned.some(({ store }) => store === name));
  if (unknown !== undefined)
    throw new Problem("usage", `${unknown} is no store that the config publishes to`, {
      expected: `a store (${planned.map(({ store }) => store).join(", ")}), or an address that begins with https://`,
      hint: didYouMean(
        unknown,
        planned.map(({ store }) => store),
      ),
    });
  const watched = planned.filter(({ store }) => names.length === 0 || names.includes(store));
  if (addresses.length + watched.length === 0)
    throw new Problem("usage", `there is nothing to watch: ${whyNowhere(where?.plan)}`, {
      expected: "an address, or a store of the config",
    });
  return [
    ...watched.flatMap((place) => (where === undefined ? [] : [storeWatcher(place, where)])),
    ...addresses.map(addressWatcher),
  ];
}

function addressWatcher(address: string): Watcher {
  const base = releaseBase(address);
  return {
    name: address,
    async look(tags, signal) {
      const http = httpClient({ env: process.env, signal, silence });
      try {
        const read = (name: string, most: number, tag?: string): Promise<Read> =>
          readAddress(http, base, { name, tag, most });
        const published = await firstSight(base.href, read);
        const sizes = new Map(published.map(({ name, size }) => [name, size]));
        // One byte more than there should be is enough to see that it is another file.
        const place = {
          name: address,
          published,
          read: (name: string, tag: string | undefined) => read(name, (sizes.get(name) ?? 0) + 64 * 1024 * 1024, tag),
        };
        return await observe(place, tags, signal);
      } finally {
        http.close();
      }
    },
  };
}

function storeWatcher(place: PublishPlan, where: Where): Watcher {
  return {
    name: place.store,
    async look(tags, signal) {
      const { store, published } = await openWatched(place, where, signal);
      try {
        const read = (name: string): Promise<Read> => readStore(store, name);
        return await observe(
          {
            name: place.store,
            names: store.names,
            published: published ?? (await sightOf(place, where, read)),
            read,
          },
          tags,
          signal,
        );
      } finally {
        await store.close();
      }
    },
  };
}

/** `published` is undefined where no release is kept here. */
async function openWatched(
  place: PublishPlan,
  where: Where,
  signal: AbortSignal,
): Promise<{ readonly store: Store; readonly published: readonly Published[] | undefined }> {
  const { folder, plan } = where;
  const known = existsSync(join(folder, "release.json")) ? await knownRelease(where, signal) : undefined;
  const about = known?.about ?? (plan === undefined ? undefined : aboutPlan(plan));
  if (about === undefined) throw new Error("neither a release nor a plan");
  const artifacts = known === undefined ? undefined : chosen(place, { stores, artifacts: known.artifacts });
  const context = { ...storeContext({ ...where, signal }, about), artifacts };
  const store = await stores.get(place.kind)?.open(place.options, context);
  if (store === undefined) throw new Error(`no kind ${place.kind}`);
  const published = artifacts?.flatMap((artifact) =>
    store.read === undefined
      ? expectedIn(store, artifact).map(({ name, digest }) => ({ name, digest, size: artifact.size }))
      : [{ name: artifact.name, digest: artifact.digest, size: artifact.size }],
  );
  return { store, published };
}

function sightOf(
  place: PublishPlan,
  { root, folder }: Where,
  read: (name: string) => Promise<Read>,
): Promise<readonly Published[]> {
  return firstSight(JSON.stringify([root, folder, place.store, place.options]), read);
}

async function readStore(store: Store, name: string): Promise<Read> {
  if (store.read === undefined) {
    const found = await store.look(name);
    return found === undefined ? { state: "gone" } : { state: "told", digest: found.digest };
  }
  const bytes = await store.read(name);
  return bytes === undefined ? { state: "gone" } : { state: "there", bytes };
}
