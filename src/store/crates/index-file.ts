/** The sparse index of a registry of crates (The Cargo Book, "Registry Index"): where it answers, and which versions it has. */
import { z } from "zod";

import { type Digest, digestOfHex } from "../../model/artifact.ts";
import type { JsonApi } from "../json-api.ts";
import { Problem } from "../../model/problem.ts";

export interface IndexConfig {
  /** Template or beginning of download addresses. */
  readonly dl: string;
  /** Where the web API answers; ends in a slash. */
  readonly api: URL;
  /** Whether the index and downloads want the token as well. */
  readonly wantsLogin: boolean;
}

const configSchema = z.looseObject({
  dl: z.string(),
  api: z.string().nullish(),
  "auth-required": z.boolean().nullish(),
});

/** Its `config.json`. Fails with `store.failed` where it takes no uploads. */
export async function readIndexConfig(api: JsonApi, index: URL): Promise<IndexConfig> {
  const path = new URL("config.json", index);
  const {
    dl,
    api: address,
    ...rest
  } = (await api.must(`read ${path.host}${path.pathname}`, { method: "GET", path })).as(configSchema);
  const url = typeof address === "string" ? URL.parse(`${address.replace(/\/+$/, "")}/`) : null;
  if (url === null)
    throw new Problem("store.failed", `${index.host} takes no crates: its index names no address for that`, {
      hint: "Is it the sparse index of a registry with a web API?",
    });
  return { dl, api: url, wantsLogin: rest["auth-required"] === true };
}

export interface IndexedCrate {
  readonly digest: Digest;
  readonly isYanked: boolean;
}

const lineSchema = z.looseObject({
  name: z.string(),
  vers: z.string(),
  cksum: z.string().regex(/^[0-9a-f]{64}$/),
  yanked: z.boolean().nullish(),
});

/** Thousands of versions with all their dependencies. */
const mostLines = 64 * 1024 * 1024;

/** All versions of a crate; undefined where there is no such crate. */
export async function readVersions(
  api: JsonApi,
  index: URL,
  name: string,
): Promise<ReadonlyMap<string, IndexedCrate> | undefined> {
  const path = new URL(indexPath(name), index);
  const answer = await api.ask({ method: "GET", path, headers: { accept: "text/plain, */*" } }, mostLines);
  if ([404, 410, 451].includes(answer.status)) return undefined;
  if (answer.status !== 200) throw api.refusal(`look at the crate ${name}`, answer);
  const lines = Buffer.from(answer.bytes).toString("utf8").split("\n");
  return new Map(lines.filter((line) => line.trim() !== "").map((line) => versionIn(line, name)));
}

function versionIn(line: string, name: string): readonly [string, IndexedCrate] {
  try {
    const { vers, cksum, yanked } = lineSchema.parse(JSON.parse(line));
    return [vers, { digest: digestOfHex(cksum), isYanked: yanked === true }];
  } catch {
    throw new Problem("store.failed", `the index says something of the crate ${name} that cannot be read`);
  }
}

/** Where a crate's versions stand: `ab/cd/abcd`, short names in folders of their length. */
export function indexPath(name: string): string {
  const lower = name.toLowerCase();
  if (lower.length <= 2) return `${lower.length}/${lower}`;
  if (lower.length === 3) return `3/${lower[0]}/${lower}`;
  return `${lower.slice(0, 2)}/${lower.slice(2, 4)}/${lower}`;
}

/** Where a version is downloaded; an address without marks has the crate and the version put behind it. */
export function downloadUrl(
  dl: string,
  { name, version, digest }: { readonly name: string; readonly version: string; readonly digest: Digest },
): URL {
  const prefix = indexPath(name).split("/").slice(0, -1).join("/");
  const marks: Readonly<Record<string, string>> = {
    crate: name,
    version,
    // Cargo's prefix keeps the case of the name.
    prefix:
      name.length <= 3
        ? prefix.replace(/\w$/, (letter) => (name.length === 3 ? (name[0] ?? letter) : letter))
        : `${name.slice(0, 2)}/${name.slice(2, 4)}`,
    lowerprefix: prefix,
    "sha256-checksum": digest.slice("sha256:".length),
  };
  const filled = dl.replace(
    /\{(crate|version|prefix|lowerprefix|sha256-checksum)\}/g,
    (whole, mark: string) => marks[mark] ?? whole,
  );
  const url = URL.parse(filled === dl ? `${dl}/${name}/${version}/download` : filled);
  if (url === null) throw new Problem("store.failed", `"${dl}" is no address that crates are downloaded from`);
  return url;
}
