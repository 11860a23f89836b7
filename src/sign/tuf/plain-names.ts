/** Names without hashes for the release.json of every channel, and of the release it is at. */
import { unsafePath } from "../../format/unsafe-path.ts";
import type { Change, TufRepository } from "./repository.ts";

/** `stable/release.json` beside `stable/HASH.release.json`, for people and for clients that do not put hashes into names. */
export function plainNames({ targets }: TufRepository): readonly Change[] {
  return Object.entries(targets?.signed.targets ?? {}).flatMap(([path, { hashes, custom }]) => {
    const said = custom?.["slipway"] as { readonly channel?: unknown; readonly version?: unknown } | undefined;
    const { sha256 } = hashes;
    if (said === undefined || sha256 === undefined || path !== `${String(said.channel)}/release.json`) return [];
    const folders = [said.channel, said.version].map(String);
    if (folders.some((folder) => unsafePath(`${folder}/release.json`) !== undefined)) return [];
    return folders.map((folder) => ({
      path: `targets/${folder}/release.json`,
      from: `targets/${folder}/${sha256}.release.json`,
    }));
  });
}
