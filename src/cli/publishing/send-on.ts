/** Sends a Release that was verified here on to more places, with its images where one of them takes images. */
import type { Release } from "../../format/release.ts";
import type { Artifact } from "../../model/artifact.ts";
import type { Plan } from "../../model/plan.ts";
import { Problem } from "../../model/problem.ts";
import { chosen } from "../../publish/place.ts";
import { publish, type StoreResult } from "../../publish/publish.ts";
import { openReleased } from "../../store/released.ts";
import { stores } from "../../store/table.ts";
import { aboutRelease } from "../about.ts";
import { type Destinations, destinations } from "../mirroring/destinations.ts";
import { withImages } from "../mirroring/images.ts";
import type { Options } from "../options.ts";
import { storeContext } from "./context.ts";
import { refuseYanked } from "./yanked.ts";

export interface SendRequest {
  readonly folder: string;
  readonly layout: Plan["release"]["layout"];
  /** Names of what is not in the folder, since it is kept in registries. */
  readonly elsewhere: ReadonlySet<string>;
  /** Stores of the config, folders, `oci:FOLDER`, registries. */
  readonly to: readonly string[];
  readonly options: Options;
  readonly signal: AbortSignal;
}

export interface Mirrored {
  readonly product: string;
  readonly version: string;
  /** Images that stay in their registries: no place takes them, or they were not to be taken. */
  readonly left: readonly string[];
  readonly results: readonly StoreResult[];
}

export async function sendOn({ folder, layout, elsewhere, to, options, signal }: SendRequest): Promise<Mirrored> {
  const { release, artifacts, from } = await openReleased(folder, layout);
  await refuseYanked(folder, artifacts);
  const places = await destinations(to, { version: release.version, folder }, options);
  refuseOtherTag(places, release);
  const images = artifacts.filter(
    (artifact) => elsewhere.has(artifact.name) && options.images !== false && isTaken(artifact, places.publish),
  );
  const left = artifacts.filter((artifact) => elsewhere.has(artifact.name) && !images.includes(artifact));
  const going = artifacts.filter((artifact) => !left.includes(artifact));
  const about = aboutRelease(release, { artifacts: going, from }, places.plan);
  const context = storeContext({ ...places, folder, signal, drafts: options.drafts }, about);
  const results = await withImages(from, { images, epoch: release.epoch, options, signal }, (whole) =>
    publish({ publish: places.publish, artifacts: going, from: whole, stores, context, journal: undefined, signal }),
  );
  return { product: release.product, version: release.version, left: left.map(({ name }) => name).toSorted(), results };
}

function isTaken(artifact: Artifact, publishing: Destinations["publish"]): boolean {
  return publishing.some((place) => chosen(place, { stores, artifacts: [artifact] }).length > 0);
}

function refuseOtherTag({ plan, publish: places }: Destinations, { tag }: Release): void {
  if (plan === undefined || plan.tag === "" || plan.tag === tag) return;
  const names = places.map(({ store }) => store).join(", ");
  throw new Problem("usage", `${names} would be that of ${plan.tag}, and this is ${tag}`, {
    hint: `Check out ${tag} first: what the config says of a place may depend on it.`,
  });
}
