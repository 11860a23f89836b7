/** Generic packages, as GitLab's registry has them (docs.gitlab.com/user/packages/generic_packages). */
import { createHash } from "node:crypto";
import { setImmediate as soon } from "node:timers/promises";

import {
  type Answer,
  type Asking,
  type FakeFile,
  type FakePackage,
  forbidden,
  notFound,
  pageOf,
  type State,
} from "./state.ts";

export async function answerPackages(state: State, asking: Asking): Promise<Answer> {
  const { method, parts, token } = asking;
  if (parts[1] === "generic") return method === "PUT" ? upload(state, asking) : download(state, asking);
  if (parts.length === 1) return listPackages(state, asking);
  const [, packageId, , fileId] = parts;
  const found = state.packages.find(({ id }) => `${id}` === packageId);
  if (found === undefined) return notFound;
  if (method === "GET")
    return pageOf(
      state,
      asking,
      found.files.map((file) => shown(state, found, file)),
    );
  // Only maintainers remove what is there.
  if ((token?.role ?? 0) < 40) return forbidden;
  if (fileId === undefined) state.packages.splice(state.packages.indexOf(found), 1);
  else found.files = found.files.filter(({ id }) => `${id}` !== fileId);
  return { status: 204 };
}

function listPackages(state: State, asking: Asking): Answer {
  const query = asking.url.searchParams;
  const status = query.get("status") ?? "default";
  const found = state.packages.filter(
    (one) =>
      one.status === status &&
      // By name it is a search.
      one.name.includes(query.get("package_name") ?? "") &&
      (query.get("package_version") ?? one.version) === one.version,
  );
  const created = new Date(0).toISOString();
  return pageOf(
    state,
    asking,
    found.map(({ id, name, version }) => ({ id, name, version, package_type: "generic", status, created_at: created })),
  );
}

async function upload(state: State, { parts, url, body, token }: Asking): Promise<Answer> {
  const [, , name = "", version = "", file = ""] = parts;
  if ((token?.role ?? 0) < 30) return forbidden;
  const fits = /^[A-Za-z0-9._+-]+$/.test(name) && /^(?!.*\.\.)[\w+.-]+$/.test(version);
  if (!fits || !/^(?!~)[A-Za-z0-9._+~-]+(?<!~)$/.test(file))
    return { status: 400, json: { error: "file_name is invalid" } };
  let found = state.packages.find((one) => one.name === name && one.version === version);
  if (found === undefined) {
    found = { id: (state.nextId += 1), name, version, status: "default", files: [], busy: 0 };
    state.packages.push(found);
  }
  // "Attempts to concurrently upload multiple files may face partial failures": here they always do.
  found.busy += 1;
  await soon();
  const isAlone = found.busy === 1;
  found.busy -= 1;
  if (!isAlone) return { status: 400, json: { message: "uploads to one package at once" } };
  if (state.odd.duplicates === false && found.files.some((one) => one.name === file))
    return { status: 400, json: { message: "400 Bad request - Duplicate package is not allowed" } };
  found.status = url.searchParams.get("status") ?? found.status;
  const kept: FakeFile = { id: (state.nextId += 1), name: file, bytes: body };
  found.files.push(kept);
  const isSelected = url.searchParams.get("select") === "package_file";
  return { status: 201, json: isSelected ? shown(state, found, kept) : { message: "201 Created" } };
}

/** The newest of a name. */
export function newestFile({ packages }: State, parts: readonly string[]): FakeFile | undefined {
  const [, , name, version, file] = parts;
  return packages
    .find((one) => one.name === name && one.version === version)
    ?.files.findLast((one) => one.name === file);
}

function download(state: State, { parts }: Asking): Answer {
  const found = newestFile(state, parts);
  if (found === undefined) return notFound;
  if (state.odd.storage !== undefined)
    return { status: 302, headers: { location: `${state.odd.storage}/${found.id}` } };
  return { status: 200, bytes: found.bytes };
}

function shown({ odd }: State, { id: packageId }: FakePackage, { id, name, bytes }: FakeFile): object {
  const sha256 = odd.saysDigests === false ? null : createHash("sha256").update(bytes).digest("hex");
  return {
    id,
    package_id: packageId,
    created_at: new Date(0).toISOString(),
    file_name: name,
    size: bytes.length,
    file_sha256: sha256,
  };
}
