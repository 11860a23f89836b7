/** TUF metadata that a trust file's root vouches for: followed where the operator says it is published. */
import { join, resolve } from "node:path";

import { Problem } from "../../model/problem.ts";
import { httpClient } from "../../store/http.ts";
import type { FollowMetadata } from "../../verify/trust.ts";
import { listedStatement } from "../../verify/tuf/channel.ts";
import type { FetchMetadata } from "../../verify/tuf/client.ts";
import { metadataFolder } from "../../verify/tuf/folder.ts";
import { stateFolder } from "../state-folder.ts";
import { metadataAt } from "../tuf-fetch.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Milliseconds in which nothing comes before a server is given up. */
const silence = 30_000;

/** `place` is an address or a folder, that of timestamp.json. */
export function followMetadata(place: string | undefined, env: Environment): FollowMetadata {
  return (trustedRoot) => async (statement) => {
    if (place === undefined)
      throw new Problem(
        "verify.unavailable",
        "the trust file has a root, and nobody said where its metadata is: --metadata, with the address or the folder of timestamp.json",
      );
    const state = join(stateFolder(env, process.platform), "trust");
    const now = Math.floor(Date.now() / 1000);
    const { paths, newer } = await withFetch(place, env, (fetch) =>
      listedStatement({ trustedRoot, state, now, fetch }, statement),
    );
    const old = newer === undefined ? "" : `; it is not the newest: ${newer.path} is ${newer.version}`;
    return `listed as ${paths.join(" and ")}${old}`;
  };
}

async function withFetch<T>(place: string, env: Environment, work: (fetch: FetchMetadata) => Promise<T>): Promise<T> {
  if (!/^https?:\/\//i.test(place)) return work(metadataFolder(resolve(place)));
  const url = URL.parse(place);
  if (url === null) throw new Problem("usage", `--metadata: ${JSON.stringify(place)} is no address`);
  const client = httpClient({ env, silence });
  try {
    return await work(metadataAt(url, client));
  } finally {
    client.close();
  }
}
