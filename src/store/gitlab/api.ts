/** GitLab's API of releases, release links and generic packages (docs.gitlab.com/api/releases, .../api/packages), as far as a store needs it. */
import { z } from "zod";

import type { JsonObject } from "../../model/json.ts";
import { Problem } from "../../model/problem.ts";
import { notSeen } from "../forge/situations.ts";
import type { HttpBody, HttpClient } from "../http.ts";
import { firstBytes } from "../http/first-bytes.ts";
import { type ApiAnswer, jsonApi, type JsonApi } from "../json-api.ts";
import {
  type GitlabProject,
  type GitlabRelease,
  linkSchema,
  type PackageFile,
  packageFileSchema,
  packageSchema,
  projectSchema,
  type ReleaseLink,
  releaseSchema,
} from "./shapes.ts";

/** A package of generic files: its name and version. */
export interface PackageName {
  readonly name: string;
  readonly version: string;
}

export interface GitlabApi {
  readonly api: JsonApi;
  readonly http: HttpClient;
  /** Fails with `store.denied` where nobody sees it with this token. */
  project(): Promise<GitlabProject>;
  releaseOf(tag: string): Promise<GitlabRelease | undefined>;
  releases(): Promise<readonly GitlabRelease[]>;
  /** Undefined where the tag has a release already. */
  create(release: JsonObject & { readonly tag_name: string }): Promise<GitlabRelease | undefined>;
  edit(tag: string, text: JsonObject): Promise<GitlabRelease>;
  /** Takes away a release, which leaves its tag. */
  remove(tag: string): Promise<void>;
  /** Tag of the release that is shown as the latest. */
  latest(): Promise<string | undefined>;
  links(tag: string): Promise<readonly ReleaseLink[]>;
  link(tag: string, link: JsonObject): Promise<ReleaseLink>;
  unlink(tag: string, id: number): Promise<void>;
  /** The commit a tag stands for; undefined where there is no such tag. */
  commitOf(tag: string): Promise<string | undefined>;
  removeTag(tag: string): Promise<void>;
  /** Whether the forge has a commit, or a branch. */
  hasCommit(ref: string): Promise<boolean>;
  /** Files of a package, hidden or not, oldest first. */
  files(of: PackageName): Promise<readonly PackageFile[]>;
  upload(
    to: PackageName,
    name: string,
    options: { readonly body: HttpBody; readonly isListed: boolean },
  ): Promise<PackageFile>;
  /** False where the token may not remove files. */
  removeFile(file: PackageFile): Promise<boolean>;
  removePackage(id: number): Promise<boolean>;
  /** Where a file of a package is downloaded. */
  fileUrl(of: PackageName, name: string): URL;
  /** Bytes behind an address of this GitLab; undefined where there are none. */
  download(url: URL, as: "nobody" | "owner"): Promise<AsyncIterable<Uint8Array> | undefined>;
}

export interface GitlabApiOptions {
  readonly http: HttpClient;
  /** The forge's address, with a slash at its end. */
  readonly web: URL;
  /** `acme/tools/tool`, or a number. */
  readonly project: string;
  /** Header that lets in, with its value. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Where the token was looked for. */
  readonly looked: string;
}

const ofPackages =
  "Its administrator limits sizes; the group's settings under Packages and registries say whether a file may come twice.";

export function gitlabApi({ http, web, project, credentials, looked }: GitlabApiOptions): GitlabApi {
  const base = new URL("api/v4/", web);
  const api = jsonApi({ http, base, credentials, looked });
  const root = `projects/${encodeURIComponent(project)}`;
  const releasePath = (tag: string): string => `${root}/releases/${encodeURIComponent(tag)}`;
  const found = (what: string, answer: ApiAnswer): ApiAnswer | undefined => {
    if (answer.status === 404) return undefined;
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw api.refusal(what, answer);
  };
  const remove = async (what: string, path: string): Promise<boolean> => {
    const answer = await api.ask({ method: "DELETE", path: `${root}/${path}` });
    if (answer.status === 403) return false;
    found(what, answer);
    return true;
  };
  const list = async <T>(what: string, path: string, item: z.ZodType<T>, query = {}): Promise<readonly T[]> =>
    api.list(what, { method: "GET", path: `${root}/${path}`, query: { per_page: 100, ...query } }, z.array(item));
  const fileUrl = ({ name, version }: PackageName, file: string): URL =>
    new URL(`${root}/packages/generic/${[name, version, file].map(encodeURIComponent).join("/")}`, base);

  return {
    api,
    http,
    fileUrl,
    async project() {
      const answer = found(`look at ${web.host}/${project}`, await api.ask({ method: "GET", path: root }));
      if (answer !== undefined) return answer.as(projectSchema);
      throw notSeen({ host: web.host, repository: project, looked }, "project");
    },
    async releaseOf(tag) {
      const answer = await api.ask({ method: "GET", path: releasePath(tag) });
      return found(`look for the release ${tag}`, answer)?.as(releaseSchema);
    },
    releases: () => list("list the releases", "releases", releaseSchema),
    async create(release) {
      const answer = await api.ask({ method: "POST", path: `${root}/releases`, json: release });
      if (answer.status === 409) return undefined;
      if (answer.status === 201) return answer.as(releaseSchema);
      throw api.refusal(`create the release ${release.tag_name}`, answer);
    },
    async edit(tag, json) {
      return (await api.must(`change the release ${tag}`, { method: "PUT", path: releasePath(tag), json })).as(
        releaseSchema,
      );
    },
    async remove(tag) {
      const answer = await api.ask({ method: "DELETE", path: releasePath(tag) });
      found(`remove the release ${tag}, which maintainers of the project may`, answer);
    },
    async latest() {
      const answer = await api.ask({ method: "GET", path: `${root}/releases/permalink/latest` });
      return found("look for the latest release", answer)?.as(releaseSchema).tag_name;
    },
    links: (tag) => list("list the release's links", `releases/${encodeURIComponent(tag)}/assets/links`, linkSchema),
    async link(tag, json) {
      const path = `${releasePath(tag)}/assets/links`;
      return (await api.must(`add a link to the release ${tag}`, { method: "POST", path, json })).as(linkSchema);
    },
    async unlink(tag, id) {
      const path = `${releasePath(tag)}/assets/links/${id}`;
      found("remove a link", await api.ask({ method: "DELETE", path }));
    },
    async commitOf(tag) {
      const path = `${root}/repository/tags/${encodeURIComponent(tag)}`;
      const answer = await api.ask({ method: "GET", path });
      return found(`look for the tag ${tag}`, answer)?.as(z.object({ commit: z.object({ id: z.string() }) })).commit.id;
    },
    async removeTag(tag) {
      const path = `${root}/repository/tags/${encodeURIComponent(tag)}`;
      found(`remove the tag ${tag}`, await api.ask({ method: "DELETE", path }));
    },
    async hasCommit(ref) {
      const path = `${root}/repository/commits/${encodeURIComponent(ref)}`;
      return found(`look for ${ref}`, await api.ask({ method: "GET", path })) !== undefined;
    },
    async files({ name, version }) {
      const query = { package_type: "generic", package_name: name, package_version: version };
      const files: PackageFile[] = [];
      for (const status of ["hidden", "default"]) {
        const packages = await list("list packages", "packages", packageSchema, { ...query, status });
        // Names are searched for, and need not be the same.
        for (const { id } of packages.filter((one) => one.name === name && one.version === version)) {
          const found = await list("list files of a package", `packages/${id}/package_files`, packageFileSchema);
          files.push(...found.map((file) => ({ ...file, isListed: status === "default" })));
        }
      }
      return files;
    },
    async upload(to, name, { body, isListed }) {
      const answer = await api.ask({
        method: "PUT",
        path: fileUrl(to, name),
        query: { status: isListed ? "default" : "hidden", select: "package_file" },
        body: { ...body, type: "application/octet-stream" },
        // Sent twice, it would be there twice.
        repeatable: false,
      });
      if (answer.status >= 200 && answer.status < 300) return answer.as(packageFileSchema);
      const { code, message, hint } = api.refusal(`upload ${name}`, answer);
      throw new Problem(code, message, { hint: answer.status === 400 ? ofPackages : hint });
    },
    removeFile: ({ packageId, id }) =>
      remove("remove a file of a package", `packages/${packageId}/package_files/${id}`),
    removePackage: (id) => remove("remove a package", `packages/${id}`),
    async download(url, as) {
      const isOwn = as === "owner" && url.origin === base.origin;
      const answer = await http.open({ method: "GET", url, repeatable: true, ...(isOwn ? { credentials } : {}) });
      if (answer.status === 200) return answer.body;
      const bytes = await firstBytes(answer.body);
      if ([401, 403, 404].includes(answer.status)) return undefined;
      throw api.refusal(`download ${url.pathname}`, { ...answer, bytes });
    },
  };
}
