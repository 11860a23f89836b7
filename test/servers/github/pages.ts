/** What of the fake GitHub browsers open: files of releases, and the host that keeps them. */
import type { IncomingMessage, ServerResponse } from "node:http";

import { storageAddress } from "./assets.ts";
import type { Answer } from "./endpoint.ts";
import { type Asset, published, type State } from "./state.ts";

interface Site {
  readonly state: State;
  /** Address of the host that keeps files. */
  readonly storage: string;
  readonly strange: string[];
  /** Names that repositories had before, to those they have. */
  readonly moved: ReadonlyMap<string, string>;
}

/** What a browser opens: `/acme/tool/releases/download/v1/tool.zip`, which leads to the host that keeps files. */
export function page({ state, storage, strange, moved }: Site, request: IncomingMessage, { pathname }: URL): Answer {
  if (request.headers.authorization !== undefined) strange.push(`${pathname} was asked with a token`);
  const parts = pathname.split("/").map(decodeURIComponent);
  const [, owner, repo, , what, tag, file] = parts;
  const name = moved.get(`${owner}/${repo}`);
  if (name !== undefined) return { status: 301, headers: { location: pathname.replace(`${owner}/${repo}`, name) } };
  const repository = state.repositories.get(`${owner}/${repo}`);
  if (repository === undefined || repository.private || what !== "download") return { status: 404 };
  const release = published(repository).find((one) => one.tag === tag);
  const asset = release?.assets.find((one) => one.name === file && one.state === "uploaded");
  return asset === undefined ? { status: 404 } : { status: 302, headers: { location: storageAddress(storage, asset) } };
}

/** The host that keeps files lets in whoever has a signed address, and nobody who sends a token too. */
export function keep(state: State, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "", "http://storage");
  const id = url.pathname.split("/").at(-1) ?? "";
  const all = [...state.repositories.values()].flatMap((repository) =>
    repository.releases.flatMap((one) => one.assets),
  );
  const asset: Asset | undefined = all.find((one) => `${one.id}` === id);
  const isSigned = url.searchParams.get("X-Amz-Signature") === `${id}abc`;
  if (request.headers.authorization !== undefined)
    return void response.writeHead(400).end("Only one auth mechanism allowed");
  if (!isSigned) return void response.writeHead(403).end();
  if (asset === undefined) return void response.writeHead(404).end();
  response.writeHead(200, { "content-length": asset.bytes.length }).end(asset.bytes);
}
