/** Sends a Release that was verified here on to one more place. */
import { resolve } from "node:path";

import { findConfig } from "../../input/config/find.ts";
import type { Plan } from "../../model/plan.ts";
import { Problem } from "../../model/problem.ts";
import { publish, type StoreResult } from "../../publish/publish.ts";
import { openReleased } from "../../store/released.ts";
import { stores } from "../../store/table.ts";
import { aboutRelease } from "../about.ts";
import type { Options } from "../options.ts";
import { storeContext } from "./context.ts";
import { onlyTo, type Where, whereAsked } from "./where.ts";

export interface SendRequest {
  readonly folder: string;
  readonly layout: Plan["release"]["layout"];
  /** Names of what is not in the folder, since it is kept elsewhere. */
  readonly left: ReadonlySet<string>;
  /** A store of the config, or a folder. */
  readonly to: string;
  readonly options: Options;
  readonly signal: AbortSignal;
}

export interface Mirrored {
  readonly product: string;
  readonly version: string;
  /** What stays where it is: images in registries. */
  readonly left: readonly string[];
  readonly result: StoreResult;
}

export async function sendOn({ folder, layout, left, to, options, signal }: SendRequest): Promise<Mirrored> {
  const { release, artifacts, from } = await openReleased(folder, layout);
  const going = artifacts.filter(({ name }) => !left.has(name));
  const { root, publish: places, plan } = await destination(to, release.version, folder, options);
  if (plan !== undefined && plan.tag !== "" && plan.tag !== release.tag)
    throw new Problem("usage", `${to} would be that of ${plan.tag}, and this is ${release.tag}`, {
      hint: `Check out ${release.tag} first: what the config says of a place may depend on it.`,
    });
  const about = aboutRelease(release, { artifacts: going, from }, plan);
  const [result] = await publish({
    publish: places,
    artifacts: going,
    from,
    stores,
    context: storeContext({ root, folder, signal, drafts: options.drafts }, about),
    journal: undefined,
    signal,
  });
  if (result === undefined) throw new Error("one place, and no result");
  return { product: release.product, version: release.version, left: [...left].toSorted(), result };
}

/** A path is a folder; a word is a store. */
async function destination(
  to: string,
  version: string,
  release: string,
  options: Options,
): Promise<Pick<Where, "root" | "publish" | "plan">> {
  if (/[/\\]|^\.+$/.test(to)) return { root: process.cwd(), publish: onlyTo(resolve(to), release), plan: undefined };
  const unknown = new Problem("usage", `${to} is no store that the config publishes to`, {
    expected: "the name of a store, or a folder with a slash in it: ./NAME",
  });
  if ((await findConfig(process.cwd())) === undefined) throw unknown;
  const { root, publish: places, plan } = await whereAsked(options, version);
  const chosen = places.filter(({ store }) => store === to);
  if (chosen.length === 0) throw unknown;
  return { root, publish: chosen.slice(0, 1), plan };
}
