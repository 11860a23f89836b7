/** What GitLab's documentation says of releases, packages and what they need; each operation names the page it was written from. */
import { list, maybeText, number, object, type Operation, paged, refusal, text, time } from "./schemas.ts";

const linkType = { enum: ["other", "runbook", "image", "package"] } as const;
const link = object({ id: number, name: text, url: text, direct_asset_url: text, link_type: linkType }, [
  "id",
  "name",
  "url",
  "link_type",
]);
const newLink = object({ name: text, url: text, direct_asset_path: text, link_type: linkType }, ["name", "url"]);
const release = object(
  {
    tag_name: text,
    name: text,
    description: maybeText,
    created_at: time,
    released_at: time,
    upcoming_release: { type: "boolean" },
    commit: object({ id: text, short_id: text, title: text }, ["id"], true),
    milestones: list(object({ title: text }, ["title"], true)),
    assets: object({ count: number, sources: list(object({ format: text, url: text })), links: list(link) }),
  },
  ["tag_name", "name", "created_at", "released_at", "commit", "assets"],
);
const newRelease = object(
  {
    tag_name: text,
    tag_message: text,
    name: text,
    description: text,
    ref: text,
    milestones: list(text),
    assets: object({ links: list(newLink) }),
    released_at: time,
  },
  ["tag_name"],
);
const file = object(
  {
    id: number,
    package_id: number,
    created_at: time,
    file_name: text,
    size: number,
    file_md5: maybeText,
    file_sha1: maybeText,
    file_sha256: maybeText,
  },
  ["id", "package_id", "created_at", "file_name", "size"],
  true,
);
const pack = object(
  { id: number, name: text, version: text, package_type: text, status: text, created_at: time },
  ["id", "name", "package_type"],
  true,
);
const access = { anyOf: [{ type: "null" }, object({ access_level: number }, ["access_level"], true)] };

const releases = "https://docs.gitlab.com/api/releases/";
const links = "https://docs.gitlab.com/api/releases/links/";
const packages = "https://docs.gitlab.com/api/packages/";
const generic = "https://docs.gitlab.com/user/packages/generic_packages/";

/** By method and path, where `*` is one part of it. */
export const operations: Readonly<Record<string, Operation>> = {
  "GET /version": {
    page: "https://docs.gitlab.com/api/version/",
    answers: { 200: object({ version: text, revision: text }) },
  },
  "GET /job": { page: "https://docs.gitlab.com/api/jobs/", answers: { 200: object({ id: number }, ["id"], true) } },
  "GET /personal_access_tokens/self": {
    page: "https://docs.gitlab.com/api/personal_access_tokens/",
    answers: {
      200: object(
        {
          id: number,
          name: text,
          revoked: { type: "boolean" },
          active: { type: "boolean" },
          scopes: list(text),
          expires_at: maybeText,
        },
        undefined,
        true,
      ),
    },
  },
  "GET /projects/*": {
    page: "https://docs.gitlab.com/api/projects/",
    answers: {
      200: object(
        {
          id: number,
          path_with_namespace: text,
          permissions: object({ project_access: access, group_access: access }),
        },
        ["id", "path_with_namespace"],
        true,
      ),
    },
  },
  "GET /projects/*/repository/tags/*": {
    page: "https://docs.gitlab.com/api/tags/",
    answers: { 200: object({ name: text, commit: object({ id: text }, ["id"], true) }, undefined, true) },
  },
  "DELETE /projects/*/repository/tags/*": { page: "https://docs.gitlab.com/api/tags/", answers: { 204: true } },
  "GET /projects/*/repository/commits/*": {
    page: "https://docs.gitlab.com/api/commits/",
    answers: { 200: object({ id: text }, ["id"], true) },
  },
  "GET /projects/*/releases": { page: releases, query: object(paged, []), answers: { 200: list(release) } },
  "GET /projects/*/releases/*": { page: releases, answers: { 200: release } },
  "GET /projects/*/releases/permalink/latest": { page: releases, answers: { 302: true } },
  "POST /projects/*/releases": {
    page: releases,
    body: newRelease,
    answers: { 201: release, 409: refusal, 422: refusal },
  },
  "PUT /projects/*/releases/*": {
    page: releases,
    body: object({ name: text, description: text, milestones: list(text), released_at: time }, []),
    answers: { 200: release },
  },
  "DELETE /projects/*/releases/*": { page: releases, answers: { 200: release } },
  "GET /projects/*/releases/*/downloads/*": { page: releases, answers: { 302: true } },
  "GET /projects/*/releases/*/assets/links": { page: links, query: object(paged, []), answers: { 200: list(link) } },
  "POST /projects/*/releases/*/assets/links": { page: links, body: newLink, answers: { 201: link } },
  "DELETE /projects/*/releases/*/assets/links/*": { page: links, answers: { 200: link } },
  "GET /projects/*/packages": {
    page: packages,
    query: object(
      {
        ...paged,
        package_type: text,
        package_name: text,
        package_version: text,
        status: { enum: ["default", "hidden", "processing", "error", "pending_destruction", "deprecated"] },
      },
      [],
    ),
    answers: { 200: list(pack) },
  },
  "DELETE /projects/*/packages/*": { page: packages, answers: { 204: true } },
  "GET /projects/*/packages/*/package_files": {
    page: packages,
    query: object(paged, []),
    answers: { 200: list(file) },
  },
  "DELETE /projects/*/packages/*/package_files/*": { page: packages, answers: { 204: true } },
  "PUT /projects/*/packages/generic/*/*/*": {
    page: generic,
    query: object({ status: { enum: ["default", "hidden"] }, select: { const: "package_file" } }, []),
    body: "bytes",
    answers: { 200: file, 201: { anyOf: [file, object({ message: text })] } },
  },
  "GET /projects/*/packages/generic/*/*/*": { page: generic, answers: { 200: true, 302: true } },
};
