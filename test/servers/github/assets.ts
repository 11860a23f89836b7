/** Files of releases of the fake GitHub: renamed as GitHub does, refused where the name is taken, left behind where an upload breaks. */
import { type Answer, type Asked, type Endpoint, invalid, paged, refusal } from "./endpoint.ts";
import { byId } from "./releases.ts";
import { assetJson } from "./shown.ts";
import { type Asset, type FakeRelease, listed, note, type Repository } from "./state.ts";

const at = "/repos/{owner}/{repo}/releases";

export const assets: readonly Endpoint[] = [
  { method: "GET", path: `${at}/{release_id}/assets`, handle: list },
  { method: "POST", path: `${at}/{release_id}/assets`, handle: upload },
  { method: "GET", path: `${at}/assets/{asset_id}`, handle: read },
  { method: "PATCH", path: `${at}/assets/{asset_id}`, handle: rename },
  { method: "DELETE", path: `${at}/assets/{asset_id}`, handle: remove },
];

interface Found {
  readonly release: FakeRelease;
  readonly asset: Asset;
}

function find(repository: Repository, id: string | undefined): Found | undefined {
  for (const release of repository.releases)
    for (const asset of release.assets) if (`${asset.id}` === id) return { release, asset };
  return undefined;
}

function list(asked: Asked): Answer {
  const release = byId(asked);
  if (release === undefined) return refusal(404, "Not Found");
  return paged(
    listed(asked.state, release.assets).map((asset) => assetJson(asked, release, asset)),
    asked,
  );
}

function upload(asked: Asked): Answer {
  const { query, request, bytes, state, repository, act } = asked;
  const release = byId(asked);
  if (release === undefined) return refusal(404, "Not Found");
  if (release.immutable) return invalid("ReleaseAsset", "custom", "release is immutable");
  const name = renamed(query.get("name") ?? "");
  if (name === "") return invalid("ReleaseAsset", "missing_field", "name");
  if (release.assets.some((other) => other.name === name)) return invalid("ReleaseAsset", "already_exists", "name");
  const isBroken = bytes.length < Number(request.headers["content-length"]) || (act !== undefined && "status" in act);
  const asset: Asset = {
    id: state.next(),
    name,
    label: query.get("label") ?? "",
    state: isBroken ? "starter" : "uploaded",
    contentType: request.headers["content-type"] ?? "",
    bytes: isBroken ? Buffer.alloc(0) : bytes,
    hasDigest: state.digests,
    made: state.next(),
  };
  release.assets.push(asset);
  note(repository);
  return { status: 201, json: assetJson(asked, release, asset) };
}

/** Where bytes are asked for, they are on another host, whose address is signed. */
function read(asked: Asked): Answer {
  const found = find(asked.repository, asked.params["asset_id"]);
  if (found === undefined) return refusal(404, "Not Found");
  if (!(asked.request.headers.accept ?? "").includes("octet-stream"))
    return { status: 200, json: assetJson(asked, found.release, found.asset) };
  return { status: 302, headers: { location: storageAddress(asked.storage, found.asset) } };
}

export function storageAddress(storage: string, { id }: Asset): string {
  return `${storage}/blobs/${id}?X-Amz-Signature=${id}abc&X-Amz-Expires=300`;
}

function rename(asked: Asked): Answer {
  const { repository, params, json } = asked;
  const found = find(repository, params["asset_id"]);
  if (found === undefined) return refusal(404, "Not Found");
  const { release, asset } = found;
  if (release.immutable) return invalid("ReleaseAsset", "custom", "release is immutable");
  const name = typeof json["name"] === "string" ? renamed(json["name"]) : asset.name;
  if (release.assets.some((other) => other !== asset && other.name === name))
    return invalid("ReleaseAsset", "already_exists", "name");
  asset.name = name;
  if (typeof json["label"] === "string") asset.label = json["label"];
  note(repository);
  return { status: 200, json: assetJson(asked, release, asset) };
}

function remove({ repository, params }: Asked): Answer {
  const found = find(repository, params["asset_id"]);
  if (found === undefined) return refusal(404, "Not Found");
  if (found.release.immutable) return invalid("ReleaseAsset", "custom", "release is immutable");
  found.release.assets.splice(found.release.assets.indexOf(found.asset), 1);
  return { status: 204 };
}

/** Blanks, tildes, brackets and the like become dots, as people have seen it. */
function renamed(name: string): string {
  const plain = name.normalize("NFD").replaceAll(/\p{Mn}/gu, "");
  const dotted = (plain.startsWith(".") ? `default${plain}` : plain)
    .replaceAll(/[^\w.+@-]+/g, ".")
    .replaceAll(/\.\.+/g, ".");
  return dotted.replace(/\.$/, "");
}
